# Tables: the rows of a fact, overlaid by what was stored since in the store of the same name. A stored {"~removed": key} hides a row.

# Rows of facts by name; a device's facts do not change while a process runs.
$script:factRows = @{}

function Get-DeviceFact {
    <#
    .SYNOPSIS
    One fact of the device; a list comes row by row, an undeclared one gives nothing.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory)][string]$Name)
    Invoke-Device -Ask facts -Name $Name
}

function Get-FactRow {
    <#
    .SYNOPSIS
    Copies of the rows of a fact.
    #>
    param([string]$Name)
    if (-not $script:factRows.ContainsKey($Name)) {
        $script:factRows[$Name] = @(Invoke-Device -Ask facts -Name $Name | Where-Object { $_ -is [Collections.IDictionary] })
    }
    foreach ($row in $script:factRows[$Name]) { Copy-DeviceRow $row }
}

function Copy-DeviceRow {
    <#
    .SYNOPSIS
    A row of its own with the same fields.
    #>
    param([Collections.IDictionary]$Row)
    $copy = [ordered]@{}
    foreach ($entry in $Row.GetEnumerator()) { $copy[[string]$entry.Key] = $entry.Value }
    $copy
}

function Get-DeviceTable {
    <#
    .SYNOPSIS
    The rows of a table as ordered dictionaries: those of the fact, then those that were stored since; -Key is the field that tells
    them apart.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory)][string]$Name, [Parameter(Mandatory)][string]$Key)
    $rows = [ordered]@{}
    foreach ($row in Get-FactRow $Name) { $rows[[string]$row[$Key]] = $row }
    foreach ($stored in Invoke-Device -Ask list -Name $Name) {
        if ($stored['~removed']) { $rows.Remove([string]$stored['~removed']) } else { $rows[[string]$stored[$Key]] = $stored }
    }
    foreach ($row in $rows.Values) { $row }
}

function Set-DeviceRow {
    <#
    .SYNOPSIS
    Stores one row of a table, new or changed. For a change that depends on what the row was, Update-DeviceRow is right.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory)][string]$Name, [Parameter(Mandatory)][string]$Key, [Parameter(Mandatory)]$Row)
    Invoke-Device -Ask put -Name $Name -Key $Key.ToLowerInvariant() -Value $Row
}

function Update-DeviceRow {
    <#
    .SYNOPSIS
    Changes one row of a table so that no change of another process gets lost.
    .DESCRIPTION
    -Key is the row's key, -Field the field that holds it. -Change gets the row as it is now ($null where there is none) and gives the
    row that shall be, or nothing to leave it; it may be called several times. Gives what was stored.
    .EXAMPLE
    Update-DeviceRow -Name localUsers -Field Name -Key user -Change { param($Row) $Row.Enabled = $false; $Row }
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)][string]$Name,
        [Parameter(Mandatory)][string]$Field,
        [Parameter(Mandatory)][string]$Key,
        [Parameter(Mandatory)][scriptblock]$Change
    )
    $rowChange = $Change
    $declared = Get-FactRow $Name | Where-Object { [string]$_[$Field] -eq $Key } | Select-Object -First 1
    Update-DeviceObject -Name $Name -Key $Key.ToLowerInvariant() -Change {
        param($Stored)
        $row = $Stored
        if ($null -eq $Stored) { if ($null -ne $declared) { $row = Copy-DeviceRow $declared } }
        elseif ($Stored['~removed']) { $row = $null }
        & $rowChange $row
    }
}

function Remove-DeviceRow {
    <#
    .SYNOPSIS
    Removes one row of a table: a mark in the store hides a declared one.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory)][string]$Name, [Parameter(Mandatory)][string]$Key)
    Invoke-Device -Ask put -Name $Name -Key $Key.ToLowerInvariant() -Value @{ '~removed' = $Key }
}

function Get-DeviceAdapter {
    <#
    .SYNOPSIS
    The network adapters of the device, the same rows for NetAdapter, NetTCPIP, DnsClient and NetConnection.
    #>
    [CmdletBinding()]
    param()
    Get-DeviceTable -Name networkAdapters -Key Name
}

function Set-DeviceAdapter {
    <#
    .SYNOPSIS
    Stores a changed adapter row.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory)]$Row)
    Set-DeviceRow -Name networkAdapters -Key $Row.Name -Row $Row
}

function Test-DeviceServer {
    <#
    .SYNOPSIS
    Whether the device plays a server.
    .NOTES
    Win32_OperatingSystem.ProductType: 1 work station, 2 domain controller, 3 server (Microsoft Learn, Win32_OperatingSystem).
    #>
    [CmdletBinding()]
    param()
    [int](Invoke-Device -Ask facts -Name os).ProductType -ne 1
}
