# Printer drivers.

function Get-DriverRow {
    <#
    .SYNOPSIS
    The rows of all printer drivers.
    #>
    Get-DeviceTable -Name printerDrivers -Key Name
}

function Get-PrinterDriver {
    <#
    .SYNOPSIS
    Gets printer drivers.
    #>
    [CmdletBinding()]
    param([Parameter(Position = 0)][string[]]$Name, [string[]]$PrinterEnvironment, [string]$ComputerName)
    if (-not (Test-ThisComputer $PSCmdlet)) { return }
    $all = @(Get-DriverRow | ForEach-Object { New-DeviceObject -TypeName "$($script:space)MSFT_PrinterDriver" -Row $_ })
    $filter = [ordered]@{ Name = $Name; PrinterEnvironment = $PrinterEnvironment }
    Select-DeviceRow -Cmdlet $PSCmdlet -Row $all -Class MSFT_PrinterDriver -Filter $filter
}

function Add-PrinterDriver {
    <#
    .SYNOPSIS
    Adds a driver that the fact driverStore names or an INF on the device holds.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory, Position = 0)][string]$Name,
        [Parameter(Position = 1)][string]$InfPath,
        [string]$PrinterEnvironment = 'Windows x64',
        [string]$ComputerName
    )
    if (-not (Test-ThisComputer $PSCmdlet)) { return }
    if (@(Get-DriverRow | ForEach-Object { $_.Name }) -contains $Name) { return }
    $known = @(Get-DeviceFact driverStore) -contains $Name
    if (-not $known -and $InfPath) {
        $file = $PSCmdlet.GetUnresolvedProviderPathFromPSPath($InfPath)
        # INF files are ANSI or UTF-16; the name stands in them as it is given.
        $known = [IO.File]::Exists($file) -and [IO.File]::ReadAllText($file).Contains($Name, [StringComparison]::OrdinalIgnoreCase)
    }
    if (-not $known) {
        Write-PrintError $PSCmdlet 'The specified driver does not exist in the driver store.' '0x80070705' $Name
        return
    }
    if (-not $PSCmdlet.ShouldProcess($Name)) { return }
    Set-DeviceRow -Name printerDrivers -Key $Name -Row ([ordered]@{
            Name = $Name
            PrinterEnvironment = $PrinterEnvironment
            MajorVersion = 3
            Manufacturer = ($Name -split ' ')[0]
            Provider = ($Name -split ' ')[0]
            DriverVersion = 0
            InfPath = $InfPath
        })
    Write-DeviceEffect $PSCmdlet @{ driver = $Name }
}

function Remove-PrinterDriver {
    <#
    .SYNOPSIS
    Removes a driver that no printer uses.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)][string[]]$Name,
        [string[]]$PrinterEnvironment,
        [switch]$RemoveFromDriverStore,
        [string]$ComputerName
    )
    process {
        if (-not (Test-ThisComputer $PSCmdlet)) { return }
        foreach ($one in $Name) {
            if (@(Get-DriverRow | ForEach-Object { $_.Name }) -notcontains $one) {
                Write-PrintError $PSCmdlet 'The specified driver does not exist.' '0x80070705' $one
                continue
            }
            if (@(Get-PrinterRow | ForEach-Object { $_.DriverName }) -contains $one) {
                Write-PrintError $PSCmdlet 'The specified printer driver is currently in use.' '0x80070bb9' $one ResourceBusy
                continue
            }
            if ($PSCmdlet.ShouldProcess($one)) { Remove-DeviceRow -Name printerDrivers -Key $one }
        }
    }
}
