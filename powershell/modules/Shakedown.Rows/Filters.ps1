# Filters of the Windows modules.

function Select-DeviceMatch {
    <#
    .SYNOPSIS
    The rows whose property is like one of the patterns; reports through -Missing the plain names that matched none.
    #>
    [CmdletBinding()]
    param([object[]]$Row, [Parameter(Mandatory)][string]$Property, [AllowEmptyCollection()][AllowNull()][object[]]$Pattern, [ref]$Missing)
    if ($null -eq $Pattern) { return $Row }
    $lost = [Collections.Generic.List[object]]::new()
    $seen = [Collections.Generic.HashSet[object]]::new()
    foreach ($one in $Pattern) {
        $hit = @(foreach ($candidate in $Row) { if ([string]$candidate.$Property -like [string]$one) { $candidate } })
        $plain = -not [Management.Automation.WildcardPattern]::ContainsWildcardCharacters([string]$one)
        if (-not $hit.Count -and $plain) { $lost.Add($one) }
        foreach ($candidate in $hit) { if ($seen.Add($candidate)) { $candidate } }
    }
    if ($Missing) { $Missing.Value = $lost.ToArray() }
}

function Select-DeviceRow {
    <#
    .SYNOPSIS
    Filters rows as the CDXML modules of Windows do: wildcards in strings, equality else, their not-found errors.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory)]$Cmdlet, [AllowNull()][AllowEmptyCollection()][object[]]$Row, [Parameter(Mandatory)][string]$Class,
        [Parameter(Mandatory)][Collections.IDictionary]$Filter)
    $active = @($Filter.Keys | Where-Object { $null -ne $Filter[$_] })
    $plain = $false
    foreach ($name in $active) {
        foreach ($value in @($Filter[$name])) {
            if ($value -isnot [string] -or -not [WildcardPattern]::ContainsWildcardCharacters($value)) { $plain = $true }
        }
    }
    $found = [Collections.Generic.List[object]]::new()
    foreach ($candidate in $Row) {
        $keep = $true
        foreach ($name in $active) { if (-not (Test-DeviceValue $candidate.$name @($Filter[$name]))) { $keep = $false; break } }
        if ($keep) { $found.Add($candidate); $candidate }
    }
    if (-not $plain -or -not $active.Count) { return }
    $command = $Cmdlet.MyInvocation.MyCommand.Name
    if ($active.Count -eq 1) {
        $name = $active[0]
        foreach ($value in @($Filter[$name])) {
            if ($value -is [string] -and [WildcardPattern]::ContainsWildcardCharacters($value)) { continue }
            $hit = $false
            foreach ($candidate in $found) { if (Test-DeviceValue $candidate.$name @(, $value)) { $hit = $true; break } }
            if ($hit) { continue }
            $text = "No $Class objects found with property '$name' equal to '$value'.  Verify the value of the property and retry."
            Write-DeviceError $Cmdlet (New-DeviceError $text "CmdletizationQuery_NotFound_$name" ObjectNotFound $value)
        }
    } elseif (-not $found.Count) {
        $where = ($active | ForEach-Object { "(($_ = '$(@($Filter[$_]) -join ''',''')'))" }) -join ' AND '
        $text = "No matching $Class objects found by CIM query for instances of the $Class class on the  CIM server: " +
            "SELECT * FROM $Class WHERE $where. Verify query parameters and retry."
        Write-DeviceError $Cmdlet (New-DeviceError $text 'CmdletizationQuery_NotFound' ObjectNotFound $command)
    }
}

function Test-DeviceValue {
    <#
    .SYNOPSIS
    Whether a value is one of the wanted ones (strings: wildcards, else equality).
    #>
    param($Value, [object[]]$Wanted)
    foreach ($one in $Wanted) {
        if ($one -is [string]) { if ([string]$Value -like $one) { return $true } }
        elseif ($Value -is [bool] -or $one -is [bool]) { if ([bool]$Value -eq [bool]$one) { return $true } }
        elseif ($one -eq $Value) { return $true }
    }
    $false
}
