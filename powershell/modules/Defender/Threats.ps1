# Threats that Defender has seen: those that a scenario declares.

function Get-MpThreat {
    <#
    .SYNOPSIS
    Gets threats that Defender has seen.
    #>
    [CmdletBinding()]
    param([Parameter(Position = 0)][Alias('ID')][long[]]$ThreatID, $CimSession)
    if (-not (Test-Defender $PSCmdlet)) { return }
    foreach ($row in Get-DeviceTable -Name defenderThreats -Key ThreatID) {
        if ($ThreatID -and $ThreatID -notcontains $row.ThreatID) { continue }
        New-DeviceObject -TypeName "$($script:space)MSFT_MpThreat" -Row $row
    }
}

function Get-MpThreatDetection {
    <#
    .SYNOPSIS
    Gets detections of threats.
    #>
    [CmdletBinding()]
    param([Parameter(Position = 0)][Alias('ID')][long[]]$ThreatID, $CimSession)
    if (-not (Test-Defender $PSCmdlet)) { return }
    foreach ($row in Get-DeviceTable -Name defenderThreats -Key ThreatID) {
        if ($ThreatID -and $ThreatID -notcontains $row.ThreatID) { continue }
        $at = $row.InitialDetectionTime -as [datetime]
        $values = [ordered]@{
            ThreatID = $row.ThreatID
            ActionSuccess = -not $row.IsActive
            CleaningActionID = 2
            CurrentThreatExecutionStatusID = 1
            DetectionID = $row.DetectionID
            DetectionSourceTypeID = 3
            DomainUser = 'NT AUTHORITY\SYSTEM'
            InitialDetectionTime = $at
            LastThreatStatusChangeTime = $at
            ProcessName = 'Unknown'
            RemediationTime = $at
            Resources = @($row.Resources)
            ThreatStatusErrorCode = 0
            ThreatStatusID = $(if ($row.IsActive) { 1 } else { 4 })
        }
        New-DeviceObject -TypeName "$($script:space)MSFT_MpThreatDetection" -Row $values
    }
}

function Remove-MpThreat {
    <#
    .SYNOPSIS
    Removes active threats.
    #>
    [CmdletBinding()]
    param($CimSession)
    if (-not (Test-Defender $PSCmdlet)) { return }
    foreach ($row in @(Get-DeviceTable -Name defenderThreats -Key ThreatID)) {
        if (-not $row.IsActive) { continue }
        $null = Update-DeviceRow -Name defenderThreats -Field ThreatID -Key "$($row.ThreatID)" -Change {
            param($Present)
            if ($null -eq $Present) { return }
            $Present['IsActive'] = $false
            $Present
        }
        Write-DeviceEffect $PSCmdlet @{ threat = $row.ThreatID }
    }
}
