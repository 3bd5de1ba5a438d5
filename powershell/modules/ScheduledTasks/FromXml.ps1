# The service's XML to objects.

function Get-XmlText {
    # Text of the first child element of that name, or the default.
    param($Node, [string]$Name, $Default = $null)
    if ($null -eq $Node) { return $Default }
    foreach ($child in $Node.ChildNodes) { if ($child.LocalName -eq $Name) { return $child.InnerText } }
    $Default
}

function Get-XmlChild {
    param($Node, [string]$Name)
    if ($null -eq $Node) { return }
    foreach ($child in $Node.ChildNodes) { if ($child.LocalName -eq $Name) { return $child } }
}

function Get-XmlFlag {
    param($Node, [string]$Name, [bool]$Default)
    $text = Get-XmlText $Node $Name
    if ($null -eq $text) { $Default } else { $text.Trim() -in 'true', '1' }
}

function ConvertFrom-TriggerXml {
    param([Xml.XmlElement]$Node)
    $repetition = Get-XmlChild $Node 'Repetition'
    $common = [ordered]@{
        Enabled = Get-XmlFlag $Node 'Enabled' $true
        EndBoundary = Get-XmlText $Node 'EndBoundary'
        ExecutionTimeLimit = Get-XmlText $Node 'ExecutionTimeLimit'
        Id = $(if ($Node.HasAttribute('id')) { $Node.GetAttribute('id') })
        Repetition = New-TaskInstance 'MSFT_TaskRepetitionPattern' ([ordered]@{
                Duration = Get-XmlText $repetition 'Duration'; Interval = Get-XmlText $repetition 'Interval'
                StopAtDurationEnd = Get-XmlFlag $repetition 'StopAtDurationEnd' $false })
        StartBoundary = Get-XmlText $Node 'StartBoundary'
    }
    switch ($Node.LocalName) {
        'TimeTrigger' { $common.RandomDelay = Get-XmlText $Node 'RandomDelay'; return New-TaskInstance 'MSFT_TaskTimeTrigger' $common }
        'BootTrigger' { $common.Delay = Get-XmlText $Node 'Delay'; return New-TaskInstance 'MSFT_TaskBootTrigger' $common }
        'IdleTrigger' { return New-TaskInstance 'MSFT_TaskIdleTrigger' $common }
        'RegistrationTrigger' { $common.Delay = Get-XmlText $Node 'Delay'; return New-TaskInstance 'MSFT_TaskRegistrationTrigger' $common }
        'LogonTrigger' {
            $common.Delay = Get-XmlText $Node 'Delay'
            $common.UserId = Get-XmlText $Node 'UserId'
            return New-TaskInstance 'MSFT_TaskLogonTrigger' $common
        }
        'EventTrigger' {
            $common.Delay = Get-XmlText $Node 'Delay'
            $common.Subscription = Get-XmlText $Node 'Subscription'
            return New-TaskInstance 'MSFT_TaskEventTrigger' $common
        }
        'SessionStateChangeTrigger' {
            $common.Delay = Get-XmlText $Node 'Delay'
            $common.StateChange = Get-XmlText $Node 'StateChange'
            $common.UserId = Get-XmlText $Node 'UserId'
            return New-TaskInstance 'MSFT_TaskSessionStateChangeTrigger' $common
        }
        'CalendarTrigger' {
            $byDay = Get-XmlChild $Node 'ScheduleByDay'
            $byWeek = Get-XmlChild $Node 'ScheduleByWeek'
            $common.RandomDelay = Get-XmlText $Node 'RandomDelay'
            if ($byDay) {
                $common.DaysInterval = [uint16](Get-XmlText $byDay 'DaysInterval' 1)
                return New-TaskInstance 'MSFT_TaskDailyTrigger' $common
            }
            if ($byWeek) {
                $mask = 0
                foreach ($day in (Get-XmlChild $byWeek 'DaysOfWeek').ChildNodes) {
                    if ($day.NodeType -eq 'Element') { $mask = $mask -bor (1 -shl [int][DayOfWeek]$day.LocalName) }
                }
                $common.DaysOfWeek = [uint16]$mask
                $common.WeeksInterval = [uint16](Get-XmlText $byWeek 'WeeksInterval' 1)
                return New-TaskInstance 'MSFT_TaskWeeklyTrigger' $common
            }
        }
    }
    $common.OuterXml = $Node.OuterXml                               # monthly and others: kept, not taken apart (so on Windows, too)
    New-TaskInstance 'MSFT_TaskTrigger' $common
}

