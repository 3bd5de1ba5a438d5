# Clear-, Limit-, Remove- and Show-EventLog.

function Clear-EventLog {
    <#
    .SYNOPSIS
    Empties classic logs.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory, Position = 0)][Alias('LN')][string[]]$LogName,
        [Parameter(Position = 1)][Alias('Cn')][string[]]$ComputerName)
    $ErrorActionPreference = Get-DeviceCallerPreference $PSCmdlet
    Deny-RemoteLog $PSCmdlet $ComputerName
    foreach ($name in $LogName) {
        $known = Get-ClassicLogName | Where-Object { $_ -eq $name }
        if (-not $known) { $PSCmdlet.WriteError((New-MissingLogError $name)); continue }
        if (-not (Test-DeviceConfirm $PSCmdlet $name)) { continue }
        Clear-StoredLog $known
        $said = [ordered]@{ log = 'System'; source = 'Microsoft-Windows-Eventlog'; id = 104; level = 4; type = 'Information'
            message = "The $known log file was cleared."; userId = 'S-1-5-18' }
        if ($known -eq 'Security') {
            $said['log'] = 'Security'
            $said['id'] = 1102
            $said['type'] = 'SuccessAudit'
            $said['message'] = 'The audit log was cleared.'
        }
        Add-StoredEvent $said
    }
}

function Set-LogSetting {
    # Writes a log's settings into the table and the registry; a change that another program makes meanwhile is kept.
    param([string]$LogName, [hashtable]$Setting)
    $row = Update-DeviceObject -Name eventLogs -Key $LogName -Change {
        param($Present)
        $now = $Present
        if ($null -eq $now -or $now['~removed']) { $now = (Get-LogTable)[$LogName] }
        foreach ($field in $Setting.Keys) { $now[$field] = $Setting[$field] }
        $now
    }
    $key = [Microsoft.Win32.Registry]::LocalMachine.CreateSubKey("$script:logRoot\$LogName")
    if ($Setting['maximumSize']) {
        $low = [uint32]([int64]$Setting['maximumSize'] -band [int64]4294967295)
        $key.SetValue('MaxSize', [BitConverter]::ToInt32([BitConverter]::GetBytes($low), 0), 'DWord')
    }
    if ($Setting['overflow']) {
        $retention = @{ OverwriteAsNeeded = 0; DoNotOverwrite = -1; OverwriteOlder = 86400 * [Math]::Max(1, [int]$row['retentionDays']) }
        $key.SetValue('Retention', [int]$retention[[string]$Setting['overflow']], 'DWord')
    }
    $key.Dispose()
}

function Limit-EventLog {
    <#
    .SYNOPSIS
    Size and overflow of classic logs.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory, Position = 0)][Alias('LN')][string[]]$LogName, [Alias('CN')][string[]]$ComputerName,
        [Alias('MRD')][ValidateRange(1, 365)][int]$RetentionDays,
        [Alias('OFA')][ValidateSet('OverwriteOlder', 'OverwriteAsNeeded', 'DoNotOverwrite')][string]$OverflowAction,
        [ValidateRange(65536, 4294967296)][int64]$MaximumSize)
    $ErrorActionPreference = Get-DeviceCallerPreference $PSCmdlet
    Deny-RemoteLog $PSCmdlet $ComputerName
    foreach ($name in $LogName) {
        $known = Get-ClassicLogName | Where-Object { $_ -eq $name }
        if (-not $known) { $PSCmdlet.WriteError((New-MissingLogError $name)); continue }
        if ($MaximumSize % 65536) {
            $text = 'The value supplied for MaximumSize parameter has to be in the range of 64 KB to 4GB with an increment of 64 KB. ' +
                'Please enter a proper value and then retry.'
            $PSCmdlet.WriteError((New-LogError ([ArgumentOutOfRangeException]::new('MaximumKilobytes', $text))))
            continue
        }
        if (-not (Test-DeviceConfirm $PSCmdlet $name)) { continue }
        $change = @{}
        if ($MaximumSize) { $change['maximumSize'] = $MaximumSize }
        if ($RetentionDays) { $change['retentionDays'] = $RetentionDays }
        if ($OverflowAction) {
            $change['overflow'] = $OverflowAction
            $change['mode'] = if ($OverflowAction -eq 'DoNotOverwrite') { 'Retain' } else { 'Circular' }
        }
        Set-LogSetting $known $change
    }
}

function Remove-EventLog {
    <#
    .SYNOPSIS
    Removes a log, or unregisters sources.
    #>
    [CmdletBinding(SupportsShouldProcess, DefaultParameterSetName = 'Default')]
    param([Parameter(ParameterSetName = 'Default', Mandatory, Position = 0)][Alias('LN')][string[]]$LogName,
        [Parameter(Position = 1)][Alias('CN')][string[]]$ComputerName,
        [Parameter(ParameterSetName = 'Source', Mandatory)][Alias('SRC')][string[]]$Source)
    $ErrorActionPreference = Get-DeviceCallerPreference $PSCmdlet
    Deny-RemoteLog $PSCmdlet $ComputerName
    foreach ($name in $Source) {
        $log = Get-SourceLog $name
        if (-not $log) { $PSCmdlet.WriteError((New-MissingSourceError $name)); continue }
        if (Test-DeviceConfirm $PSCmdlet $name) {
            [Microsoft.Win32.Registry]::LocalMachine.DeleteSubKeyTree("$script:logRoot\$log\$name", $false)
        }
    }
    foreach ($name in $LogName) {
        $known = Get-ClassicLogName | Where-Object { $_ -eq $name }
        if (-not $known) { $PSCmdlet.WriteError((New-MissingLogError $name)); continue }
        if (-not (Test-DeviceConfirm $PSCmdlet $name)) { continue }
        [Microsoft.Win32.Registry]::LocalMachine.DeleteSubKeyTree("$script:logRoot\$known", $false)
        Clear-StoredLog $known
        Remove-DeviceRow -Name eventLogs -Key $known
    }
}

function Show-EventLog {
    <#
    .SYNOPSIS
    Refused: the Event Viewer's window.
    #>
    [CmdletBinding()]
    param([Parameter(Position = 0)][string]$ComputerName)
    Deny-DeviceCommand -Cmdlet $PSCmdlet -Why 'the Event Viewer window'
}
