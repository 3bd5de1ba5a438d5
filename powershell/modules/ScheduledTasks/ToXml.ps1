# Objects to the XML that the service keeps.

function Add-TaskElement {
    # Writes <Name>value</Name> unless there is no value; booleans as true/false.
    param([Xml.XmlWriter]$Writer, [string]$Name, $Value)
    if ($null -eq $Value -or ($Value -is [string] -and $Value -eq '')) { return }
    if ($Value -is [bool]) { $Value = $Value.ToString().ToLowerInvariant() }
    $Writer.WriteElementString($Name, $script:taskNamespace, [string]$Value)
}

function Write-TaskTrigger {
    param([Xml.XmlWriter]$Writer, $Trigger)
    $class = Get-TaskClass $Trigger
    $element = switch ($class) {
        'MSFT_TaskTimeTrigger' { 'TimeTrigger' }
        'MSFT_TaskDailyTrigger' { 'CalendarTrigger' }
        'MSFT_TaskWeeklyTrigger' { 'CalendarTrigger' }
        'MSFT_TaskLogonTrigger' { 'LogonTrigger' }
        'MSFT_TaskBootTrigger' { 'BootTrigger' }
        'MSFT_TaskIdleTrigger' { 'IdleTrigger' }
        'MSFT_TaskRegistrationTrigger' { 'RegistrationTrigger' }
        'MSFT_TaskEventTrigger' { 'EventTrigger' }
        'MSFT_TaskSessionStateChangeTrigger' { 'SessionStateChangeTrigger' }
        default { $null }
    }
    if ($Trigger.PSObject.Properties['OuterXml']) { $Writer.WriteRaw($Trigger.OuterXml); return }    # kept as it was registered
    if (-not $element) { Deny-DeviceCommand -Command Register-ScheduledTask -Why "a trigger of the class '$class'" }
    $Writer.WriteStartElement($element, $script:taskNamespace)
    if ($Trigger.Id) { $Writer.WriteAttributeString('id', $Trigger.Id) }
    if ($Trigger.Repetition -and $Trigger.Repetition.Interval) {
        $Writer.WriteStartElement('Repetition', $script:taskNamespace)
        Add-TaskElement $Writer 'Interval' $Trigger.Repetition.Interval
        Add-TaskElement $Writer 'Duration' $Trigger.Repetition.Duration
        Add-TaskElement $Writer 'StopAtDurationEnd' ([bool]$Trigger.Repetition.StopAtDurationEnd)
        $Writer.WriteEndElement()
    }
    Add-TaskElement $Writer 'StartBoundary' $Trigger.StartBoundary
    Add-TaskElement $Writer 'EndBoundary' $Trigger.EndBoundary
    Add-TaskElement $Writer 'ExecutionTimeLimit' $Trigger.ExecutionTimeLimit
    Add-TaskElement $Writer 'Enabled' ([bool]$Trigger.Enabled)
    switch ($class) {
        'MSFT_TaskTimeTrigger' { Add-TaskElement $Writer 'RandomDelay' $Trigger.RandomDelay }
        'MSFT_TaskDailyTrigger' {
            Add-TaskElement $Writer 'RandomDelay' $Trigger.RandomDelay
            $Writer.WriteStartElement('ScheduleByDay', $script:taskNamespace)
            Add-TaskElement $Writer 'DaysInterval' $Trigger.DaysInterval
            $Writer.WriteEndElement()
        }
        'MSFT_TaskWeeklyTrigger' {
            Add-TaskElement $Writer 'RandomDelay' $Trigger.RandomDelay
            $Writer.WriteStartElement('ScheduleByWeek', $script:taskNamespace)
            Add-TaskElement $Writer 'WeeksInterval' $Trigger.WeeksInterval
            $Writer.WriteStartElement('DaysOfWeek', $script:taskNamespace)
            foreach ($day in 0..6) {
                $name = [string][DayOfWeek]$day
                if ($Trigger.DaysOfWeek -band (1 -shl $day)) { $Writer.WriteElementString($name, $script:taskNamespace, '') }
            }
            $Writer.WriteEndElement()
            $Writer.WriteEndElement()
        }
        'MSFT_TaskLogonTrigger' { Add-TaskElement $Writer 'UserId' $Trigger.UserId; Add-TaskElement $Writer 'Delay' $Trigger.Delay }
        'MSFT_TaskBootTrigger' { Add-TaskElement $Writer 'Delay' $Trigger.Delay }
        'MSFT_TaskRegistrationTrigger' { Add-TaskElement $Writer 'Delay' $Trigger.Delay }
        'MSFT_TaskEventTrigger' {
            Add-TaskElement $Writer 'Subscription' $Trigger.Subscription
            Add-TaskElement $Writer 'Delay' $Trigger.Delay
        }
        'MSFT_TaskSessionStateChangeTrigger' {
            $change = [string]$Trigger.StateChange
            if ($script:sessionStates[$change]) { $change = $script:sessionStates[$change] }
            Add-TaskElement $Writer 'StateChange' $change
            Add-TaskElement $Writer 'UserId' $Trigger.UserId
            Add-TaskElement $Writer 'Delay' $Trigger.Delay
        }
    }
    $Writer.WriteEndElement()
}

