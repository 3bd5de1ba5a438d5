# Get-WinEvent, New-WinEvent.

function Deny-EventFile {
    param($Caller)
    Deny-DeviceCommand -Cmdlet $Caller -Why 'event log files (-Path)'
}

function Get-LogConfiguration {
    # Get-WinEvent -ListLog.
    param($Caller, [string[]]$Pattern)
    $table = Get-LogTable
    $events = @(Get-StoredEvent)
    foreach ($name in Resolve-LogName $Caller $Pattern) {
        $log = $table[$name]
        $own = @($events | Where-Object { $_['log'] -eq $name })
        $type = if ($name -match '/Operational$') { 'Operational' } else { 'Administrative' }
        $isolation = if ($log['classic']) { $name } else { 'Application' }
        $written = if ($own.Count) { $own[-1]['time'].ToLocalTime() }
        $oldest = if ($own.Count) { [int64]$own[0]['recordId'] } else { [int64]0 }
        [pscustomobject][ordered]@{
            PSTypeName = 'System.Diagnostics.Eventing.Reader.EventLogConfiguration'
            LogName = $name
            LogType = $type
            LogIsolation = $isolation
            IsEnabled = [bool]$log['enabled']
            IsClassicLog = [bool]$log['classic']
            LogFilePath = '%SystemRoot%\System32\Winevt\Logs\' + $name.Replace('/', '%4') + '.evtx'
            MaximumSizeInBytes = [int64]$log['maximumSize']
            LogMode = [string]$log['mode']
            OwningProviderName = ''
            IsLogFull = $false
            RecordCount = [int64]$own.Count
            OldestRecordNumber = $oldest
            LastWriteTime = $written
            LastAccessTime = $written
        }
    }
}

function Get-ProviderList {
    # Get-WinEvent -ListProvider.
    param($Caller, [string[]]$Pattern)
    $logs = @{}
    foreach ($row in Get-StoredEvent) { $logs[[string]$row['source']] = [string]$row['log'] }
    foreach ($name in Resolve-ProviderName $Caller $Pattern) {
        $links = @(if ($logs[$name]) { [pscustomobject]@{ LogName = $logs[$name]; IsImported = $true; DisplayName = $logs[$name] } })
        [pscustomobject]@{ PSTypeName = 'System.Diagnostics.Eventing.Reader.ProviderMetadata'; Name = $name; LogLinks = $links }
    }
}

function Get-WinEvent {
    <#
    .SYNOPSIS
    Events of any log, newest first.
    #>
    [CmdletBinding(DefaultParameterSetName = 'GetLogSet')]
    param([Parameter(ParameterSetName = 'ListLogSet', Mandatory, Position = 0)][AllowEmptyCollection()][string[]]$ListLog,
        [Parameter(ParameterSetName = 'GetLogSet', Position = 0, ValueFromPipeline, ValueFromPipelineByPropertyName)][string[]]$LogName,
        [Parameter(ParameterSetName = 'ListProviderSet', Mandatory, Position = 0)][AllowEmptyCollection()][string[]]$ListProvider,
        [Parameter(ParameterSetName = 'GetProviderSet', Mandatory, Position = 0, ValueFromPipelineByPropertyName)][string[]]$ProviderName,
        [Parameter(ParameterSetName = 'FileSet', Mandatory, Position = 0, ValueFromPipelineByPropertyName)]
        [Alias('PSPath')][string[]]$Path,
        [Parameter(ParameterSetName = 'HashQuerySet', Mandatory, Position = 0)][hashtable[]]$FilterHashtable,
        [Parameter(ParameterSetName = 'XmlQuerySet', Mandatory, Position = 0)][xml]$FilterXml,
        [Parameter(ParameterSetName = 'GetLogSet')][Parameter(ParameterSetName = 'GetProviderSet')]
        [Parameter(ParameterSetName = 'FileSet')][string]$FilterXPath,
        [ValidateRange(1, 9223372036854775807)][int64]$MaxEvents, [Alias('Cn')][string]$ComputerName, [pscredential]$Credential,
        [switch]$Force, [switch]$Oldest)
    process {
        $ErrorActionPreference = Get-DeviceCallerPreference $PSCmdlet
        Deny-RemoteLog $PSCmdlet $ComputerName
        $xpath = if ($FilterXPath) { ConvertTo-EventXPath $PSCmdlet $FilterXPath }
        switch ($PSCmdlet.ParameterSetName) {
            'ListLogSet' { return Get-LogConfiguration $PSCmdlet $ListLog }
            'ListProviderSet' { return Get-ProviderList $PSCmdlet $ListProvider }
            'FileSet' { Deny-EventFile $PSCmdlet }
            'HashQuerySet' { $query = @{ kind = 'hash'; filters = $FilterHashtable } }
            'XmlQuerySet' { $query = @{ kind = 'xml'; document = $FilterXml } }
            'GetProviderSet' { $query = @{ kind = 'provider'; names = $ProviderName; xpath = $xpath } }
            default { $query = @{ kind = 'log'; names = $LogName; xpath = $xpath } }
        }
        if ($query.kind -eq 'log' -and -not $LogName) { $query.names = '*' }
        $events = Find-WinEvent $PSCmdlet $query
        if ($null -eq $events) { return }
        if (-not $events.Count) {
            $text = 'No events were found that match the specified selection criteria.'
            $PSCmdlet.WriteError((New-WinEventError 'NoMatchingEventsFound' $text))
            return
        }
        if (-not $Oldest) { [array]::Reverse($events) }
        if ($MaxEvents) { $events = @($events | Select-Object -First $MaxEvents) }
        foreach ($row in $events) { ConvertTo-WinEvent $row }
    }
}

function New-WinEvent {
    <#
    .SYNOPSIS
    Refused: events of providers that have a manifest.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory, Position = 0)][string]$ProviderName, [Parameter(Mandatory, Position = 1)][int]$Id, [byte]$Version,
        [object[]]$Payload)
    Deny-DeviceCommand -Cmdlet $PSCmdlet -Why "events of the provider '$ProviderName'"
}
