# Get-EventLog.

function ConvertFrom-HexText {
    # Bytes of a text such as 00FF.
    param([string]$Text)
    $bytes = [byte[]]::new([int][Math]::Floor($Text.Length / 2))
    for ($at = 0; $at -lt $bytes.Length; $at++) { $bytes[$at] = [Convert]::ToByte($Text.Substring(2 * $at, 2), 16) }
    , $bytes
}

function ConvertTo-EventLogEntry {
    # What Get-EventLog gives for a stored event.
    param([Collections.IDictionary]$Row)
    $computer = if ($Row['computer']) { [string]$Row['computer'] } else { Get-DeviceName }
    $user = if ($Row['userId']) { ConvertTo-AccountName ([string]$Row['userId']) }
    $time = $Row['time'].ToLocalTime()
    $category = [int16]$Row['category']
    $entry = [pscustomobject][ordered]@{
        EventID = [int]$Row['id']
        MachineName = $computer
        Data = ConvertFrom-HexText ([string]$Row['rawData'])
        Index = [int]$Row['recordId']
        Category = "($category)"
        CategoryNumber = $category
        EntryType = [Diagnostics.EventLogEntryType](Get-EventType $Row)
        Message = [string]$Row['message']
        Source = [string]$Row['source']
        ReplacementStrings = [string[]]@(Get-EventValue $Row)
        InstanceId = [int64]$Row['id']
        TimeGenerated = $time
        TimeWritten = $time
        UserName = $user
        Site = $null
        Container = $null
    }
    $entry.PSObject.TypeNames.Insert(0, 'System.Diagnostics.EventLogEntry')
    $entry
}

function ConvertTo-AccountName {
    # Name of a SID; the SID where nobody knows it.
    param([string]$Sid)
    $known = @{ 'S-1-5-18' = 'NT AUTHORITY\SYSTEM'; 'S-1-5-19' = 'NT AUTHORITY\LOCAL SERVICE'; 'S-1-5-20' = 'NT AUTHORITY\NETWORK SERVICE' }
    if ($known[$Sid]) { return $known[$Sid] }
    try { [Security.Principal.SecurityIdentifier]::new($Sid).Translate([Security.Principal.NTAccount]).Value } catch { $Sid }
}

function Get-EventLogList {
    # Get-EventLog -List.
    param([switch]$AsString)
    $logs = Get-LogTable
    $events = @(Get-StoredEvent)
    foreach ($name in Get-ClassicLogName) {
        if ($AsString) { $name; continue }
        $log = $logs[$name]
        $overflow = if ($log['mode'] -eq 'Circular') { 'OverwriteAsNeeded' } else { 'DoNotOverwrite' }
        if ($log['overflow']) { $overflow = [string]$log['overflow'] }
        [pscustomobject][ordered]@{
            PSTypeName = 'System.Diagnostics.EventLog'
            Entries = @($events | Where-Object { $_['log'] -eq $name } | ForEach-Object { ConvertTo-EventLogEntry $_ })
            LogDisplayName = $name
            Log = $name
            MachineName = '.'
            MaximumKilobytes = [int64]($log['maximumSize'] / 1024)
            OverflowAction = $overflow
            MinimumRetentionDays = [int]$log['retentionDays']
            EnableRaisingEvents = $false
            Source = ''
        }
    }
}

function Get-EventLog {
    <#
    .SYNOPSIS
    Entries of a classic log, newest first.
    #>
    [CmdletBinding(DefaultParameterSetName = 'LogName')]
    param([Parameter(ParameterSetName = 'LogName', Mandatory, Position = 0)][Alias('LN')][string]$LogName,
        [Parameter(ParameterSetName = 'LogName', Position = 1)][int64[]]$InstanceId,
        [Parameter(ParameterSetName = 'LogName')][ValidateRange(0, 2147483647)][int]$Newest,
        [Parameter(ParameterSetName = 'LogName')][datetime]$After, [Parameter(ParameterSetName = 'LogName')][datetime]$Before,
        [Parameter(ParameterSetName = 'LogName')][string[]]$UserName, [Parameter(ParameterSetName = 'LogName')][int[]]$Index,
        [Parameter(ParameterSetName = 'LogName')][Alias('ET')]
        [ValidateSet('Error', 'Information', 'FailureAudit', 'SuccessAudit', 'Warning')][string[]]$EntryType,
        [Parameter(ParameterSetName = 'LogName')][Alias('ABO')][string[]]$Source,
        [Parameter(ParameterSetName = 'LogName')][Alias('MSG')][string]$Message,
        [Parameter(ParameterSetName = 'LogName')][switch]$AsBaseObject, [Alias('Cn')][string[]]$ComputerName,
        [Parameter(ParameterSetName = 'List')][switch]$List, [Parameter(ParameterSetName = 'List')][switch]$AsString)
    $ErrorActionPreference = Get-DeviceCallerPreference $PSCmdlet
    Deny-RemoteLog $PSCmdlet $ComputerName
    if ($PSCmdlet.ParameterSetName -eq 'List') { return Get-EventLogList -AsString:$AsString }
    if ($LogName -notin @(Get-ClassicLogName)) {
        $exception = [InvalidOperationException]::new("The event log '$LogName' on computer '.' does not exist.")
        $PSCmdlet.ThrowTerminatingError((New-LogError $exception NotSpecified))
    }
    $bound = $PSBoundParameters
    $like = { param($value, $patterns) @($patterns | Where-Object { $value -like $_ }).Count -gt 0 }
    $entries = @(Get-StoredEvent | Where-Object { $_['log'] -eq $LogName } | ForEach-Object { ConvertTo-EventLogEntry $_ } | Where-Object {
            (-not $InstanceId -or $_.InstanceId -in $InstanceId) -and (-not $Index -or $_.Index -in $Index) -and
            (-not $EntryType -or [string]$_.EntryType -in $EntryType) -and (-not $Source -or (& $like $_.Source $Source)) -and
            (-not $Message -or $_.Message -like $Message) -and (-not $UserName -or (& $like $_.UserName $UserName)) -and
            (-not $bound.ContainsKey('After') -or $_.TimeGenerated -gt $After) -and
            (-not $bound.ContainsKey('Before') -or $_.TimeGenerated -lt $Before)
        })
    [array]::Reverse($entries)
    if ($bound.ContainsKey('Newest')) { $entries = @($entries | Select-Object -First $Newest) }
    if (-not $entries.Count) {
        $exception = [ArgumentException]::new('No matches found')
        $PSCmdlet.WriteError([Management.Automation.ErrorRecord]::new($exception, 'GetEventLogNoEntriesFound', 'ObjectNotFound', $null))
    }
    $entries
}
