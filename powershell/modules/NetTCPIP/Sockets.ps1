# The tables of TCP and UDP with the processes that own their rows: .NET tells no processes, so GetExtendedTcpTable and
# GetExtendedUdpTable are asked. Layouts: Microsoft Learn, iphlpapi.h and tcpmib.h, MIB_TCPROW_OWNER_PID and its like.

# Bytes of a row and where its fields are: local address, port, remote address, port, state, process.
$script:layouts = @{
    'Tcp.2' = @{ Size = 24; Local = 4; LocalPort = 8; Remote = 12; RemotePort = 16; State = 0; Process = 20; Bytes = 4 }
    'Tcp.23' = @{ Size = 56; Local = 0; LocalPort = 20; Remote = 24; RemotePort = 44; State = 48; Process = 52; Bytes = 16 }
    'Udp.2' = @{ Size = 12; Local = 0; LocalPort = 4; Process = 8; Bytes = 4 }
    'Udp.23' = @{ Size = 28; Local = 0; LocalPort = 20; Process = 24; Bytes = 16 }
}
$script:native = $null

function Get-SocketNative {
    <#
    .SYNOPSIS
    The class with the native calls, made once in a process by reflection: nothing is compiled on a device.
    #>
    if ($script:native) { return $script:native }
    $assembly = [Reflection.Emit.AssemblyBuilder]::DefineDynamicAssembly([Reflection.AssemblyName]::new('Shakedown.Sockets'), 'Run')
    $type = $assembly.DefineDynamicModule('m').DefineType('Sockets', 'Public,Class')
    $arguments = [type[]]@([IntPtr], [IntPtr], [int], [int], [int], [int])
    foreach ($call in 'GetExtendedTcpTable', 'GetExtendedUdpTable') {
        $method = $type.DefinePInvokeMethod($call, 'iphlpapi.dll', 'Public,Static,PinvokeImpl', 'Standard', [int], $arguments, 'Winapi',
            'Unicode')
        $method.SetImplementationFlags('PreserveSig')
    }
    $script:native = $type.CreateType()
    $script:native
}

function Read-SocketTable {
    <#
    .SYNOPSIS
    The bytes of a table; -Kind Tcp or Udp, -Family 2 or 23.
    #>
    param([string]$Kind, [int]$Family)
    $native = Get-SocketNative
    $marshal = [Runtime.InteropServices.Marshal]
    $length = $marshal::AllocHGlobal(4)
    $size = 65536
    try {
        # The table may grow between two calls: 122 is ERROR_INSUFFICIENT_BUFFER.
        foreach ($try in 1..8) {
            $block = $marshal::AllocHGlobal($size)
            try {
                $marshal::WriteInt32($length, $size)
                # TCP_TABLE_OWNER_PID_ALL is 5, UDP_TABLE_OWNER_PID 1.
                if ($Kind -eq 'Tcp') { $code = $native::GetExtendedTcpTable($block, $length, 0, $Family, 5, 0) }
                else { $code = $native::GetExtendedUdpTable($block, $length, 0, $Family, 1, 0) }
                if ($code -eq 0) {
                    $bytes = [byte[]]::new($size)
                    $marshal::Copy($block, $bytes, 0, $size)
                    return , $bytes
                }
                if ($code -ne 122) { throw [ComponentModel.Win32Exception]::new($code) }
                $size = [Math]::Max($size * 2, $marshal::ReadInt32($length))
            } finally { $marshal::FreeHGlobal($block) }
        }
        throw [IO.InvalidDataException]::new("the $Kind table grows faster than it can be read")
    } finally { $marshal::FreeHGlobal($length) }
}

function Get-SocketRow {
    <#
    .SYNOPSIS
    Sockets of the device's processes, live.
    .DESCRIPTION
    Sockets of no process of the device are left out: they are shakedown's own, which serves the device's network from outside.
    Connections in TimeWait have process 0, as on Windows.
    #>
    param([string]$Kind)
    foreach ($family in 2, 23) {
        $layout = $script:layouts["$Kind.$family"]
        $bytes = Read-SocketTable $Kind $family
        $count = [BitConverter]::ToInt32($bytes, 0)
        for ($index = 0; $index -lt $count; $index++) {
            $at = 4 + $index * $layout.Size
            $row = [ordered]@{
                LocalAddress = Read-SocketAddress $bytes ($at + $layout.Local) $layout.Bytes
                LocalPort = Read-SocketPort $bytes ($at + $layout.LocalPort)
                OwningProcess = [BitConverter]::ToUInt32($bytes, $at + $layout.Process)
            }
            if ($Kind -eq 'Tcp') {
                $row.RemoteAddress = Read-SocketAddress $bytes ($at + $layout.Remote) $layout.Bytes
                $row.RemotePort = Read-SocketPort $bytes ($at + $layout.RemotePort)
                # MIB_TCP_STATE has the numbers of the State that scripts compare with: 2 Listen, 5 Established, 11 TimeWait.
                $row.State = [BitConverter]::ToInt32($bytes, $at + $layout.State)
                if ($row.State -eq 2) { $row.RemotePort = [uint16]0 }
            }
            if ($row.OwningProcess -or $row.State -eq 11) { $row }
        }
    }
}

function Read-SocketAddress {
    <#
    .SYNOPSIS
    An address of a row as text.
    #>
    param([byte[]]$Bytes, [int]$At, [int]$Size)
    $part = [byte[]]::new($Size)
    [Array]::Copy($Bytes, $At, $part, 0, $Size)
    [ipaddress]::new($part).ToString()
}

function Read-SocketPort {
    <#
    .SYNOPSIS
    A port of a row: the first two bytes, in the network's order.
    #>
    param([byte[]]$Bytes, [int]$At)
    [uint16]($Bytes[$At] * 256 + $Bytes[$At + 1])
}
