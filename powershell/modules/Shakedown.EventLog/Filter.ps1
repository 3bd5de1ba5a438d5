# Which events a query of Get-WinEvent selects.

function ConvertTo-EventXPath {
    # The event log's XPath as plain XPath 1.0 over ConvertTo-EventXml -Plain, with the masks that it asks Keywords for.
    param($Caller, [string]$XPath)
    $masks = [Collections.Generic.List[uint64]]::new()
    $path = [regex]::Replace($XPath.Trim(), 'band\s*\(\s*(?:System/)?Keywords\s*,\s*(0x[0-9a-fA-F]+|\d+)\s*\)', {
            param($match)
            $text = $match.Groups[1].Value
            $mask = if ($text.StartsWith('0x')) { [Convert]::ToUInt64($text.Substring(2), 16) } else { [Convert]::ToUInt64($text, 10) }
            $masks.Add($mask)
            $front = if ($match.Value -match 'System/') { 'System/' } else { '' }
            "${front}Keywords/@Band$mask"
        })
    if ($path -match 'band\s*\(') { Deny-DeviceCommand -Cmdlet $Caller -Why 'band() in a filter on anything but Keywords' }
    $path = [regex]::Replace($path, 'timediff\s*\(\s*@SystemTime\s*\)', '@TimeDiff')
    $path = [regex]::Replace($path, '@SystemTime\s*(<=|>=|!=|=|<|>)\s*([''"])(.*?)\2', {
            param($match)
            $style = [Globalization.DateTimeStyles]::RoundtripKind
            $when = [datetime]::Parse($match.Groups[3].Value, [cultureinfo]::InvariantCulture, $style).ToUniversalTime()
            '@TimeNumber{0}{1}' -f $match.Groups[1].Value, [int64][Math]::Floor($when.Ticks / 10000)
        })
    if (-not $path.StartsWith('/')) { $path = "/$path" }
    try { $null = [Xml.XPath.XPathExpression]::Compile($path) } catch {
        $exception = [Exception]::new('The specified query is invalid')
        $id = 'System.Diagnostics.Eventing.Reader.EventLogException,Microsoft.PowerShell.Commands.GetWinEventCommand'
        $Caller.ThrowTerminatingError([Management.Automation.ErrorRecord]::new($exception, $id, 'NotSpecified', $null))
    }
    @{ path = $path; mask = $masks.ToArray() }
}

function Test-EventXPath {
    param([Collections.IDictionary]$Row, [hashtable]$XPath)
    $document = [Xml.XmlDocument]::new()
    $document.LoadXml((ConvertTo-EventXml $Row -Plain -Mask $XPath.mask))
    $null -ne $document.SelectSingleNode($XPath.path)
}

function Resolve-EventSid {
    # SID of an account or of a SID's text, or nothing.
    param([string]$Name)
    try { return [Security.Principal.SecurityIdentifier]::new($Name).Value } catch { $null = $_ }
    try { [Security.Principal.NTAccount]::new($Name).Translate([Security.Principal.SecurityIdentifier]).Value } catch { $null = $_ }
}

function Test-EventField {
    # Whether an event meets one key of a -FilterHashtable (names of logs and providers are resolved already).
    param([Collections.IDictionary]$Row, [string]$Name, $Wanted)
    switch ($Name) {
        'LogName' { return $Row['log'] -in @($Wanted) }
        'ProviderName' { return $Row['source'] -in @($Wanted) }
        'ID' { return [int]$Row['id'] -in @($Wanted | ForEach-Object { [int]$_ }) }
        'Level' { return (Get-EventLevel $Row) -in @($Wanted | ForEach-Object { [int]$_ }) }
        'StartTime' { return $Row['time'] -ge ([datetime]$Wanted).ToUniversalTime() }
        'EndTime' { return $Row['time'] -le ([datetime]$Wanted).ToUniversalTime() }
        'Keywords' {
            $mask = [int64]0
            foreach ($one in @($Wanted)) { $mask = $mask -bor [int64]$one }
            return ((Get-EventKeyword $Row) -band $mask) -ne 0
        }
        'UserID' {
            $sid = Resolve-EventSid ([string]$Wanted)
            return $null -ne $sid -and $Row['userId'] -eq $sid
        }
        'Data' { return @(Get-EventValue $Row | Where-Object { [string]$_ -in @($Wanted | ForEach-Object { [string]$_ }) }).Count -gt 0 }
        'SuppressHashFilter' { return -not (Test-EventHashtable $Row $Wanted) }
    }
    $data = $Row['data']
    $data -is [Collections.IDictionary] -and $data.Contains($Name) -and [string]$data[$Name] -in @($Wanted | ForEach-Object { [string]$_ })
}

function Test-EventHashtable {
    # Whether an event meets every key of a -FilterHashtable.
    param([Collections.IDictionary]$Row, [hashtable]$Filter)
    foreach ($name in $Filter.Keys) { if (-not (Test-EventField $Row ([string]$name) $Filter[$name])) { return $false } }
    $true
}

