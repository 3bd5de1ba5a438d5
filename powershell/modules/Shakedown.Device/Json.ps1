# JSON as the device speaks it. PowerShell's own cmdlets are 5.1's after the startup hook, so .NET's classes are used.

$script:Deepest = 32
$script:Hidden = '********'
$script:Encoder = [System.Text.Encodings.Web.JavaScriptEncoder]::UnsafeRelaxedJsonEscaping
$script:Invariant = [Globalization.CultureInfo]::InvariantCulture

function ConvertTo-DeviceJson {
    <#
    .SYNOPSIS
    A value as one line of JSON.
    .DESCRIPTION
    Dictionaries and custom objects become objects, any other enumerable an array (of none and one too), dates ISO 8601 texts,
    time spans their texts, enumerations numbers. Passwords (secure strings, fields called Password) are hidden. An object of any
    other class becomes its text. Nesting deeper than 32 levels is an error.
    #>
    param($Value)
    $text = [Text.StringBuilder]::new()
    Add-DeviceJson $text $Value 0
    $text.ToString()
}

function Add-DeviceJson {
    <#
    .SYNOPSIS
    Appends the JSON of a value.
    #>
    param([Text.StringBuilder]$Text, $Value, [int]$Depth)
    if ($Depth -gt $script:Deepest) { throw [InvalidOperationException]::new("it is nested deeper than $script:Deepest levels") }
    $plain = Get-DeviceScalar $Value
    if ($null -ne $plain) {
        $null = $Text.Append([string]$plain)
    } elseif ($Value -is [Collections.IDictionary]) {
        $fields = @(foreach ($entry in $Value.GetEnumerator()) { , @([string]$entry.Key, $entry.Value) })
        Add-DeviceObject $Text $fields $Depth
    } elseif ($Value -is [Management.Automation.PSCustomObject]) {
        $fields = @(foreach ($property in $Value.PSObject.Properties) { , @($property.Name, $property.Value) })
        Add-DeviceObject $Text $fields $Depth
    } elseif ($Value -is [Collections.IEnumerable]) {
        $null = $Text.Append('[')
        $first = $true
        foreach ($item in $Value) {
            if (-not $first) { $null = $Text.Append(',') }
            $first = $false
            Add-DeviceJson $Text $item ($Depth + 1)
        }
        $null = $Text.Append(']')
    } else {
        Add-DeviceText $Text ([string]$Value)
    }
}

function Add-DeviceObject {
    <#
    .SYNOPSIS
    Appends an object of fields, each an array of name and value.
    #>
    param([Text.StringBuilder]$Text, $Fields, [int]$Depth)
    $null = $Text.Append('{')
    $first = $true
    foreach ($field in $Fields) {
        if (-not $first) { $null = $Text.Append(',') }
        $first = $false
        Add-DeviceText $Text $field[0]
        $null = $Text.Append(':')
        $secret = $field[0] -eq 'Password' -and $null -ne $field[1] -and $field[1] -isnot [bool]
        if ($secret) { Add-DeviceText $Text $script:Hidden } else { Add-DeviceJson $Text $field[1] ($Depth + 1) }
    }
    $null = $Text.Append('}')
}

function Add-DeviceText {
    <#
    .SYNOPSIS
    Appends a text in quotes; half a surrogate pair becomes U+FFFD.
    #>
    param([Text.StringBuilder]$Text, [string]$Value)
    $null = $Text.Append('"').Append([string]$script:Encoder.Encode($Value)).Append('"')
}

