# What WMI's classes read: facts, tables of other modules, values drawn from both.

# Facts by name, a list as an array; a device's facts do not change while a process runs.
$script:Facts = @{}

function Get-WmiFact {
    <#
    .SYNOPSIS
    One fact: an ordered dictionary, an array or a plain value; nothing where none is declared.
    #>
    param([string]$Name)
    if (-not $script:Facts.ContainsKey($Name)) { $script:Facts[$Name] = Invoke-Device -Ask facts -Name $Name -NoEnumerate }
    $value = $script:Facts[$Name]
    if ($null -eq $value) { return }
    , $value
}

function Get-FactValue {
    <#
    .SYNOPSIS
    One value of a fact that is an object; nothing where it has none.
    #>
    param([string]$Fact, [string]$Property)
    $value = Get-WmiFact $Fact
    if ($value -is [Collections.IDictionary]) { $value[$Property] }
}

function Test-WmiServer {
    <#
    .SYNOPSIS
    Whether the device plays a server.
    .NOTES
    Win32_OperatingSystem.ProductType: 1 work station, 2 domain controller, 3 server (Microsoft Learn, Win32_OperatingSystem).
    #>
    [int](Get-FactValue os ProductType) -ne 1
}

function Get-WmiBootTime {
    <#
    .SYNOPSIS
    When the device started: the fact os.LastBootUpTime, else what Windows' own tick count says.
    #>
    $declared = Get-FactValue os LastBootUpTime
    if ($declared) { return ConvertFrom-WmiDate $declared }
    [datetime]::Now.AddMilliseconds(-[Environment]::TickCount64)
}

function Get-UtcOffset {
    <#
    .SYNOPSIS
    Minutes that the device's local time is ahead of UTC.
    #>
    [int][TimeZoneInfo]::Local.GetUtcOffset([datetime]::Now).TotalMinutes
}

function Get-Borrowed {
    <#
    .SYNOPSIS
    What another module's command gives; a class that needs it is refused by name where that module is missing.
    #>
    param([string]$Command)
    if (-not (Get-Command -Name $Command -ErrorAction Ignore)) { throw [NotSupportedException]::new("$Command is missing") }
    & $Command -ErrorAction SilentlyContinue
}

function Get-BorrowedRow {
    <#
    .SYNOPSIS
    The objects of another module's command as rows.
    #>
    param([string]$Command)
    foreach ($object in Get-Borrowed $Command) {
        $row = [ordered]@{}
        foreach ($property in $object.PSObject.Properties) {
            if ($property.Name -cmatch '^(Cim|PSComputerName)') { continue }
            $row[$property.Name] = $property.Value
            if ($property.Value -is [enum]) { $row[$property.Name] = [int]$property.Value }
        }
        $row
    }
}

function New-LocalSid {
    <#
    .SYNOPSIS
    A SID of this machine.
    #>
    param([int]$Rid)
    "$(Get-WmiFact machineSid)-$Rid"
}

function Join-Row {
    <#
    .SYNOPSIS
    One dictionary from several, the last one wins.
    #>
    $row = @{}
    foreach ($part in $args) {
        if ($null -eq $part) { continue }
        foreach ($entry in $part.GetEnumerator()) { $row[[string]$entry.Key] = $entry.Value }
    }
    $row
}
