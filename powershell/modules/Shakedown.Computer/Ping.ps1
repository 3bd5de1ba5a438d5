# Test-Connection as 5.1 has it: pinged truly, told as rows of Win32_PingStatus. PowerShell 7's gives objects of its own.

# The longest that an answer is waited for, in milliseconds: Timeout of Win32_PingStatus.
$script:pingTimeout = 4000
# 5.1 tells a StatusCode in the words of the Windows error of that number (Microsoft Learn, "Windows Sockets Error Codes").
$script:pingWords = @{
    11002 = 'This is usually a temporary error during hostname resolution and means that the local server did not receive a response ' +
        'from an authoritative server'
    11003 = 'A non-recoverable error occurred during a database lookup'
    11010 = 'Error due to lack of resources'
}

function Send-EchoRequest {
    <#
    .SYNOPSIS
    One ping: Address, Reply (a PingReply) or Why (what went wrong, in words).
    #>
    param([string]$Name, [int]$Size, [int]$Live)
    $target = if ($Name -eq '.') { 'localhost' } else { $Name }
    $address = $target -as [ipaddress]
    if (-not $address) {
        try { $all = [Net.Dns]::GetHostAddresses($target) } catch { return @{ Why = 'No such host is known' } }
        # A name that has both kinds of addresses is pinged at the one of IPv4.
        $address = $all | Sort-Object { $_.AddressFamily -ne 'InterNetwork' } | Select-Object -First 1
    }
    $ping = [Net.NetworkInformation.Ping]::new()
    $options = [Net.NetworkInformation.PingOptions]::new($Live, $false)
    try { $reply = $ping.Send($address, $script:pingTimeout, [byte[]]::new($Size), $options) } catch {
        return @{ Why = $script:pingWords[11010] }
    } finally { $ping.Dispose() }
    if ($reply.Status -eq 'Success') { return @{ Address = $address; Reply = $reply } }
    $why = $script:pingWords[[int]$reply.Status]
    if (-not $why) { $why = $script:pingWords[11010] }
    @{ Why = $why }
}

function New-PingStatus {
    <#
    .SYNOPSIS
    An answer as a row of Win32_PingStatus.
    #>
    param([string]$Name, [Collections.IDictionary]$Answer, [int]$Size, [int]$Live)
    $reply = $Answer.Reply
    $six = $Answer.Address.AddressFamily -eq 'InterNetworkV6'
    $back = if ($reply.Options) { [uint32]$reply.Options.Ttl } else { [uint32]$Live }
    $row = [pscustomobject][ordered]@{
        __CLASS = 'Win32_PingStatus'
        __SERVER = [Environment]::MachineName
        __NAMESPACE = 'root\cimv2'
        Address = $Name
        BufferSize = [uint32]$Size
        NoFragmentation = $false
        PrimaryAddressResolutionStatus = [uint32]0
        ProtocolAddress = $reply.Address.ToString()
        ProtocolAddressResolved = ''
        RecordRoute = [uint32]0
        ReplyInconsistency = $false
        ReplySize = [uint32]$Size
        ResolveAddressNames = $false
        ResponseTime = [uint32]$reply.RoundtripTime
        ResponseTimeToLive = $back
        RouteRecord = $null
        RouteRecordResolved = $null
        SourceRoute = ''
        SourceRouteType = [uint32]0
        StatusCode = [uint32]0
        Timeout = [uint32]$script:pingTimeout
        TimeStampRecord = $null
        TimeStampRecordAddress = $null
        TimeStampRecordAddressResolved = $null
        TimeStampRoute = [uint32]0
        TimeToLive = [uint32]$Live
        TypeofService = [uint32]0
        PSComputerName = [Environment]::MachineName
        IPV4Address = if ($six) { $null } else { $Answer.Address }
        IPV6Address = if ($six) { $Answer.Address } else { $null }
    }
    $row.PSObject.TypeNames.Insert(0, 'System.Management.ManagementObject#root\cimv2\Win32_PingStatus')
    $row
}

function Test-Connection {
    <#
    .SYNOPSIS
    Pings computers: a row for each answer, an error for each that did not come; with -Quiet whether any came.
    .NOTES
    Parameters and errors: Microsoft Learn, Test-Connection (5.1).
    #>
    [CmdletBinding(DefaultParameterSetName = 'Default')]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)]
        [Alias('CN', 'IPAddress', '__SERVER', 'Server', 'Destination')][string[]]$ComputerName,
        [Parameter(Mandatory, Position = 1, ParameterSetName = 'Source')][Alias('FCN', 'SRC')][string[]]$Source,
        [Parameter(ParameterSetName = 'Quiet')][switch]$Quiet,
        [Parameter(ParameterSetName = 'Default')][Parameter(ParameterSetName = 'Source')][switch]$AsJob,
        [Alias('Size', 'Bytes', 'BS')][ValidateRange(0, 65500)][int]$BufferSize = 32,
        [ValidateRange(1, 2147483647)][int]$Count = 4,
        [ValidateRange(1, 60)][int]$Delay = 1,
        [Alias('TTL')][ValidateRange(1, 255)][int]$TimeToLive = 80,
        [Parameter(ParameterSetName = 'Source')][pscredential]$Credential,
        [Parameter(ParameterSetName = 'Default')][Parameter(ParameterSetName = 'Source')][int]$ThrottleLimit,
        [Alias('Authentication')]$DcomAuthentication, $Impersonation, [string]$WsmanAuthentication, [string]$Protocol
    )
    process {
        if ($AsJob) { Deny-DeviceCommand -Cmdlet $PSCmdlet -Why '-AsJob' }
        foreach ($from in $Source) {
            if (-not (Test-LocalName $from)) { Deny-DeviceCommand -Cmdlet $PSCmdlet -Why "pinging from the computer $from" }
        }
        $reached = @{}
        for ($turn = 1; $turn -le $Count; $turn++) {
            foreach ($name in $ComputerName) {
                if ($Quiet -and $reached[$name]) { continue }
                $answer = Send-EchoRequest $name $BufferSize $TimeToLive
                if ($answer.Reply) { $reached[$name] = $true }
                if ($Quiet) { continue }
                if ($answer.Reply) { New-PingStatus $name $answer $BufferSize $TimeToLive; continue }
                $exception = [Net.NetworkInformation.PingException]::new("Testing connection to computer '$name' failed: $($answer.Why)")
                $id = 'TestConnectionException,Microsoft.PowerShell.Commands.TestConnectionCommand'
                Write-ComputerError $PSCmdlet ([Management.Automation.ErrorRecord]::new($exception, $id, 'ResourceUnavailable', $name))
            }
            $waiting = @($ComputerName | Where-Object { -not $reached[$_] }).Count
            if ($turn -lt $Count -and ($waiting -or -not $Quiet)) { [Threading.Thread]::Sleep(1000 * $Delay) }
        }
        if ($Quiet) { foreach ($name in $ComputerName) { [bool]$reached[$name] } }
    }
}
