# Logs, sources and providers.

function Open-LogKey {
    # A key below the event log's in the registry, or $null.
    param([string]$Path)
    [Microsoft.Win32.Registry]::LocalMachine.OpenSubKey("$script:logRoot\$Path".TrimEnd('\'))
}

function Get-RegistryLogName {
    # Logs that have a key in the registry.
    $key = Open-LogKey ''
    if (-not $key) { return }
    try { $key.GetSubKeyNames() | Where-Object { $_ -notin 'Parameters', 'State' } } finally { $key.Dispose() }
}

function New-LogRow {
    # A log of which only the name is known; the registry may know its size.
    param([string]$Name, [bool]$Classic)
    $size = if ($Classic) { $script:classicSize } else { $script:channelSize }
    $row = [ordered]@{ name = $Name; classic = $Classic; enabled = $true; mode = 'Circular'; maximumSize = $size }
    $key = if ($Classic) { Open-LogKey $Name }
    if ($key) {
        $kept = $key.GetValue('MaxSize')
        if ($kept) { $row['maximumSize'] = [int64][BitConverter]::ToUInt32([BitConverter]::GetBytes([int]$kept), 0) }
        $key.Dispose()
    }
    $row
}

function Get-LogTable {
    # Every log of the device by name, with its settings.
    $logs = [ordered]@{}
    foreach ($row in Get-DeviceTable -Name eventLogs -Key name) {
        $log = New-LogRow $row['name'] ([bool]$row['classic'])
        foreach ($field in $row.Keys) { $log[$field] = $row[$field] }
        $logs[[string]$row['name']] = $log
    }
    foreach ($name in Get-RegistryLogName) {
        if ($logs.Contains($name)) { $logs[$name]['classic'] = $true } else { $logs[$name] = New-LogRow $name $true }
    }
    foreach ($row in Get-StoredEvent) {
        $name = [string]$row['log']
        if (-not $logs.Contains($name)) { $logs[$name] = New-LogRow $name $false }
    }
    $logs
}

function Get-ClassicLogName {
    # Logs that the classic commands know, sorted.
    $logs = Get-LogTable
    @($logs.Keys | Where-Object { $logs[$_]['classic'] }) | Sort-Object
}

function Get-SourceLog {
    # The classic log that a source is registered in or has written to, or nothing.
    param([string]$Source)
    foreach ($log in Get-RegistryLogName) {
        $key = Open-LogKey "$log\$Source"
        if ($key) { $key.Dispose(); return $log }
    }
    foreach ($row in Get-StoredEvent) { if ($row['source'] -eq $Source) { return [string]$row['log'] } }
}

function Get-ProviderName {
    # Every provider that the device knows: Windows' own (the fact `eventProviders`), registered sources, and those of its events.
    $names = [Collections.Generic.HashSet[string]]::new([StringComparer]::OrdinalIgnoreCase)
    foreach ($name in Invoke-Device -Ask facts -Name eventProviders) { if ($name) { $null = $names.Add([string]$name) } }
    foreach ($row in Get-StoredEvent) { if ($row['source']) { $null = $names.Add([string]$row['source']) } }
    foreach ($log in Get-RegistryLogName) {
        $key = Open-LogKey $log
        if (-not $key) { continue }
        foreach ($name in $key.GetSubKeyNames()) { $null = $names.Add($name) }
        $key.Dispose()
    }
    $names | Sort-Object
}

function New-LogError {
    # An error of the classic commands: its id is the type of its exception.
    param([Exception]$Exception, [string]$Category = 'InvalidOperation')
    [Management.Automation.ErrorRecord]::new($Exception, $Exception.GetType().FullName, $Category, $null)
}

function New-MissingLogError {
    param([string]$LogName)
    New-LogError ([InvalidOperationException]::new("The Log name `"$LogName`" does not exist in the computer `"localhost`"."))
}

function New-MissingSourceError {
    param([string]$Source)
    New-LogError ([InvalidOperationException]::new("The source name `"$Source`" does not exist on computer `"localhost`"."))
}

function Deny-RemoteLog {
    # Other computers: a device alone has none.
    param($Caller, [string[]]$ComputerName)
    foreach ($name in $ComputerName) {
        if ($name -in '', '.', 'localhost', '127.0.0.1', (Get-DeviceName)) { continue }
        Deny-DeviceCommand -Cmdlet $Caller -Why "logs of the computer '$name'"
    }
}
