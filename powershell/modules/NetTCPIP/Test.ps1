# Test-NetConnection: names are resolved, ports connected to and hosts pinged truly.

# What Windows waits for a connection, in milliseconds.
$script:connectTimeout = 21000
$script:commonPorts = @{ HTTP = 80; RDP = 3389; SMB = 445; WINRM = 5985 }

function Resolve-TestAddress {
    <#
    .SYNOPSIS
    Addresses of a name, IPv4 first; nothing where it does not resolve.
    #>
    param([string]$ComputerName)
    $address = $ComputerName -as [ipaddress]
    if ($address) { return $address }
    try { [Net.Dns]::GetHostAddresses($ComputerName) | Sort-Object { $_.AddressFamily -ne 'InterNetwork' } } catch { $null = $_ }
}

function Connect-TestPort {
    <#
    .SYNOPSIS
    The local address of a connection to that port; nothing where there is none.
    #>
    param([ipaddress]$Address, [int]$Port)
    $socket = [Net.Sockets.Socket]::new($Address.AddressFamily, 'Stream', 'Tcp')
    try {
        $task = $socket.ConnectAsync($Address, $Port)
        if (-not $task.Wait($script:connectTimeout)) { return }
        ([Net.IPEndPoint]$socket.LocalEndPoint).Address
    } catch { $null = $_ } finally { $socket.Dispose() }
}

function Send-TestPing {
    <#
    .SYNOPSIS
    A PingReply; nothing where this device cannot ping.
    #>
    param([ipaddress]$Address)
    $ping = [Net.NetworkInformation.Ping]::new()
    try { $ping.Send($Address, 4000) } catch { $null = $_ } finally { $ping.Dispose() }
}

function Get-SourceInterface {
    <#
    .SYNOPSIS
    Alias and address of the interface that reaches an address.
    #>
    param([ipaddress]$Address)
    $local = $null
    $socket = [Net.Sockets.Socket]::new($Address.AddressFamily, 'Dgram', 'Udp')
    try {
        $socket.Connect($Address, 9)
        $local = ([Net.IPEndPoint]$socket.LocalEndPoint).Address
    } catch { $null = $_ } finally { $socket.Dispose() }
    $alias = $null
    foreach ($one in [Net.NetworkInformation.NetworkInterface]::GetAllNetworkInterfaces()) {
        if (-not $local) { break }
        if (@($one.GetIPProperties().UnicastAddresses | Where-Object { $_.Address.Equals($local) }).Count) { $alias = $one.Name }
    }
    @{ address = $local; alias = $alias }
}

function New-TestResult {
    <#
    .SYNOPSIS
    The result as Test-NetConnection gives it, before anything was tried.
    #>
    param([string]$ComputerName, [object[]]$Address, [int]$Port, [string]$InformationLevel)
    $first = $null
    if ($Address.Count) { $first = $Address[0] }
    $values = [ordered]@{
        ComputerName = $ComputerName
        RemoteAddress = $first
        ResolvedAddresses = $Address
        PingSucceeded = $false
        PingReplyDetails = $null
        TcpClientSocket = $null
        TcpTestSucceeded = $false
        RemotePort = [uint32]$Port
        TraceRoute = $null
        Detailed = $InformationLevel -eq 'Detailed'
        InterfaceAlias = $null
        InterfaceIndex = [uint32]0
        InterfaceDescription = $null
        NetAdapter = $null
        NetRoute = $null
        SourceAddress = $null
        NameResolutionSucceeded = $Address.Count -gt 0
        BasicNameResolution = $Address
        LLMNRNetbiosRecords = @()
        DNSOnlyRecords = @()
        AllNameResolutionResults = $Address
        IsAdmin = $true
        NetworkIsolationContext = 'Internet'
        MatchingIPsecRules = $null
    }
    New-DeviceObject -TypeName TestNetConnectionResult -Row $values
}

function Add-ShownProperty {
    <#
    .SYNOPSIS
    Says which properties of an object a list or table shows.
    #>
    param($Object, [string[]]$Name)
    $set = [Management.Automation.PSPropertySet]::new('DefaultDisplayPropertySet', $Name)
    $members = [Management.Automation.PSMemberInfo[]]@($set)
    $Object.PSObject.Members.Add([Management.Automation.PSMemberSet]::new('PSStandardMembers', $members))
}