function Get-DeviceScalar {
    <#
    .SYNOPSIS
    The JSON of a value that has no parts; nothing for one that has.
    #>
    param($Value)
    if ($null -eq $Value -or $Value -is [DBNull]) { return 'null' }
    if ($Value -is [string] -or $Value -is [char] -or $Value -is [guid] -or $Value -is [version]) {
        return '"' + $script:Encoder.Encode([string]$Value) + '"'
    }
    if ($Value -is [bool] -or $Value -is [switch]) { if ($Value) { return 'true' } else { return 'false' } }
    if ($Value -is [enum]) { return $Value.ToString('D') }
    if ($Value -is [double] -or $Value -is [single]) {
        $number = $Value.ToString('R', $script:Invariant)
        if ($number -match '^-?\d+$') { return "$number.0" }
        if ($number -match '^-?\d') { return $number }
        return '"' + $number + '"'
    }
    if ($Value -is [decimal] -or $Value -is [bigint]) { return $Value.ToString($script:Invariant) }
    if ($Value -is [datetime]) { return '"' + $Value.ToString('yyyy-MM-ddTHH:mm:ss.FFFFFFFK', $script:Invariant) + '"' }
    if ($Value -is [DateTimeOffset]) { return '"' + $Value.ToString('yyyy-MM-ddTHH:mm:ss.FFFFFFFzzz', $script:Invariant) + '"' }
    if ($Value -is [timespan]) { return '"' + $Value.ToString('c') + '"' }
    if ($Value -is [ValueType] -and $Value.GetType().IsPrimitive) { return [string]$Value }
    if ($Value -is [Xml.XmlNode]) { return '"' + $script:Encoder.Encode($Value.OuterXml) + '"' }
    if ($Value -is [uri]) { return '"' + $script:Encoder.Encode($Value.OriginalString) + '"' }
    if ($Value -is [securestring] -or $Value -is [pscredential]) { return '"' + $script:Hidden + '"' }
}

function ConvertFrom-DeviceJson {
    <#
    .SYNOPSIS
    A text of JSON as PowerShell's values.
    .DESCRIPTION
    Objects become ordered dictionaries whose keys know no upper and lower case; whole numbers Int32, Int64 or UInt64, others Double;
    texts stay texts, dates too. An array comes as one object unless -Enumerate lets its items out one by one. Null gives nothing.
    #>
    param([string]$Text, [switch]$Enumerate)
    $document = [System.Text.Json.JsonDocument]::Parse($Text)
    try {
        $root = $document.RootElement
        $kind = [string]$root.ValueKind
        if ($kind -eq 'Null') { return }
        if (-not $Enumerate -or $kind -ne 'Array') { return ConvertFrom-DeviceElement $root }
        foreach ($item in $root.EnumerateArray()) { ConvertFrom-DeviceElement $item }
    } finally { $document.Dispose() }
}

function ConvertFrom-DeviceElement {
    <#
    .SYNOPSIS
    One element of a document as PowerShell's value; an array as one object.
    #>
    param($Element)
    switch ([string]$Element.ValueKind) {
        'String' { return $Element.GetString() }
        'True' { return $true }
        'False' { return $false }
        'Null' { return $null }
        'Number' { return ConvertFrom-DeviceNumber $Element }
        'Array' {
            $items = [object[]]::new($Element.GetArrayLength())
            $at = 0
            foreach ($item in $Element.EnumerateArray()) {
                $items[$at] = ConvertFrom-DeviceElement $item
                $at++
            }
            return , $items
        }
        default {
            $row = [ordered]@{}
            foreach ($property in $Element.EnumerateObject()) { $row[$property.Name] = ConvertFrom-DeviceElement $property.Value }
            return $row
        }
    }
}

function ConvertFrom-DeviceNumber {
    <#
    .SYNOPSIS
    A number in the smallest of Int32, Int64, UInt64 and Double that holds it.
    #>
    param($Element)
    $whole = [long]0
    if ($Element.TryGetInt64([ref]$whole)) {
        if ($whole -ge [int]::MinValue -and $whole -le [int]::MaxValue) { return [int]$whole }
        return $whole
    }
    $large = [uint64]0
    if ($Element.TryGetUInt64([ref]$large)) { return $large }
    $Element.GetDouble()
}
