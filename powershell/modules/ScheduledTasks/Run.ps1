# Start-, Stop-, Enable- and Disable-ScheduledTask. The harness starts and ends programs of tasks, outside of the job that asks for it.

function Get-StartFailure {
    # The result that Windows gives a task whose program it cannot start, or nothing.
    param($Action)
    $program = [Environment]::ExpandEnvironmentVariables([string]$Action.Execute).Trim('"', ' ')
    $folder = [Environment]::ExpandEnvironmentVariables([string]$Action.WorkingDirectory).Trim('"', ' ')
    if (-not $program) { return [int64]2147942402 }
    $path = Get-Command -Name $program -CommandType Application -ErrorAction Ignore | Select-Object -First 1
    if (-not $path) { return [int64]2147942402 }                                                    # 0x80070002 file not found
    if ($folder -and -not [IO.Directory]::Exists($folder)) { return [int64]2147942667 }             # 0x8007010B directory name
}

function Wait-StoredTask {
    # Waits until the harness has started or ended a task; whether it did.
    param($Stored, [scriptblock]$Until)
    $since = [Diagnostics.Stopwatch]::StartNew()
    while ($since.ElapsedMilliseconds -lt $script:patience) {
        $now = Find-StoredTask $Stored['name'] $Stored['path']
        if (-not $now -or (& $Until $now)) { return $true }
        [Threading.Thread]::Sleep(20)
    }
    $false
}

function Send-TaskOrder {
    # Asks the harness to start (runTask) or end (endTask) a task and waits for it; says on behalf of $Caller where nothing happens.
    param($Caller, $Stored, [string]$Order, [scriptblock]$Until)
    $address = $Stored['path'] + $Stored['name']
    try {
        Invoke-Device -Ask note -Name $Order -Value @{ task = $address; by = $Caller.MyInvocation.MyCommand.Name }
    } catch {
        Write-NotJudged -Cmdlet $Caller -Why "the task ${address}: $($_.Exception.Message)"
        return
    }
    if (-not (Wait-StoredTask $Stored $Until)) { Write-NotJudged -Cmdlet $Caller -Why "the task $address (nothing happened)" }
}

function Start-StoredTask {
    # Starts a task on behalf of $Caller.
    param($Caller, $Stored, $Task)
    $actions = @($Task.Actions)
    if ($actions.Count -ne 1 -or (Get-TaskClass $actions[0]) -ne 'MSFT_TaskExecAction') {
        Write-NotJudged -Cmdlet $Caller -Why "the task $($Task.URI), whose action is not one program"
        return
    }
    $failure = Get-StartFailure $actions[0]
    if ($failure) {
        $null = Update-StoredTask $Stored {
            param($Present)
            $Present['lastRunTime'] = [datetime]::UtcNow.ToString('o', [cultureinfo]::InvariantCulture)
            $Present['lastTaskResult'] = $failure
        }
        return
    }
    $before = [string]$Stored['lastRunTime']
    Send-TaskOrder $Caller $Stored 'runTask' { param($now) $now['launcher'] -or [string]$now['lastRunTime'] -ne $before }
}

function Start-ScheduledTask {
    <#
    .SYNOPSIS
    Runs a task now.
    #>
    [CmdletBinding(DefaultParameterSetName = 'Path')]
    param([Parameter(ParameterSetName = 'Path', Mandatory, Position = 0)][string]$TaskName,
        [Parameter(ParameterSetName = 'Path', Position = 1)][string]$TaskPath = '\',
        [Parameter(ParameterSetName = 'Object', Mandatory, ValueFromPipeline)]$InputObject,
        [Alias('Session')]$CimSession, [int]$ThrottleLimit, [switch]$AsJob)
    process {
        $ErrorActionPreference = Get-DeviceCallerPreference $PSCmdlet
        if ($InputObject) { $TaskName = $InputObject.TaskName; $TaskPath = $InputObject.TaskPath }
        $stored = Find-StoredTask $TaskName $TaskPath
        if (-not $stored) { $PSCmdlet.WriteError((New-FileNotFoundError $TaskName)); return }
        $task = ConvertFrom-StoredTask $stored
        if (-not $task.Settings.Enabled) {
            $PSCmdlet.WriteError((New-TaskError '0x80041326' 'The task is disabled. ' NotSpecified $TaskName))
            return
        }
        if ($stored['launcher'] -and [string]$task.Settings.MultipleInstances -ne 'Parallel') { return }
        # "Only when user is logged on": where nobody is, Windows starts nothing and says nothing.
        if ([string]$task.Principal.LogonType -in 'Interactive', 'Group' -and -not (Get-PresentUser)) { return }
        Start-StoredTask $PSCmdlet $stored $task
    }
}

