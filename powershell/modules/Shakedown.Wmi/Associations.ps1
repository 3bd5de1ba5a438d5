# Associations that a device's own rows tell: disks, partitions and drive letters; services and processes; adapters and their settings.
# Others are refused by name.

function Get-PartitionName {
    <#
    .SYNOPSIS
    What Win32_DiskPartition calls the partitions that have a letter ("C:"), by that letter.
    .NOTES
    Windows gives the Microsoft reserved partition no row and numbers the others from 0, as the rows of the class are.
    #>
    $names = @{}
    $next = @{}
    foreach ($partition in Get-DeviceTable -Name partitions -Key Id) {
        if ($partition.Type -eq 'Reserved') { continue }
        $disk = "$($partition.DiskNumber)"
        $index = [int]$next[$disk]
        $next[$disk] = $index + 1
        if ($partition.DriveLetter) { $names["$($partition.DriveLetter)".TrimEnd(':') + ':'] = "Disk #$disk, Partition #$index" }
    }
    $names
}

function Get-AssociationQuery {
    <#
    .SYNOPSIS
    The query that gives what goes with a row; To is a class, or the association. 'none' where nothing does, nothing for others.
    #>
    param([string]$Class, [Collections.IDictionary]$Row, [string]$To)
    $drives = 'Win32_DiskDriveToDiskPartition'
    $letters = 'Win32_LogicalDiskToPartition'
    $settings = 'Win32_NetworkAdapterSetting'
    if ($Class -eq 'Win32_DiskDrive' -and $To -in 'Win32_DiskPartition', $drives) {
        return "SELECT * FROM Win32_DiskPartition WHERE DiskIndex = $($Row['Index'])"
    }
    if ($Class -eq 'Win32_DiskPartition' -and $To -in 'Win32_DiskDrive', $drives) {
        return "SELECT * FROM Win32_DiskDrive WHERE Index = $($Row['DiskIndex'])"
    }
    if ($Class -eq 'Win32_DiskPartition' -and $To -in 'Win32_LogicalDisk', $letters) {
        $names = Get-PartitionName
        $letter = $names.Keys | Where-Object { $names[$_] -eq $Row['DeviceID'] } | Select-Object -First 1
        if ($letter) { return "SELECT * FROM Win32_LogicalDisk WHERE DeviceID = '$letter'" }
        return 'none'
    }
    if ($Class -eq 'Win32_LogicalDisk' -and $To -in 'Win32_DiskPartition', $letters) {
        $name = (Get-PartitionName)["$($Row['DeviceID'])"]
        if ($name) { return "SELECT * FROM Win32_DiskPartition WHERE DeviceID = '$name'" }
        return 'none'
    }
    if ($Class -eq 'Win32_Service' -and $To -eq 'Win32_Process') {
        return "SELECT * FROM Win32_Process WHERE ProcessId = $($Row['ProcessId'])"
    }
    if ($Class -eq 'Win32_NetworkAdapter' -and $To -in 'Win32_NetworkAdapterConfiguration', $settings) {
        return "SELECT * FROM Win32_NetworkAdapterConfiguration WHERE Index = $($Row['Index'])"
    }
    if ($Class -eq 'Win32_NetworkAdapterConfiguration' -and $To -in 'Win32_NetworkAdapter', $settings) {
        return "SELECT * FROM Win32_NetworkAdapter WHERE Index = $($Row['Index'])"
    }
}

function Select-AssociatedRow {
    <#
    .SYNOPSIS
    What goes with a row, each as Class and Row; what is not told here throws NotSupportedException.
    #>
    [CmdletBinding()]
    param([string]$Class, [Collections.IDictionary]$Row, [string]$To)
    $query = Get-AssociationQuery $Class $Row $To
    if (-not $query) { throw [NotSupportedException]::new("$Class to $To") }
    if ($query -ne 'none') { Select-WmiRow -Query $query }
}

function Select-AssociatorsOf {
    <#
    .SYNOPSIS
    What a query ASSOCIATORS OF {Class.Key='value'} WHERE AssocClass = X (or ResultClass = X) asks for.
    #>
    param([string]$Space, [string]$Path, [string]$Where)
    $form = '^\s*(?:\\\\[^\\]+\\)?(?:root[^:]*:)?(?<class>\w+)\.(?<key>\w+)\s*=\s*["''](?<value>.*)["'']\s*$'
    if ($Path -notmatch $form) { throw (New-WqlFault "no object $Path") }
    $found = @{ class = $Matches.class; key = $Matches.key; value = $Matches.value }
    $to = if ($Where -match '\bResultClass\s*=\s*(\w+)') { $Matches[1] } elseif ($Where -match '\bAssocClass\s*=\s*(\w+)') { $Matches[1] }
    # Scripts write the backslashes of \\.\PHYSICALDRIVE0 once and, as WQL has it, twice.
    $values = $found.value, ($found.value -replace '\\\\', '\')
    $class = @(Find-WmiClass $Space $found.class)[0]
    foreach ($row in Get-ClassRow $class.Namespace $class.Name $class) {
        if ("$($row[$found.key])" -in $values) { return Select-AssociatedRow $class.Name $row $to }
    }
}

function Get-RelatedObject {
    <#
    .SYNOPSIS
    ManagementObject.GetRelated(class): what goes with an object, as ManagementObjects.
    #>
    param($InputObject, [string]$To)
    $class = Get-ObjectClass $InputObject
    try {
        $hits = @(Select-AssociatedRow $class.Name (Get-ObjectRow $InputObject $class) $To)
    } catch [NotSupportedException] { Stop-Unavailable 'ManagementObject.GetRelated' "$($class.Name) to $To" }
    foreach ($hit in $hits) { New-WmiObject $hit.Class $hit.Row }
}
