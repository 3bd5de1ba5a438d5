# Resolve-DnsName: records that a scenario declares (fact dnsRecords), then the hosts file, then the device's DNS servers over UDP and,
# where the answer was cut off, over TCP.

# Windows' errors by the code of an answer (Microsoft Learn, "System Error Codes (9000-11999)").
$script:failures = @{
    1 = @('DNS_ERROR_RCODE_FORMAT_ERROR', 9001, 'DNS server unable to interpret format')
    2 = @('DNS_ERROR_RCODE_SERVER_FAILURE', 9002, 'DNS server failure')
    3 = @('DNS_ERROR_RCODE_NAME_ERROR', 9003, 'DNS name does not exist')
    5 = @('DNS_ERROR_RCODE_REFUSED', 9005, 'DNS operation refused')
}
$script:refusedTypes = 'UNKNOWN', 'WINS', 'DNSKEY', 'DS', 'NSEC', 'RRSIG', 'CAA'

function Get-DnsServer {
    <#
    .SYNOPSIS
    The servers that the device's interfaces truly have.
    #>
    foreach ($interface in [Net.NetworkInformation.NetworkInterface]::GetAllNetworkInterfaces()) {
        foreach ($address in $interface.GetIPProperties().DnsAddresses) { $address.ToString() }
    }
}

function Send-DnsOverUdp {
    <#
    .SYNOPSIS
    The bytes of an answer; nothing where none comes.
    #>
    param([byte[]]$Query, [ipaddress]$Address, [int]$Timeout)
    $socket = [Net.Sockets.UdpClient]::new($Address.AddressFamily)
    try {
        $socket.Connect($Address, 53)
        foreach ($try in 1..2) {
            $null = $socket.Send($Query, $Query.Length)
            $task = $socket.ReceiveAsync()
            if (-not $task.Wait($Timeout)) { continue }
            $answer = $task.Result.Buffer
            if ($answer.Length -ge 12 -and $answer[0] -eq $Query[0] -and $answer[1] -eq $Query[1]) { return , $answer }
        }
    } catch { $null = $_ } finally { $socket.Dispose() }
}

function Send-DnsOverTcp {
    <#
    .SYNOPSIS
    The bytes of an answer; nothing where none comes.
    #>
    param([byte[]]$Query, [ipaddress]$Address, [int]$Timeout)
    $client = [Net.Sockets.TcpClient]::new($Address.AddressFamily)
    try {
        if (-not $client.ConnectAsync($Address, 53).Wait($Timeout)) { return }
        $stream = $client.GetStream()
        $stream.ReadTimeout = $Timeout
        $framed = [byte[]](@(($Query.Length -shr 8), ($Query.Length -band 255)) + $Query)
        $stream.Write($framed, 0, $framed.Length)
        $reader = [IO.BinaryReader]::new($stream)
        $length = $reader.ReadBytes(2)
        if ($length.Length -lt 2) { return }
        $answer = $reader.ReadBytes($length[0] * 256 + $length[1])
        if ($answer.Length -ge 12) { return , $answer }
    } catch { $null = $_ } finally { $client.Dispose() }
}

function Send-DnsQuery {
    <#
    .SYNOPSIS
    The bytes of the answer of the first server that gives one; nothing where none does.
    #>
    param([byte[]]$Query, [string[]]$Server, [bool]$Tcp, [int]$Timeout = 2000)
    foreach ($one in $Server) {
        $address = $one -as [ipaddress]
        if (-not $address) { try { $address = [Net.Dns]::GetHostAddresses($one)[0] } catch { continue } }
        $answer = $null
        if (-not $Tcp) { $answer = Send-DnsOverUdp $Query $address $Timeout }
        # Bit 2 of the third byte says that the answer was cut off.
        if ($Tcp -or ($answer -and ($answer[2] -band 2))) { $answer = Send-DnsOverTcp $Query $address $Timeout }
        if ($answer) { return , $answer }
    }
}

function Find-HostsRecord {
    <#
    .SYNOPSIS
    Records from the hosts file.
    #>
    param([string]$Name, [string[]]$Type)
    $file = "$env:SystemRoot\System32\drivers\etc\hosts"
    $lines = @()
    if ([IO.File]::Exists($file)) { $lines = [IO.File]::ReadAllLines($file) }
    foreach ($line in @($lines) + @('127.0.0.1 localhost', '::1 localhost')) {
        $words = ($line -replace '#.*$', '').Trim() -split '\s+'
        $address = $words[0] -as [ipaddress]
        if ($words.Count -lt 2 -or -not $address -or $Name -notin $words[1..($words.Count - 1)]) { continue }
        $kind = if ($address.AddressFamily -eq 'InterNetwork') { 'A' } else { 'AAAA' }
        if ($kind -notin $Type) { continue }
        New-DnsRecord $kind ([ordered]@{
                Name = $Name; Type = $kind; TTL = [uint32]86400; DataLength = [uint16]0; Section = 'Answer'; IPAddress = "$address" })
    }
}

function Find-DeclaredRecord {
    <#
    .SYNOPSIS
    Records that a scenario declares.
    #>
    param([string[]]$Name, [string[]]$Type)
    foreach ($one in Get-DeviceFact dnsRecords) {
        if ($one.Name -notin $Name -or $one.Type -notin $Type) { continue }
        $property = [ordered]@{ Name = $one.Name; Type = $one.Type; TTL = [uint32]300; DataLength = [uint16]0; Section = 'Answer' }
        foreach ($key in $one.Keys) { $property[$key] = $one[$key] }
        New-DnsRecord $one.Type $property
    }
}

