# Parts of a task before it is registered.

function New-ScheduledTaskAction {
    <#
    .SYNOPSIS
    Describes a program that a task runs.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory, Position = 0)][string]$Execute, [Parameter(Position = 1)][string]$Argument,
        [Parameter(Position = 2)][string]$WorkingDirectory, [string]$Id,
        [Alias('Session')]$CimSession, [int]$ThrottleLimit, [switch]$AsJob)
    $text = { param($value) if ($value) { $value } }
    New-TaskInstance 'MSFT_TaskExecAction' ([ordered]@{ Id = & $text $Id; Arguments = & $text $Argument; Execute = $Execute
            WorkingDirectory = & $text $WorkingDirectory })
}

function New-ScheduledTaskTrigger {
    <#
    .SYNOPSIS
    Describes when a task starts.
    #>
    [CmdletBinding(DefaultParameterSetName = 'Once')]
    param(
        [Parameter(Mandatory, ParameterSetName = 'Once', Position = 0)][switch]$Once,
        [Parameter(Mandatory, ParameterSetName = 'Daily', Position = 0)][switch]$Daily,
        [Parameter(Mandatory, ParameterSetName = 'Weekly', Position = 0)][switch]$Weekly,
        [Parameter(Mandatory, ParameterSetName = 'Logon', Position = 0)][switch]$AtLogOn,
        [Parameter(Mandatory, ParameterSetName = 'Startup', Position = 0)][switch]$AtStartup,
        [Parameter(Mandatory, ParameterSetName = 'Once')][Parameter(Mandatory, ParameterSetName = 'Daily')]
        [Parameter(Mandatory, ParameterSetName = 'Weekly')][datetime]$At,
        [Parameter(ParameterSetName = 'Daily')][uint32]$DaysInterval = 1,
        [Parameter(Mandatory, ParameterSetName = 'Weekly')][DayOfWeek[]]$DaysOfWeek,
        [Parameter(ParameterSetName = 'Weekly')][uint32]$WeeksInterval = 1,
        [Parameter(ParameterSetName = 'Logon')][string]$User,
        [timespan]$RandomDelay,
        [Parameter(ParameterSetName = 'Once')][timespan]$RepetitionInterval,
        [Parameter(ParameterSetName = 'Once')][timespan]$RepetitionDuration,
        [Alias('Session')]$CimSession, [int]$ThrottleLimit, [switch]$AsJob)
    $delay = if ($PSBoundParameters.ContainsKey('RandomDelay')) { ConvertTo-XmlDuration $RandomDelay }
    $interval = if ($PSBoundParameters.ContainsKey('RepetitionInterval')) { ConvertTo-XmlDuration $RepetitionInterval }
    $duration = if ($PSBoundParameters.ContainsKey('RepetitionDuration')) { ConvertTo-XmlDuration $RepetitionDuration }
    if ($duration -and -not $interval) {
        # A throw would be passed over where the caller's preference is SilentlyContinue.
        $text = 'The RepetitionInterval and RepetitionDuration Job trigger parameters must be specified together.'
        $PSCmdlet.ThrowTerminatingError([Management.Automation.ErrorRecord]::new(
                [ArgumentException]::new($text), 'InvalidArgument', 'InvalidArgument', $RepetitionDuration))
    }
    $repetition = New-TaskInstance 'MSFT_TaskRepetitionPattern' ([ordered]@{
            Duration = $duration; Interval = $interval; StopAtDurationEnd = $false })
    $common = [ordered]@{ Enabled = $true; EndBoundary = $null; ExecutionTimeLimit = $null; Id = $null; Repetition = $repetition
        StartBoundary = $(if ($PSBoundParameters.ContainsKey('At')) { ConvertTo-Boundary $At }) }
    switch ($PSCmdlet.ParameterSetName) {
        'Once' { $common.RandomDelay = $delay; New-TaskInstance 'MSFT_TaskTimeTrigger' $common }
        'Daily' {
            $common.DaysInterval = [uint16]$DaysInterval
            $common.RandomDelay = $delay
            New-TaskInstance 'MSFT_TaskDailyTrigger' $common
        }
        'Weekly' {
            $mask = 0
            foreach ($day in $DaysOfWeek) { $mask = $mask -bor (1 -shl [int]$day) }
            $common.DaysOfWeek = [uint16]$mask
            $common.RandomDelay = $delay
            $common.WeeksInterval = [uint16]$WeeksInterval
            New-TaskInstance 'MSFT_TaskWeeklyTrigger' $common
        }
        'Logon' { $common.Delay = $delay; $common.UserId = $(if ($User) { $User }); New-TaskInstance 'MSFT_TaskLogonTrigger' $common }
        'Startup' { $common.Delay = $delay; New-TaskInstance 'MSFT_TaskBootTrigger' $common }
    }
}