function ConvertFrom-PrincipalXml {
    param($Node)
    $user = Get-XmlText $Node 'UserId'
    $group = Get-XmlText $Node 'GroupId'
    if ($user -and $script:wellKnownSids[$user]) { $user = $script:wellKnownSids[$user] }
    if ($user) { $user = $user -replace "^$([regex]::Escape([Environment]::MachineName))\\", '' }
    if ($group -and $script:wellKnownSids[$group]) { $group = $script:wellKnownSids[$group] }
    $names = @{ Password = 'Password'; S4U = 'S4U'; InteractiveToken = 'Interactive'; InteractiveTokenOrPassword = 'InteractiveOrPassword' }
    $logon = $names[[string](Get-XmlText $Node 'LogonType')]
    if (-not $logon) {
        $logon = 'None'
        if ($group) { $logon = 'Group' } elseif ($user -in 'SYSTEM', 'LOCAL SERVICE', 'NETWORK SERVICE') { $logon = 'ServiceAccount' }
    }
    $privileges = Get-XmlChild $Node 'RequiredPrivileges'
    New-TaskInstance 'MSFT_TaskPrincipal2' ([ordered]@{
            DisplayName = Get-XmlText $Node 'DisplayName'; GroupId = $group
            Id = $(if ($Node -and $Node.HasAttribute('id')) { $Node.GetAttribute('id') } else { 'Author' })
            LogonType = [LogonTypeEnum]$logon
            RunLevel = [RunLevelEnum]$(if ((Get-XmlText $Node 'RunLevel') -eq 'HighestAvailable') { 'Highest' } else { 'Limited' })
            UserId = $user
            ProcessTokenSidType = [ProcessTokenSidTypeEnum](Get-XmlText $Node 'ProcessTokenSidType' 'Default')
            RequiredPrivilege = @($privileges.ChildNodes | Where-Object { $_ } | ForEach-Object { $_.InnerText }) })
}

function ConvertFrom-SettingsXml {
    param($Node, [string]$Version)
    $idle = Get-XmlChild $Node 'IdleSettings'
    $restart = Get-XmlChild $Node 'RestartOnFailure'
    $compatibility = @{ '1.1' = 'V1'; '1.3' = 'Win7'; '1.4' = 'Win8'; '1.5' = 'Win8'; '1.6' = 'Win8' }[$Version]
    if (-not $compatibility) { $compatibility = 'Vista' }
    $policy = Get-XmlText $Node 'MultipleInstancesPolicy' 'IgnoreNew'
    $instances = try { [MultipleInstancesEnum]$policy } catch { $policy }
    New-SettingsInstance @{
        AllowDemandStart = Get-XmlFlag $Node 'AllowStartOnDemand' $true
        AllowHardTerminate = Get-XmlFlag $Node 'AllowHardTerminate' $true
        Compatibility = [CompatibilityEnum]$compatibility
        DeleteExpiredTaskAfter = Get-XmlText $Node 'DeleteExpiredTaskAfter'
        DisallowStartIfOnBatteries = Get-XmlFlag $Node 'DisallowStartIfOnBatteries' $true
        Enabled = Get-XmlFlag $Node 'Enabled' $true
        ExecutionTimeLimit = Get-XmlText $Node 'ExecutionTimeLimit' 'PT72H'
        Hidden = Get-XmlFlag $Node 'Hidden' $false
        IdleDuration = Get-XmlText $idle 'Duration'; WaitTimeout = Get-XmlText $idle 'WaitTimeout'
        StopOnIdleEnd = Get-XmlFlag $idle 'StopOnIdleEnd' $true; RestartOnIdle = Get-XmlFlag $idle 'RestartOnIdle' $false
        MultipleInstances = $instances
        Priority = [int](Get-XmlText $Node 'Priority' 7)
        RestartCount = [int](Get-XmlText $restart 'Count' 0); RestartInterval = Get-XmlText $restart 'Interval'
        RunOnlyIfIdle = Get-XmlFlag $Node 'RunOnlyIfIdle' $false
        RunOnlyIfNetworkAvailable = Get-XmlFlag $Node 'RunOnlyIfNetworkAvailable' $false
        StartWhenAvailable = Get-XmlFlag $Node 'StartWhenAvailable' $false
        StopIfGoingOnBatteries = Get-XmlFlag $Node 'StopIfGoingOnBatteries' $true
        WakeToRun = Get-XmlFlag $Node 'WakeToRun' $false
        DisallowStartOnRemoteAppSession = Get-XmlFlag $Node 'DisallowStartOnRemoteAppSession' $false
    }
}