function Get-ReverseName {
    <#
    .SYNOPSIS
    The name under which an address is looked up.
    #>
    param([ipaddress]$Address)
    $bytes = $Address.GetAddressBytes()
    [array]::Reverse($bytes)
    if ($bytes.Length -eq 4) { return ($bytes -join '.') + '.in-addr.arpa' }
    (@($bytes | ForEach-Object { '{0:x}.{1:x}' -f ($_ -band 15), ($_ -shr 4) }) -join '.') + '.ip6.arpa'
}

function Write-DnsFailure {
    <#
    .SYNOPSIS
    Windows' error of a name that was not resolved.
    #>
    param($Cmdlet, [string]$Name, [string]$Id, [int]$Code, [string]$Message, [string]$Category)
    $exception = [ComponentModel.Win32Exception]::new($Code, "$Name : $Message")
    $full = "$Id,Microsoft.DnsClient.Commands.ResolveDnsName"
    Write-DeviceError $Cmdlet (New-DeviceError $exception.Message $full $Category $Name $exception)
}

function Resolve-DnsName {
    <#
    .SYNOPSIS
    Asks DNS.
    .DESCRIPTION
    Types that are asked: A, AAAA, CNAME, MX, NS, PTR, SOA, SRV, TXT, ALL. Others, the cache, LLMNR and NetBIOS are refused by name.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipeline, ValueFromPipelineByPropertyName)][string]$Name,
        [Parameter(Position = 1, ValueFromPipelineByPropertyName)]
        [ValidateSet('A', 'AAAA', 'A_AAAA', 'ALL', 'ANY', 'CNAME', 'MX', 'NS', 'PTR', 'SOA', 'SRV', 'TXT', 'UNKNOWN', 'WINS', 'DNSKEY',
            'DS', 'NSEC', 'RRSIG', 'CAA')]
        [string]$Type = 'A_AAAA',
        [string[]]$Server,
        [switch]$DnsOnly,
        [switch]$CacheOnly,
        [switch]$DnssecOk,
        [switch]$DnssecCd,
        [switch]$NoHostsFile,
        [switch]$LlmnrNetbiosOnly,
        [switch]$LlmnrFallback,
        [switch]$LlmnrOnly,
        [switch]$NetbiosFallback,
        [switch]$NoIdn,
        [switch]$NoRecursion,
        [switch]$QuickTimeout,
        [switch]$TcpOnly
    )
    process {
        if ($CacheOnly) { Deny-DeviceCommand -Cmdlet $PSCmdlet -Why '-CacheOnly' }
        if ($LlmnrNetbiosOnly -or $LlmnrOnly) { Deny-DeviceCommand -Cmdlet $PSCmdlet -Why 'LLMNR and NetBIOS' }
        if ($Type -in $script:refusedTypes) { Deny-DeviceCommand -Cmdlet $PSCmdlet -Why "records of type $Type" }
        $asked = $Name
        $types = @($Type)
        if ($Type -eq 'A_AAAA') { $types = 'AAAA', 'A' }
        $address = $Name -as [ipaddress]
        if ($address) {
            $types = @('PTR')
            $asked = Get-ReverseName $address
        }
        $known = @(Find-DeclaredRecord @($Name, $asked) $types)
        if (-not $known.Count -and -not $NoHostsFile -and -not $DnsOnly -and -not $Server) { $known = @(Find-HostsRecord $Name $types) }
        if ($known.Count) { return $known }
        $servers = $Server
        if (-not $Server) { $servers = @(Get-DnsServer | Select-Object -Unique) }
        $timeout = if ($QuickTimeout) { 1000 } else { 2000 }
        $found = @()
        $failure = $null
        foreach ($one in $types) {
            $query = New-DnsQuery $asked $script:typeCodes[$one] (-not $NoRecursion)
            $answer = Send-DnsQuery -Query $query -Server $servers -Tcp $TcpOnly -Timeout $timeout
            if (-not $answer) { $failure = 'timeout'; break }
            $code = $answer[3] -band 15
            if ($code) { $failure = $code; continue }
            $found += @(ConvertFrom-DnsAnswer $answer)
        }
        if (@($found | Where-Object { $_.Section -eq 'Answer' }).Count) {
            $seen = [Collections.Generic.HashSet[string]]::new()
            foreach ($record in $found) {
                if ($record.Section -eq 'Authority' -and $Type -eq 'A_AAAA') { continue }
                $data = "$($record.IPAddress)$($record.NameHost)$($record.NameExchange)$($record.NameTarget)$($record.Strings)"
                if ($seen.Add("$($record.Name)|$($record.Type)|$data|$($record.Section)")) { $record }
            }
            return
        }
        if ($failure -eq 'timeout') {
            $text = 'This operation returned because the timeout period expired'
            Write-DnsFailure $PSCmdlet $Name ERROR_TIMEOUT 1460 $text OperationTimeout
        } elseif ($failure) {
            $said = $script:failures[[int]$failure]
            if (-not $said) { $said = @('DNS_ERROR_RCODE', 9002, "DNS server answered code $failure") }
            Write-DnsFailure $PSCmdlet $Name $said[0] $said[1] $said[2] ResourceUnavailable
        } else {
            # The name exists, the type does not: the zone's SOA, as on Windows.
            $found | Select-Object -First 1
        }
    }
}
