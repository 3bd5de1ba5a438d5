# Messages of DNS (RFC 1035): questions, answers, the records in them.

$script:typeCodes = [ordered]@{
    A = 1; NS = 2; CNAME = 5; SOA = 6; PTR = 12; MX = 15; TXT = 16; AAAA = 28; SRV = 33; ALL = 255; ANY = 255
}
$script:typeNames = @{ 1 = 'A'; 2 = 'NS'; 5 = 'CNAME'; 6 = 'SOA'; 12 = 'PTR'; 15 = 'MX'; 16 = 'TXT'; 28 = 'AAAA'; 33 = 'SRV' }
# Names that Windows' records have for a property beside its own.
$script:recordAliases = @{
    A = @{ IP4Address = 'IPAddress'; Address = 'IPAddress' }
    AAAA = @{ IP6Address = 'IPAddress'; Address = 'IPAddress' }
    CNAME = @{ Server = 'NameHost' }
    NS = @{ Server = 'NameHost' }
    PTR = @{ Server = 'NameHost' }
    MX = @{ Exchange = 'NameExchange' }
    SOA = @{ Administrator = 'NameAdministrator' }
    SRV = @{ Target = 'NameTarget' }
    TXT = @{ Text = 'Strings' }
}
# What a table of records shows beside Name, Type, TTL and Section.
$script:recordShown = @{
    A = @('IPAddress'); AAAA = @('IPAddress'); MX = @('NameExchange', 'Preference'); TXT = @('Strings')
    SOA = @('PrimaryServer', 'NameAdministrator', 'SerialNumber'); SRV = @('NameTarget', 'Priority', 'Weight', 'Port')
    CNAME = @('NameHost'); NS = @('NameHost'); PTR = @('NameHost')
}

function New-DnsQuery {
    <#
    .SYNOPSIS
    The bytes of a question.
    #>
    param([string]$Name, [int]$Code, [bool]$Recursion)
    $bytes = [Collections.Generic.List[byte]]::new()
    $id = [Random]::Shared.Next(65536)
    $flag = if ($Recursion) { 1 } else { 0 }
    $bytes.AddRange([byte[]]@(($id -shr 8), ($id -band 255), $flag, 0, 0, 1, 0, 0, 0, 0, 0, 0))
    foreach ($label in [Globalization.IdnMapping]::new().GetAscii($Name.TrimEnd('.')).Split('.')) {
        $text = [Text.Encoding]::ASCII.GetBytes($label)
        $bytes.Add([byte]$text.Length)
        $bytes.AddRange($text)
    }
    $bytes.AddRange([byte[]]@(0, ($Code -shr 8), ($Code -band 255), 0, 1))
    , $bytes.ToArray()
}

function Read-DnsLabel {
    <#
    .SYNOPSIS
    A name at a place: the name and where the next field begins.
    #>
    param([byte[]]$Bytes, [int]$At)
    $labels = [Collections.Generic.List[string]]::new()
    $next = -1
    # A name has at most 127 labels; a pointer that goes in a circle ends there too.
    for ($guard = 0; $guard -lt 128; $guard++) {
        $length = $Bytes[$At]
        if ($length -eq 0) {
            if ($next -lt 0) { $next = $At + 1 }
            break
        }
        if ($length -ge 192) {
            if ($next -lt 0) { $next = $At + 2 }
            $At = ($length -band 63) * 256 + $Bytes[$At + 1]
            continue
        }
        $labels.Add([Text.Encoding]::ASCII.GetString($Bytes, $At + 1, $length))
        $At += 1 + $length
    }
    @{ name = $labels -join '.'; next = $next }
}

function Read-DnsNumber {
    <#
    .SYNOPSIS
    A number of some bytes, in the network's order.
    #>
    param([byte[]]$Bytes, [int]$At, [int]$Size)
    $number = [uint64]0
    for ($step = 0; $step -lt $Size; $step++) { $number = $number * 256 + $Bytes[$At + $step] }
    $number
}