function Write-TaskPrincipal {
    param([Xml.XmlWriter]$Writer, $Principal)
    $Writer.WriteStartElement('Principals', $script:taskNamespace)
    $Writer.WriteStartElement('Principal', $script:taskNamespace)
    $Writer.WriteAttributeString('id', $(if ($Principal.Id) { $Principal.Id } else { 'Author' }))
    Add-TaskElement $Writer 'DisplayName' $Principal.DisplayName
    if ($Principal.GroupId) { Add-TaskElement $Writer 'GroupId' (Resolve-TaskAccount $Principal.GroupId) }
    elseif ($Principal.UserId) {
        $sid = Resolve-TaskAccount $Principal.UserId
        if (-not $sid) { $sid = $Principal.UserId }
        Add-TaskElement $Writer 'UserId' $sid
        if ($sid -notin 'S-1-5-18', 'S-1-5-19', 'S-1-5-20') {
            $names = @{ Password = 'Password'; S4U = 'S4U'; InteractiveOrPassword = 'InteractiveTokenOrPassword' }
            $logon = $names[[string]$Principal.LogonType]
            if (-not $logon) { $logon = 'InteractiveToken' }
            Add-TaskElement $Writer 'LogonType' $logon
        }
    }
    if ([string]$Principal.RunLevel -eq 'Highest') { Add-TaskElement $Writer 'RunLevel' 'HighestAvailable' }
    if ([string]$Principal.ProcessTokenSidType -in 'None', 'Unrestricted') {
        Add-TaskElement $Writer 'ProcessTokenSidType' ([string]$Principal.ProcessTokenSidType)
    }
    if ($Principal.RequiredPrivilege) {
        $Writer.WriteStartElement('RequiredPrivileges', $script:taskNamespace)
        foreach ($privilege in $Principal.RequiredPrivilege) { Add-TaskElement $Writer 'Privilege' $privilege }
        $Writer.WriteEndElement()
    }
    $Writer.WriteEndElement()
    $Writer.WriteEndElement()
}

