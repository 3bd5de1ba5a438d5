# New-EventLog, Write-EventLog.

function New-LogSource {
    # Registers a source, and its log where that is new.
    param([string]$LogName, [string]$Source, [hashtable]$File)
    $isNew = $LogName -notin @((Get-LogTable).Keys)
    $key = [Microsoft.Win32.Registry]::LocalMachine.CreateSubKey("$script:logRoot\$LogName\$Source")
    foreach ($value in $File.Keys) { if ($File[$value]) { $key.SetValue($value, $File[$value], 'ExpandString') } }
    $key.Dispose()
    if (-not $isNew) { return }
    $key = [Microsoft.Win32.Registry]::LocalMachine.CreateSubKey("$script:logRoot\$LogName")
    $key.SetValue('MaxSize', $script:newLogSize, 'DWord')
    $key.SetValue('AutoBackupLogFiles', 0, 'DWord')
    $key.Dispose()
    [Microsoft.Win32.Registry]::LocalMachine.CreateSubKey("$script:logRoot\$LogName\$LogName").Dispose()
    Set-DeviceRow -Name eventLogs -Key $LogName -Row (New-LogRow $LogName $true)
}

function New-EventLog {
    <#
    .SYNOPSIS
    Registers a source, and the log where it is new.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory, Position = 0)][Alias('LN')][string]$LogName,
        [Parameter(Mandatory, Position = 1)][Alias('SRC')][string[]]$Source,
        [Parameter(Position = 2)][Alias('CN')][string[]]$ComputerName, [Alias('CRF')][string]$CategoryResourceFile,
        [Alias('MRF')][string]$MessageResourceFile, [Alias('PRF')][string]$ParameterResourceFile)
    $ErrorActionPreference = Get-DeviceCallerPreference $PSCmdlet
    Deny-RemoteLog $PSCmdlet $ComputerName
    $messages = "$env:SystemRoot\Microsoft.NET\Framework64\v4.0.30319\EventLogMessages.dll"
    if ($MessageResourceFile) { $messages = $MessageResourceFile }
    $file = @{ EventMessageFile = $messages; CategoryMessageFile = $CategoryResourceFile; ParameterMessageFile = $ParameterResourceFile }
    foreach ($name in $Source) {
        if (Get-SourceLog $name) {
            $text = "The `"$name`" source is already registered on the `"localhost`" computer."
            $PSCmdlet.WriteError((New-LogError ([InvalidOperationException]::new($text))))
            continue
        }
        New-LogSource $LogName $name $file
    }
}

function Write-EventLog {
    <#
    .SYNOPSIS
    Writes an event from a registered source.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory, Position = 0)][Alias('LN')][string]$LogName,
        [Parameter(Mandatory, Position = 1)][Alias('SRC')][string]$Source,
        [Parameter(Mandatory, Position = 2)][Alias('ID', 'EID')][ValidateRange(0, 65535)][int]$EventId,
        [Parameter(Position = 3)][Alias('ET')][Diagnostics.EventLogEntryType]$EntryType = 'Information',
        [Parameter(Mandatory, Position = 4)][Alias('MSG')][AllowEmptyString()][ValidateLength(0, 32766)][string]$Message,
        [int16]$Category = 1, [Alias('RD')][byte[]]$RawData, [Alias('CN')][string]$ComputerName = '.')
    $ErrorActionPreference = Get-DeviceCallerPreference $PSCmdlet
    Deny-RemoteLog $PSCmdlet $ComputerName
    if ($LogName -notin @(Get-ClassicLogName)) { $PSCmdlet.WriteError((New-MissingLogError $LogName)); return }
    $registered = Get-SourceLog $Source
    if (-not $registered) { $PSCmdlet.WriteError((New-MissingSourceError $Source)); return }
    if ($registered -ne $LogName) {
        $text = "The source '$Source' is not registered in log '$LogName'. (It is registered in log '$registered'.) " +
            'The Source and Log properties must be matched, or you may set Log to the empty string, and it will automatically ' +
            'be matched to the Source property.'
        $PSCmdlet.WriteError((New-LogError ([ArgumentException]::new($text))))
        return
    }
    $row = [ordered]@{ log = $registered; source = $Source; id = $EventId; type = [string]$EntryType; message = $Message
        data = @($Message); category = [int]$Category }
    $row['level'] = Get-EventLevel @{ type = [string]$EntryType }
    if ($RawData) { $row['rawData'] = [BitConverter]::ToString($RawData).Replace('-', '') }
    Add-StoredEvent $row
}