function New-ScheduledTaskPrincipal {
    <#
    .SYNOPSIS
    Describes the account that a task runs as.
    #>
    [CmdletBinding(DefaultParameterSetName = 'User')]
    param([Parameter(Mandatory, ParameterSetName = 'User', Position = 0)][string]$UserId,
        [Parameter(Mandatory, ParameterSetName = 'Group', Position = 0)][string]$GroupId,
        [Parameter(ParameterSetName = 'User', Position = 1)]
        [ValidateSet('None', 'Password', 'S4U', 'Interactive', 'Group', 'ServiceAccount', 'InteractiveOrPassword')]
        [string]$LogonType = 'None',
        [Parameter(Position = 2)][ValidateSet('Limited', 'Highest')][string]$RunLevel = 'Limited',
        [Parameter(Position = 3)][ValidateSet('None', 'Unrestricted', 'Default')][string]$ProcessTokenSidType = 'Default',
        [Parameter(Position = 4)][string[]]$RequiredPrivilege, [Parameter(Position = 5)][string]$Id,
        [Alias('Session')]$CimSession, [int]$ThrottleLimit, [switch]$AsJob)
    if ($GroupId) { $LogonType = 'Group' }
    New-TaskInstance 'MSFT_TaskPrincipal2' ([ordered]@{
            DisplayName = $null; GroupId = $(if ($GroupId) { $GroupId }); Id = $(if ($Id) { $Id } else { 'Author' })
            LogonType = [LogonTypeEnum]$LogonType; RunLevel = [RunLevelEnum]$RunLevel; UserId = $(if ($UserId) { $UserId })
            ProcessTokenSidType = [ProcessTokenSidTypeEnum]$ProcessTokenSidType
            RequiredPrivilege = @($RequiredPrivilege | Where-Object { $_ }) })
}

function New-ScheduledTaskSettingsSet {
    <#
    .SYNOPSIS
    Describes how the service treats a task.
    #>
    [CmdletBinding()]
    param([switch]$AllowStartIfOnBatteries, [ValidateSet('At', 'V1', 'Vista', 'Win7', 'Win8')][string]$Compatibility = 'Vista',
        [timespan]$DeleteExpiredTaskAfter, [switch]$Disable, [switch]$DisallowDemandStart, [switch]$DisallowHardTerminate,
        [switch]$DisallowStartOnRemoteAppSession, [switch]$DontStopIfGoingOnBatteries, [switch]$DontStopOnIdleEnd,
        [timespan]$ExecutionTimeLimit, [switch]$Hidden, [timespan]$IdleDuration, [timespan]$IdleWaitTimeout,
        [timespan]$MaintenanceDeadline, [switch]$MaintenanceExclusive, [timespan]$MaintenancePeriod,
        [ValidateSet('Parallel', 'Queue', 'IgnoreNew')][string]$MultipleInstances = 'IgnoreNew', [string]$NetworkId, [string]$NetworkName,
        [ValidateRange(0, 10)][int]$Priority = 7, [int]$RestartCount, [timespan]$RestartInterval, [switch]$RestartOnIdle,
        [switch]$RunOnlyIfIdle, [switch]$RunOnlyIfNetworkAvailable, [switch]$StartWhenAvailable, [switch]$WakeToRun,
        [Alias('Session')]$CimSession, [int]$ThrottleLimit, [switch]$AsJob)
    $value = @{
        AllowDemandStart = -not $DisallowDemandStart; AllowHardTerminate = -not $DisallowHardTerminate
        Compatibility = [CompatibilityEnum]$Compatibility; DisallowStartIfOnBatteries = -not $AllowStartIfOnBatteries
        Enabled = -not $Disable; Hidden = [bool]$Hidden; StopOnIdleEnd = -not $DontStopOnIdleEnd; RestartOnIdle = [bool]$RestartOnIdle
        MultipleInstances = [MultipleInstancesEnum]$MultipleInstances; Priority = $Priority; RestartCount = $RestartCount
        RunOnlyIfIdle = [bool]$RunOnlyIfIdle; RunOnlyIfNetworkAvailable = [bool]$RunOnlyIfNetworkAvailable
        StartWhenAvailable = [bool]$StartWhenAvailable; StopIfGoingOnBatteries = -not $DontStopIfGoingOnBatteries
        WakeToRun = [bool]$WakeToRun; DisallowStartOnRemoteAppSession = [bool]$DisallowStartOnRemoteAppSession
        NetworkId = $NetworkId; NetworkName = $NetworkName
    }
    foreach ($name in 'DeleteExpiredTaskAfter', 'ExecutionTimeLimit', 'IdleDuration', 'RestartInterval') {
        if ($PSBoundParameters.ContainsKey($name)) { $value[$name] = ConvertTo-XmlDuration $PSBoundParameters[$name] }
    }
    if ($PSBoundParameters.ContainsKey('IdleWaitTimeout')) { $value.WaitTimeout = ConvertTo-XmlDuration $IdleWaitTimeout }
    New-SettingsInstance $value
}

function New-ScheduledTask {
    <#
    .SYNOPSIS
    Puts actions, triggers, account and settings together; Register-ScheduledTask registers the result.
    #>
    [CmdletBinding()]
    param([Parameter(Position = 0)]$Action, [Parameter(Position = 1)]$Trigger, [Parameter(Position = 2)]$Settings,
        [Parameter(Position = 3)]$Principal, [string]$Description, [Alias('Session')]$CimSession, [int]$ThrottleLimit, [switch]$AsJob)
    if ($null -eq $Settings) { $Settings = New-SettingsInstance @{} }
    New-TaskInstance 'MSFT_ScheduledTask' ([ordered]@{
            State = [StateEnum]::Unknown; Actions = @($Action | Where-Object { $null -ne $_ }); Author = $null; Date = $null
            Description = $(if ($Description) { $Description }); Documentation = $null; Principal = $Principal; SecurityDescriptor = $null
            Settings = $Settings; Source = $null; TaskName = $null; TaskPath = $null; Triggers = @($Trigger | Where-Object { $null -ne $_ })
            URI = $null; Version = $null })
}
