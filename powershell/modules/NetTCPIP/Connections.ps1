# TCP connections and UDP endpoints: the device's own, live, and those that a scenario declares (fact tcpConnections).

function Get-NetTCPConnection {
    <#
    .SYNOPSIS
    Gets TCP connections and listeners of the device with their processes.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Position = 0)][string[]]$LocalAddress,
        [Parameter(Position = 1)][uint16[]]$LocalPort,
        [string[]]$RemoteAddress,
        [uint16[]]$RemotePort,
        [string[]]$State,
        [uint32[]]$OwningProcess,
        [string[]]$AppliedSetting,
        $CimSession
    )
    $type = $script:enums + 'NetTCPConnection.State'
    $all = @(foreach ($row in @(Get-SocketRow Tcp) + @(Get-DeviceFact tcpConnections)) {
        if ($null -eq $row) { continue }
        $values = [ordered]@{
            LocalAddress = $row.LocalAddress
            LocalPort = [uint16]$row.LocalPort
            RemoteAddress = $row.RemoteAddress
            RemotePort = [uint16]$row.RemotePort
            State = $row.State
            AppliedSetting = $(if ($row.State -in 2, 'Listen') { $null } else { 'Internet' })
            OwningProcess = [uint32]$row.OwningProcess
            CreationTime = $null
            OffloadState = 'InHost'
        }
        New-DeviceObject -TypeName "$($script:space)MSFT_NetTCPConnection" -Row $values -As @{ State = $type }
    })
    $filter = Select-BoundFilter $PSBoundParameters 'LocalAddress', 'LocalPort', 'RemoteAddress', 'RemotePort', 'State',
        'OwningProcess', 'AppliedSetting'
    Select-DeviceRow -Cmdlet $PSCmdlet -Row $all -Class MSFT_NetTCPConnection -Filter $filter
}

function Get-NetUDPEndpoint {
    <#
    .SYNOPSIS
    Gets UDP endpoints of the device with their processes.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Position = 0)][string[]]$LocalAddress,
        [Parameter(Position = 1)][uint16[]]$LocalPort,
        [uint32[]]$OwningProcess
    )
    $all = @(foreach ($row in Get-SocketRow Udp) {
        $values = [ordered]@{
            LocalAddress = $row.LocalAddress; LocalPort = $row.LocalPort; OwningProcess = [uint32]$row.OwningProcess; CreationTime = $null
        }
        New-DeviceObject -TypeName "$($script:space)MSFT_NetUDPEndpoint" -Row $values
    })
    $filter = Select-BoundFilter $PSBoundParameters 'LocalAddress', 'LocalPort', 'OwningProcess'
    Select-DeviceRow -Cmdlet $PSCmdlet -Row $all -Class MSFT_NetUDPEndpoint -Filter $filter
}