function New-WinEventError {
    # The id holds the cmdlet's type, as scripts look for it; PowerShell adds the function's name behind it.
    param([string]$Id, [string]$Message)
    $full = "$Id,Microsoft.PowerShell.Commands.GetWinEventCommand"
    [Management.Automation.ErrorRecord]::new([Exception]::new($Message), $full, 'ObjectNotFound', $null)
}

function Resolve-EventName {
    # The logs or providers that the patterns name; says on behalf of $Caller which of them name none.
    param($Caller, [string[]]$Known, [string[]]$Pattern, [string]$What, [string]$Id)
    foreach ($one in $Pattern) {
        $found = @($Known | Where-Object { $_ -like $one })
        if ($found.Count) { $found; continue }
        $Caller.WriteError((New-WinEventError $Id "There is not an event $What on the localhost computer that matches `"$one`"."))
    }
}

function Resolve-LogName {
    param($Caller, [string[]]$Pattern)
    Resolve-EventName $Caller @((Get-LogTable).Keys) $Pattern 'log' 'NoMatchingLogsFound'
}

function Resolve-ProviderName {
    param($Caller, [string[]]$Pattern)
    Resolve-EventName $Caller @(Get-ProviderName) $Pattern 'provider' 'NoMatchingProvidersFound'
}

function Resolve-EventHashtable {
    # A -FilterHashtable with the names that its patterns mean; nothing where they mean none.
    param($Caller, [hashtable]$Filter)
    $copy = @{}
    foreach ($key in $Filter.Keys) { $copy[[string]$key] = $Filter[$key] }
    if ($copy.ContainsKey('Path')) { Deny-EventFile $Caller }
    if (-not ($copy.ContainsKey('LogName') -or $copy.ContainsKey('ProviderName'))) {
        $exception = [Exception]::new('You must specify at least one Log, Provider or Path key-value pair.')
        $record = [Management.Automation.ErrorRecord]::new($exception, 'LogProviderOrPathNeeded', 'InvalidArgument', $null)
        $Caller.ThrowTerminatingError($record)
    }
    if ($copy.ContainsKey('LogName')) {
        $copy['LogName'] = @(Resolve-LogName $Caller $copy['LogName'])
        if (-not $copy['LogName'].Count) { return }
    }
    if ($copy.ContainsKey('ProviderName')) {
        $copy['ProviderName'] = @(Resolve-ProviderName $Caller $copy['ProviderName'])
        if (-not $copy['ProviderName'].Count) { return }
    }
    $copy
}

function Find-EventByXml {
    # The events of a structured query; $null where a log of it is not there.
    param($Caller, [xml]$Document)
    $known = @((Get-LogTable).Keys)
    $parts = @(foreach ($node in $Document.SelectNodes('//Select | //Suppress')) {
            $log = $node.GetAttribute('Path')
            if (-not $log) { $log = $node.ParentNode.GetAttribute('Path') }
            @{ log = $log; xpath = ConvertTo-EventXPath $Caller $node.InnerText; suppress = $node.LocalName -eq 'Suppress' }
        })
    foreach ($part in $parts) {
        if ($part.log -in $known) { continue }
        $exception = [Exception]::new('The specified channel could not be found. Check channel configuration')
        $id = 'System.Diagnostics.Eventing.Reader.EventLogNotFoundException'
        $Caller.WriteError([Management.Automation.ErrorRecord]::new($exception, $id, 'NotSpecified', $null))
        return
    }
    , @(Get-StoredEvent | Where-Object {
            $row = $_
            $hits = @($parts | Where-Object { $row['log'] -eq $_.log -and (Test-EventXPath $row $_.xpath) })
            $hits.Count -and -not @($hits | Where-Object { $_.suppress }).Count
        })
}

function Find-WinEvent {
    # The stored events that a query of Get-WinEvent selects, oldest first; $null where it names nothing that exists.
    param($Caller, [hashtable]$Query)
    if ($Query.kind -eq 'xml') {
        $found = Find-EventByXml $Caller $Query.document
        if ($null -eq $found) { return }
        return , @($found)
    }
    if ($Query.kind -eq 'hash') {
        $filters = @(foreach ($filter in $Query.filters) { Resolve-EventHashtable $Caller $filter })
        if (-not $filters.Count) { return }
        return , @(Get-StoredEvent | Where-Object {
                $row = $_
                @($filters | Where-Object { Test-EventHashtable $row $_ }).Count -gt 0
            })
    }
    $field = 'log'
    if ($Query.kind -eq 'provider') { $field = 'source'; $names = @(Resolve-ProviderName $Caller $Query.names) }
    else { $names = @(Resolve-LogName $Caller $Query.names) }
    if (-not $names.Count) { return }
    , @(Get-StoredEvent | Where-Object { $_[$field] -in $names -and (-not $Query.xpath -or (Test-EventXPath $_ $Query.xpath)) })
}
