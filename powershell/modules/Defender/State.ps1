# The state of Defender, scans and signatures. Ages are days; what is told as a date follows from them.

function ConvertTo-Moment {
    <#
    .SYNOPSIS
    A date as objects have it; a declared one, or some hours into the day that an age in days means.
    #>
    param($Value, $Age, [double]$Hours)
    if ($Value) { return [datetime]$Value }
    # Windows tells the largest number where it never was.
    if ($null -ne $Age -and [double]$Age -lt 65535) { return [datetime]::Today.AddDays(-[double]$Age).AddHours($Hours) }
}

function Get-StateRow {
    <#
    .SYNOPSIS
    The state with its dates.
    #>
    $row = Get-MergedFact defender
    foreach ($kind in 'Antivirus', 'Antispyware', 'NIS') {
        $name = "$($kind)SignatureLastUpdated"
        $row[$name] = ConvertTo-Moment $row[$name] $row["$($kind)SignatureAge"] 4
    }
    foreach ($kind in 'QuickScan', 'FullScan') {
        $row["$($kind)StartTime"] = ConvertTo-Moment $row["$($kind)StartTime"] $row["$($kind)Age"] 1.9
        $row["$($kind)EndTime"] = ConvertTo-Moment $row["$($kind)EndTime"] $row["$($kind)Age"] 2
    }
    $row
}

function Get-MpComputerStatus {
    <#
    .SYNOPSIS
    Gets the state of Defender.
    #>
    [CmdletBinding()]
    param($CimSession)
    if (-not (Test-Defender $PSCmdlet)) { return }
    $row = Get-StateRow
    $row.Remove('Installed')
    $row['PSComputerName'] = $null
    New-DeviceObject -TypeName "$($script:space)MSFT_MpComputerStatus" -Row $row
}

function Start-MpScan {
    <#
    .SYNOPSIS
    Scans: noted, and the times of the last scan are set. Nothing is found but what a scenario declares.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Position = 0)][string]$ScanPath,
        [Parameter(Position = 1)][ValidateSet('FullScan', 'QuickScan', 'CustomScan', '1', '2', '3')][string]$ScanType = 'QuickScan',
        $CimSession,
        [switch]$AsJob,
        [int]$ThrottleLimit
    )
    if (-not (Test-Defender $PSCmdlet)) { return }
    Write-DeviceEffect $PSCmdlet @{ scan = $ScanType; path = $ScanPath }
    $kind = 'QuickScan'
    if ($ScanType -in 'CustomScan', '3') { return }
    if ($ScanType -in 'FullScan', '2') { $kind = 'FullScan' }
    $now = [datetime]::Now
    Set-Changed defender ([ordered]@{ "$($kind)StartTime" = $now; "$($kind)EndTime" = $now; "$($kind)Age" = 0 })
}

function Update-MpSignature {
    <#
    .SYNOPSIS
    Updates signatures: noted, and their ages are set.
    #>
    [CmdletBinding()]
    param([Parameter(Position = 0)][string]$UpdateSource, $CimSession, [switch]$AsJob, [int]$ThrottleLimit)
    if (-not (Test-Defender $PSCmdlet)) { return }
    Write-DeviceEffect $PSCmdlet @{ source = $UpdateSource }
    $change = [ordered]@{ DefenderSignaturesOutOfDate = $false }
    foreach ($kind in 'Antivirus', 'Antispyware', 'NIS') {
        $change["$($kind)SignatureAge"] = 0
        $change["$($kind)SignatureLastUpdated"] = [datetime]::Now
    }
    Set-Changed defender $change
}

function Start-MpWDOScan {
    <#
    .SYNOPSIS
    Refused by name: an offline scan restarts the device into another Windows.
    #>
    [CmdletBinding()]
    param($CimSession)
    Write-DeviceUnavailable $PSCmdlet 'an offline scan restarts the device into another Windows'
}
