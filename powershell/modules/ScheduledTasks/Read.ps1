# Get-ScheduledTask, Export-ScheduledTask, Get-ScheduledTaskInfo.

function Test-TaskPattern {
    # Whether a value is like one of the patterns; no patterns take all.
    param([string]$Value, [string[]]$Pattern)
    -not $Pattern -or @($Pattern | Where-Object { $Value -like $_ }).Count -gt 0
}

function Select-ScheduledTask {
    # The tasks that the names and folders select; says on behalf of $Caller what was not found.
    param($Caller, [string[]]$TaskName, [string[]]$TaskPath)
    $found = @(Get-StoredTask | Where-Object { (Test-TaskPattern $_['name'] $TaskName) -and (Test-TaskPattern $_['path'] $TaskPath) })
    foreach ($pattern in $TaskName) {
        if ([Management.Automation.WildcardPattern]::ContainsWildcardCharacters($pattern)) { continue }
        $hit = @($found | Where-Object { $_['name'] -eq $pattern })
        if (-not $hit.Count) { $Caller.WriteError((New-TaskNotFoundError 'TaskName' $pattern)) }
    }
    foreach ($pattern in $TaskPath) {
        if ([Management.Automation.WildcardPattern]::ContainsWildcardCharacters($pattern)) { continue }
        $hit = @($found | Where-Object { $_['path'] -eq $pattern })
        if (-not $hit.Count) { $Caller.WriteError((New-TaskNotFoundError 'TaskPath' $pattern)) }
    }
    foreach ($stored in $found | Sort-Object { $_['path'] }, { $_['name'] }) { ConvertFrom-StoredTask $stored }
}

function Get-ScheduledTask {
    <#
    .SYNOPSIS
    The tasks of the device.
    #>
    [CmdletBinding()]
    param([Parameter(Position = 0, ValueFromPipelineByPropertyName)][string[]]$TaskName,
        [Parameter(Position = 1, ValueFromPipelineByPropertyName)][string[]]$TaskPath,
        [Alias('Session')]$CimSession, [int]$ThrottleLimit, [switch]$AsJob)
    process {
        $ErrorActionPreference = Get-DeviceCallerPreference $PSCmdlet
        Select-ScheduledTask $PSCmdlet $TaskName $TaskPath
    }
}

function Export-ScheduledTask {
    <#
    .SYNOPSIS
    The XML of a task as text.
    #>
    [CmdletBinding(DefaultParameterSetName = 'Path')]
    param([Parameter(ParameterSetName = 'Path', Position = 0)][string]$TaskName,
        [Parameter(ParameterSetName = 'Path', Position = 1)][string]$TaskPath = '\',
        [Parameter(ParameterSetName = 'Object', Mandatory, ValueFromPipeline)]$InputObject,
        [Alias('Session')]$CimSession, [int]$ThrottleLimit, [switch]$AsJob)
    process {
        $ErrorActionPreference = Get-DeviceCallerPreference $PSCmdlet
        if ($InputObject) { $TaskName = $InputObject.TaskName; $TaskPath = $InputObject.TaskPath }
        $stored = Find-StoredTask $TaskName $TaskPath
        if ($stored) { Get-TaskXml $stored } else { $PSCmdlet.WriteError((New-FileNotFoundError $TaskName)) }
    }
}

function Get-ScheduledTaskInfo {
    <#
    .SYNOPSIS
    Last and next run of a task.
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
        $result = $script:neverRun
        if ($null -ne $stored['lastTaskResult']) { $result = $stored['lastTaskResult'] }
        if ($stored['launcher']) { $result = $script:isRunning }
        $last = $script:neverRunTime
        if ($stored['lastRunTime']) { $last = ([datetime]($stored['lastRunTime'] -replace '(\.\d{7})\d+', '$1')).ToLocalTime() }
        New-TaskInstance 'MSFT_TaskDynamicInfo' ([ordered]@{
                LastRunTime = $last
                LastTaskResult = [uint32]$result
                NextRunTime = Get-NextRunTime $stored
                NumberOfMissedRuns = [uint32]$stored['missedRuns']
                TaskName = $stored['name']
                TaskPath = $stored['path'] })
    }
}