function Stop-ScheduledTask {
    <#
    .SYNOPSIS
    Ends a running task.
    #>
    [CmdletBinding(DefaultParameterSetName = 'Path')]
    param([Parameter(ParameterSetName = 'Path', Mandatory, Position = 0)][string]$TaskName,
        [Parameter(ParameterSetName = 'Path', Position = 1)][string]$TaskPath = '\',
        [Parameter(ParameterSetName = 'Object', Mandatory, ValueFromPipeline)]$InputObject,
        [Alias('Session')]$CimSession, [int]$ThrottleLimit, [switch]$AsJob)
    process {
        $ErrorActionPreference = Get-DeviceCallerPreference $PSCmdlet
        if ($InputObject) { $TaskName = $InputObject.TaskName; $TaskPath = $InputObject.TaskPath }
        $stored = Find-StoredTask $TaskName $TaskPath
        if (-not $stored) { $PSCmdlet.WriteError((New-FileNotFoundError $TaskName)); return }
        if ($stored['launcher']) { Send-TaskOrder $PSCmdlet $stored 'endTask' { param($now) -not $now['launcher'] } }
    }
}

function Set-TaskEnabled {
    # Enable- and Disable-ScheduledTask on behalf of $Caller: the one setting, all else of the XML stays as it is.
    param($Caller, [string]$TaskName, [string]$TaskPath, [bool]$Enabled)
    $stored = Find-StoredTask $TaskName $TaskPath
    if (-not $stored) { $Caller.WriteError((New-FileNotFoundError $TaskName)); return }
    $document = [Xml.XmlDocument]::new()
    $document.PreserveWhitespace = $true
    $document.LoadXml(((Get-TaskXml $stored) -replace '^\s*<\?xml[^>]*\?>\s*', ''))
    $settings = Get-XmlChild $document.DocumentElement 'Settings'
    if (-not $settings) {
        $settings = $document.CreateElement('Settings', $script:taskNamespace)
        $null = $document.DocumentElement.AppendChild($settings)
    }
    $setting = Get-XmlChild $settings 'Enabled'
    if (-not $setting) {
        $setting = $document.CreateElement('Enabled', $script:taskNamespace)
        $null = $settings.AppendChild($setting)
    }
    $setting.InnerText = if ($Enabled) { 'true' } else { 'false' }
    $now = Set-StoredXml $stored ('<?xml version="1.0" encoding="UTF-16"?>' + "`r`n" + $document.OuterXml)
    if ($now) { ConvertFrom-StoredTask $now } else { $Caller.WriteError((New-FileNotFoundError $TaskName)) }
}

function Enable-ScheduledTask {
    <#
    .SYNOPSIS
    Enables a task and returns it.
    #>
    [CmdletBinding(DefaultParameterSetName = 'Path')]
    param([Parameter(ParameterSetName = 'Path', Mandatory, Position = 0)][string]$TaskName,
        [Parameter(ParameterSetName = 'Path', Position = 1)][string]$TaskPath = '\',
        [Parameter(ParameterSetName = 'Object', Mandatory, ValueFromPipeline)]$InputObject,
        [Alias('Session')]$CimSession, [int]$ThrottleLimit, [switch]$AsJob)
    process {
        $ErrorActionPreference = Get-DeviceCallerPreference $PSCmdlet
        if ($InputObject) { $TaskName = $InputObject.TaskName; $TaskPath = $InputObject.TaskPath }
        Set-TaskEnabled $PSCmdlet $TaskName $TaskPath $true
    }
}

function Disable-ScheduledTask {
    <#
    .SYNOPSIS
    Disables a task and returns it.
    #>
    [CmdletBinding(DefaultParameterSetName = 'Path')]
    param([Parameter(ParameterSetName = 'Path', Mandatory, Position = 0)][string]$TaskName,
        [Parameter(ParameterSetName = 'Path', Position = 1)][string]$TaskPath = '\',
        [Parameter(ParameterSetName = 'Object', Mandatory, ValueFromPipeline)]$InputObject,
        [Alias('Session')]$CimSession, [int]$ThrottleLimit, [switch]$AsJob)
    process {
        $ErrorActionPreference = Get-DeviceCallerPreference $PSCmdlet
        if ($InputObject) { $TaskName = $InputObject.TaskName; $TaskPath = $InputObject.TaskPath }
        Set-TaskEnabled $PSCmdlet $TaskName $TaskPath $false
    }
}