function New-SettingsInstance {
    # A settings object from the values given; what is not given has the default of a new task.
    param([hashtable]$Value)
    $get = { param($name, $default) if ($Value.ContainsKey($name)) { $Value[$name] } else { $default } }
    New-TaskInstance 'MSFT_TaskSettings3' ([ordered]@{
            AllowDemandStart = & $get AllowDemandStart $true
            AllowHardTerminate = & $get AllowHardTerminate $true
            Compatibility = & $get Compatibility ([CompatibilityEnum]::Vista)
            DeleteExpiredTaskAfter = & $get DeleteExpiredTaskAfter $null
            DisallowStartIfOnBatteries = & $get DisallowStartIfOnBatteries $true
            Enabled = & $get Enabled $true
            ExecutionTimeLimit = & $get ExecutionTimeLimit 'PT72H'
            Hidden = & $get Hidden $false
            IdleSettings = New-TaskInstance 'MSFT_TaskIdleSettings' ([ordered]@{
                    IdleDuration = & $get IdleDuration $null; RestartOnIdle = & $get RestartOnIdle $false
                    StopOnIdleEnd = & $get StopOnIdleEnd $true; WaitTimeout = & $get WaitTimeout $null })
            MultipleInstances = & $get MultipleInstances ([MultipleInstancesEnum]::IgnoreNew)
            NetworkSettings = New-TaskInstance 'MSFT_TaskNetworkSettings' ([ordered]@{
                    Id = & $get NetworkId $null; Name = & $get NetworkName $null })
            Priority = & $get Priority 7
            RestartCount = & $get RestartCount 0
            RestartInterval = & $get RestartInterval $null
            RunOnlyIfIdle = & $get RunOnlyIfIdle $false
            RunOnlyIfNetworkAvailable = & $get RunOnlyIfNetworkAvailable $false
            StartWhenAvailable = & $get StartWhenAvailable $false
            StopIfGoingOnBatteries = & $get StopIfGoingOnBatteries $true
            WakeToRun = & $get WakeToRun $false
            DisallowStartOnRemoteAppSession = & $get DisallowStartOnRemoteAppSession $false
            UseUnifiedSchedulingEngine = $true
            MaintenanceSettings = $null
            volatile = $false })
}

function ConvertFrom-TaskXml {
    # The MSFT_ScheduledTask that the XML describes.
    param([string]$Xml, [string]$TaskPath, [string]$TaskName, [StateEnum]$State = 'Ready')
    $document = [Xml.XmlDocument]::new()
    $document.LoadXml(($Xml -replace '^\s*<\?xml[^>]*\?>', ''))
    $root = $document.DocumentElement
    $info = Get-XmlChild $root 'RegistrationInfo'
    $actions = foreach ($node in (Get-XmlChild $root 'Actions').ChildNodes) {
        if ($node.NodeType -ne 'Element') { continue }
        $id = if ($node.HasAttribute('id')) { $node.GetAttribute('id') }
        if ($node.LocalName -eq 'Exec') {
            New-TaskInstance 'MSFT_TaskExecAction' ([ordered]@{ Id = $id; Arguments = Get-XmlText $node 'Arguments'
                    Execute = Get-XmlText $node 'Command'; WorkingDirectory = Get-XmlText $node 'WorkingDirectory' })
        } elseif ($node.LocalName -eq 'ComHandler') {
            New-TaskInstance 'MSFT_TaskComHandlerAction' ([ordered]@{ Id = $id; ClassId = Get-XmlText $node 'ClassId'
                    Data = Get-XmlText $node 'Data'; OuterXml = $node.OuterXml })
        } else { New-TaskInstance 'MSFT_TaskAction' ([ordered]@{ Id = $id; OuterXml = $node.OuterXml }) }
    }
    $triggers = foreach ($node in (Get-XmlChild $root 'Triggers').ChildNodes) {
        if ($node.NodeType -eq 'Element') { ConvertFrom-TriggerXml $node }
    }
    $settings = ConvertFrom-SettingsXml (Get-XmlChild $root 'Settings') $root.GetAttribute('version')
    if (-not $settings.Enabled -and $State -ne 'Running') { $State = 'Disabled' }
    New-TaskInstance 'MSFT_ScheduledTask' ([ordered]@{
            State = $State; Actions = @($actions); Author = Get-XmlText $info 'Author'; Date = Get-XmlText $info 'Date'
            Description = Get-XmlText $info 'Description'; Documentation = Get-XmlText $info 'Documentation'
            Principal = ConvertFrom-PrincipalXml (Get-XmlChild (Get-XmlChild $root 'Principals') 'Principal')
            SecurityDescriptor = Get-XmlText $info 'SecurityDescriptor'; Settings = $settings
            Source = Get-XmlText $info 'Source'; TaskName = $TaskName; TaskPath = $TaskPath
            Triggers = @($triggers); URI = $TaskPath + $TaskName; Version = Get-XmlText $info 'Version' })
}