function New-DnsRecord {
    <#
    .SYNOPSIS
    A record as Resolve-DnsName gives it.
    #>
    param([string]$Type, [Collections.IDictionary]$Property)
    $record = [pscustomobject]$Property
    $record.PSObject.TypeNames.Insert(0, 'Microsoft.DnsClient.Commands.DnsRecord')
    $record.PSObject.TypeNames.Insert(0, "Microsoft.DnsClient.Commands.DnsRecord_$Type")
    $record.PSObject.Members.Add([psnoteproperty]::new('CharacterSet', 'Unicode'))
    $record.PSObject.Members.Add([psaliasproperty]::new('QueryType', 'Type'))
    if ($script:recordAliases[$Type]) {
        foreach ($entry in $script:recordAliases[$Type].GetEnumerator()) {
            $record.PSObject.Members.Add([psaliasproperty]::new($entry.Key, $entry.Value))
        }
    }
    $shown = [string[]](@('Name', 'Type', 'TTL', 'Section') + @($script:recordShown[$Type]))
    $set = [Management.Automation.PSPropertySet]::new('DefaultDisplayPropertySet', $shown)
    $members = [Management.Automation.PSMemberInfo[]]@($set)
    $record.PSObject.Members.Add([Management.Automation.PSMemberSet]::new('PSStandardMembers', $members))
    $record
}

function Read-DnsData {
    <#
    .SYNOPSIS
    The data of a record as properties.
    #>
    param([byte[]]$Bytes, [string]$Type, [int]$At, [int]$Length, [Collections.IDictionary]$Property)
    if ($Type -in 'A', 'AAAA') {
        $address = [byte[]]::new($Length)
        [Array]::Copy($Bytes, $At, $address, 0, $Length)
        $Property.IPAddress = [ipaddress]::new($address).ToString()
    } elseif ($Type -in 'CNAME', 'NS', 'PTR') {
        $Property.NameHost = (Read-DnsLabel $Bytes $At).name
    } elseif ($Type -eq 'MX') {
        $Property.NameExchange = (Read-DnsLabel $Bytes ($At + 2)).name
        $Property.Preference = [uint16](Read-DnsNumber $Bytes $At 2)
    } elseif ($Type -eq 'SRV') {
        $Property.NameTarget = (Read-DnsLabel $Bytes ($At + 6)).name
        $Property.Priority = [uint16](Read-DnsNumber $Bytes $At 2)
        $Property.Weight = [uint16](Read-DnsNumber $Bytes ($At + 2) 2)
        $Property.Port = [uint16](Read-DnsNumber $Bytes ($At + 4) 2)
    } elseif ($Type -eq 'TXT') {
        $Property.Strings = [string[]]@(for ($step = $At; $step -lt $At + $Length; $step += 1 + $Bytes[$step]) {
            [Text.Encoding]::UTF8.GetString($Bytes, $step + 1, $Bytes[$step])
        })
    } elseif ($Type -eq 'SOA') {
        $primary = Read-DnsLabel $Bytes $At
        $admin = Read-DnsLabel $Bytes $primary.next
        $Property.PrimaryServer = $primary.name
        $Property.NameAdministrator = $admin.name
        $step = $admin.next
        foreach ($field in 'SerialNumber', 'TimeToZoneRefresh', 'TimeToZoneFailureRetry', 'TimeToExpiration', 'DefaultTTL') {
            $Property[$field] = [uint32](Read-DnsNumber $Bytes $step 4)
            $step += 4
        }
    }
}

function ConvertFrom-DnsAnswer {
    <#
    .SYNOPSIS
    The records of an answer that Windows knows by type.
    #>
    param([byte[]]$Bytes)
    $at = 12
    for ($count = Read-DnsNumber $Bytes 4 2; $count -gt 0; $count--) { $at = (Read-DnsLabel $Bytes $at).next + 4 }
    $place = 6
    foreach ($section in 'Answer', 'Authority', 'Additional') {
        $number = Read-DnsNumber $Bytes $place 2
        $place += 2
        for ($index = 0; $index -lt $number; $index++) {
            $owner = Read-DnsLabel $Bytes $at
            $at = $owner.next
            $type = $script:typeNames[[int](Read-DnsNumber $Bytes $at 2)]
            $length = [int](Read-DnsNumber $Bytes ($at + 8) 2)
            if ($type) {
                $property = [ordered]@{
                    Name = $owner.name
                    Type = $type
                    TTL = [uint32](Read-DnsNumber $Bytes ($at + 4) 4)
                    DataLength = [uint16]$length
                    Section = $section
                }
                Read-DnsData $Bytes $type ($at + 10) $length $property
                New-DnsRecord $type $property
            }
            $at += 10 + $length
        }
    }
}