function Test-NetConnection {
    <#
    .SYNOPSIS
    Tests a connection: name, ping, port. -TraceRoute and -DiagnoseRouting are refused by name.
    #>
    [CmdletBinding(DefaultParameterSetName = 'ICMP')]
    param(
        [Parameter(Position = 0, ValueFromPipeline, ValueFromPipelineByPropertyName)][Alias('RemoteAddress', 'cn')]
        [string]$ComputerName = 'internetbeacon.msedge.net',
        [Parameter(ParameterSetName = 'ICMP')][switch]$TraceRoute,
        [Parameter(ParameterSetName = 'ICMP')][ValidateRange(1, 120)][int]$Hops = 30,
        [Parameter(ParameterSetName = 'CommonTCPPort', Mandatory, Position = 1)][ValidateSet('HTTP', 'RDP', 'SMB', 'WINRM')]
        [string]$CommonTCPPort,
        [Parameter(ParameterSetName = 'RemotePort', Mandatory)][Alias('RemotePort')][ValidateRange(1, 65535)][int]$Port,
        [Parameter(ParameterSetName = 'NetRouteDiagnostics', Mandatory)][switch]$DiagnoseRouting,
        [Parameter(ParameterSetName = 'NetRouteDiagnostics')][string]$ConstrainSourceAddress,
        [Parameter(ParameterSetName = 'NetRouteDiagnostics')][uint32]$ConstrainInterface,
        [ValidateSet('Quiet', 'Detailed')][string]$InformationLevel
    )
    process {
        foreach ($option in 'TraceRoute', 'DiagnoseRouting') {
            if ($PSBoundParameters[$option]) { Deny-DeviceCommand -Cmdlet $PSCmdlet -Why "-$option" }
        }
        $wanted = $Port
        if ($CommonTCPPort) { $wanted = $script:commonPorts[$CommonTCPPort] }
        $addresses = @(Resolve-TestAddress $ComputerName)
        $result = New-TestResult $ComputerName $addresses $wanted $InformationLevel
        if (-not $addresses.Count) {
            Write-Warning "Name resolution of $ComputerName failed"
            if ($InformationLevel -eq 'Quiet') { return $false }
            Add-ShownProperty $result 'ComputerName', 'RemoteAddress', 'InterfaceAlias', 'SourceAddress', 'PingSucceeded'
            return $result
        }
        if ($wanted) {
            foreach ($address in $addresses) {
                $local = Connect-TestPort $address $wanted
                if ($local) {
                    $result.TcpTestSucceeded = $true
                    $result.RemoteAddress = $address
                    $result.SourceAddress = $local
                    break
                }
                Write-Warning "TCP connect to ($address : $wanted) failed"
            }
        }
        if (-not $result.TcpTestSucceeded) {
            foreach ($address in $addresses) {
                $reply = Send-TestPing $address
                $result.PingReplyDetails = $reply
                if ($reply -and $reply.Status -eq 'Success') { $result.PingSucceeded = $true; break }
                $why = 'TimedOut'
                if ($reply) { $why = $reply.Status }
                Write-Warning "Ping to $address failed with status: $why"
            }
        }
        if ($InformationLevel -eq 'Quiet') {
            if ($wanted) { return $result.TcpTestSucceeded }
            return $result.PingSucceeded
        }
        $from = Get-SourceInterface $result.RemoteAddress
        $result.InterfaceAlias = $from.alias
        if (-not $result.SourceAddress) { $result.SourceAddress = $from.address }
        $shown = @('ComputerName', 'RemoteAddress', 'InterfaceAlias', 'SourceAddress', 'PingSucceeded', 'PingReplyDetails')
        if ($wanted) {
            $shown = @('ComputerName', 'RemoteAddress', 'RemotePort', 'InterfaceAlias', 'SourceAddress', 'TcpTestSucceeded')
            if (-not $result.TcpTestSucceeded) { $shown += 'PingSucceeded', 'PingReplyDetails' }
        }
        Add-ShownProperty $result $shown
        $result
    }
}
