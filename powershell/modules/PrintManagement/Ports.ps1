# Printer ports.

function Get-PortRow {
    <#
    .SYNOPSIS
    The rows of all printer ports.
    #>
    Get-DeviceTable -Name printerPorts -Key Name
}

function Get-PrinterPort {
    <#
    .SYNOPSIS
    Gets printer ports.
    #>
    [CmdletBinding()]
    param([Parameter(Position = 0)][string[]]$Name, [string]$ComputerName)
    if (-not (Test-ThisComputer $PSCmdlet)) { return }
    $all = @(Get-PortRow | ForEach-Object { New-DeviceObject -TypeName "$($script:space)MSFT_PrinterPort" -Row $_ })
    Select-DeviceRow -Cmdlet $PSCmdlet -Row $all -Class MSFT_PrinterPort -Filter ([ordered]@{ Name = $Name })
}

function Add-PrinterPort {
    <#
    .SYNOPSIS
    Adds a TCP or local port.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory, Position = 0)][string]$Name,
        [string]$PrinterHostAddress,
        [uint32]$PortNumber = 9100,
        [string]$HostName,
        [string]$PrinterName,
        [string]$LprHostAddress,
        [string]$LprQueueName,
        [uint32]$SNMP,
        [string]$SNMPCommunity,
        [string]$ComputerName
    )
    if (-not (Test-ThisComputer $PSCmdlet)) { return }
    if ($LprHostAddress -or $HostName) {
        Write-DeviceUnavailable $PSCmdlet 'LPR ports'
        return
    }
    if (-not $PSCmdlet.ShouldProcess($Name)) { return }
    $row = [ordered]@{ Name = $Name; Description = 'Local Port'; PortMonitor = 'Local Monitor' }
    if ($PrinterHostAddress) {
        $row.Description = 'Standard TCP/IP Port'
        $row.PortMonitor = 'TCPMON.DLL'
        $row.PrinterHostAddress = $PrinterHostAddress
        $row.PortNumber = $PortNumber
        # 1 is RAW, 2 LPR.
        $row.Protocol = 1
    }
    $made = Update-DeviceRow -Name printerPorts -Field Name -Key $Name -Change {
        param($Present)
        if ($null -eq $Present) { $row }
    }
    if ($null -eq $made) { Write-PrintError $PSCmdlet 'The specified port already exists.' '0x800700b7' $Name ResourceExists }
}

function Remove-PrinterPort {
    <#
    .SYNOPSIS
    Removes a port that no printer uses.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)][string[]]$Name,
        [string]$ComputerName
    )
    process {
        if (-not (Test-ThisComputer $PSCmdlet)) { return }
        foreach ($one in $Name) {
            if (@(Get-PortRow | ForEach-Object { $_.Name }) -notcontains $one) {
                Write-PrintError $PSCmdlet 'The specified port does not exist.' '0x80070704' $one
                continue
            }
            if (@(Get-PrinterRow | ForEach-Object { $_.PortName }) -contains $one) {
                Write-PrintError $PSCmdlet 'The specified port is in use.' '0x800700aa' $one ResourceBusy
                continue
            }
            if ($PSCmdlet.ShouldProcess($one)) { Remove-DeviceRow -Name printerPorts -Key $one }
        }
    }
}