function Write-TaskSettings {
    # Only what differs from the schema's defaults, and the few that the service always writes.
    param([Xml.XmlWriter]$Writer, $Settings)
    $Writer.WriteStartElement('Settings', $script:taskNamespace)
    if (-not $Settings.AllowDemandStart) { Add-TaskElement $Writer 'AllowStartOnDemand' $false }
    Add-TaskElement $Writer 'DisallowStartIfOnBatteries' ([bool]$Settings.DisallowStartIfOnBatteries)
    Add-TaskElement $Writer 'StopIfGoingOnBatteries' ([bool]$Settings.StopIfGoingOnBatteries)
    if (-not $Settings.AllowHardTerminate) { Add-TaskElement $Writer 'AllowHardTerminate' $false }
    if ($Settings.StartWhenAvailable) { Add-TaskElement $Writer 'StartWhenAvailable' $true }
    if ($Settings.RunOnlyIfNetworkAvailable) { Add-TaskElement $Writer 'RunOnlyIfNetworkAvailable' $true }
    if (-not $Settings.Enabled) { Add-TaskElement $Writer 'Enabled' $false }
    if ($Settings.Hidden) { Add-TaskElement $Writer 'Hidden' $true }
    if ($Settings.RunOnlyIfIdle) { Add-TaskElement $Writer 'RunOnlyIfIdle' $true }
    if ($Settings.WakeToRun) { Add-TaskElement $Writer 'WakeToRun' $true }
    if ($Settings.DisallowStartOnRemoteAppSession) { Add-TaskElement $Writer 'DisallowStartOnRemoteAppSession' $true }
    if ($Settings.ExecutionTimeLimit -and $Settings.ExecutionTimeLimit -ne 'PT72H') {
        Add-TaskElement $Writer 'ExecutionTimeLimit' $Settings.ExecutionTimeLimit
    }
    Add-TaskElement $Writer 'DeleteExpiredTaskAfter' $Settings.DeleteExpiredTaskAfter
    if ($Settings.Priority -ne 7) { Add-TaskElement $Writer 'Priority' $Settings.Priority }
    if ($Settings.RestartCount) {
        $Writer.WriteStartElement('RestartOnFailure', $script:taskNamespace)
        Add-TaskElement $Writer 'Count' $Settings.RestartCount
        Add-TaskElement $Writer 'Interval' $Settings.RestartInterval
        $Writer.WriteEndElement()
    }
    Add-TaskElement $Writer 'MultipleInstancesPolicy' ([string]$Settings.MultipleInstances)
    $Writer.WriteStartElement('IdleSettings', $script:taskNamespace)
    Add-TaskElement $Writer 'Duration' $Settings.IdleSettings.IdleDuration
    Add-TaskElement $Writer 'WaitTimeout' $Settings.IdleSettings.WaitTimeout
    Add-TaskElement $Writer 'StopOnIdleEnd' ([bool]$Settings.IdleSettings.StopOnIdleEnd)
    Add-TaskElement $Writer 'RestartOnIdle' ([bool]$Settings.IdleSettings.RestartOnIdle)
    $Writer.WriteEndElement()
    $Writer.WriteEndElement()
}

function ConvertTo-TaskXml {
    # The task's XML as the service keeps it.
    param($Task, [string]$Uri)
    $text = [Text.StringBuilder]::new()
    $options = [Xml.XmlWriterSettings]@{ Indent = $true; OmitXmlDeclaration = $true; NewLineChars = "`r`n" }
    $writer = [Xml.XmlWriter]::Create($text, $options)
    $writer.WriteStartElement('Task', $script:taskNamespace)
    $version = @{ V1 = '1.1'; Win7 = '1.3'; Win8 = '1.4' }[[string]$Task.Settings.Compatibility]
    if (-not $version) { $version = '1.2' }
    $writer.WriteAttributeString('version', $version)
    $writer.WriteStartElement('RegistrationInfo', $script:taskNamespace)
    foreach ($name in 'Date', 'Author', 'Version', 'Description', 'Documentation', 'Source') { Add-TaskElement $writer $name $Task.$name }
    Add-TaskElement $writer 'URI' $Uri
    Add-TaskElement $writer 'SecurityDescriptor' $Task.SecurityDescriptor
    $writer.WriteEndElement()
    Write-TaskPrincipal $writer $Task.Principal
    Write-TaskSettings $writer $Task.Settings
    $writer.WriteStartElement('Triggers', $script:taskNamespace)
    foreach ($trigger in $Task.Triggers) { if ($null -ne $trigger) { Write-TaskTrigger $writer $trigger } }
    $writer.WriteEndElement()
    $writer.WriteStartElement('Actions', $script:taskNamespace)
    $writer.WriteAttributeString('Context', $(if ($Task.Principal.Id) { $Task.Principal.Id } else { 'Author' }))
    foreach ($action in $Task.Actions) {
        if ($action.PSObject.Properties['OuterXml']) { $writer.WriteRaw($action.OuterXml); continue }
        $writer.WriteStartElement('Exec', $script:taskNamespace)
        if ($action.Id) { $writer.WriteAttributeString('id', $action.Id) }
        Add-TaskElement $writer 'Command' $action.Execute
        Add-TaskElement $writer 'Arguments' $action.Arguments
        Add-TaskElement $writer 'WorkingDirectory' $action.WorkingDirectory
        $writer.WriteEndElement()
    }
    $writer.WriteEndElement()
    $writer.WriteEndElement()
    $writer.Dispose()
    '<?xml version="1.0" encoding="UTF-16"?>' + "`r`n" + $text
}
