# Registering, changing and removing tasks.

function Test-TaskDefinition {
    # What the service refuses: the ErrorRecord, or nothing.
    param($Task, [string]$Name)
    if (@($Task.Actions).Count -eq 0) {
        return New-TaskError '0x8004131E' "The task XML is missing a required element or attribute.`r`n(1,1):Actions:" InvalidData $Name
    }
    foreach ($trigger in $Task.Triggers) {
        $duration = $trigger.Repetition.Duration
        if ($duration -and $duration -match '^P(\d+)D' -and [int64]$Matches[1] -gt 36500) {
            return New-TaskError '0x80041318' ('The task XML contains a value which is incorrectly formatted or out of range. ' +
                "`r`n(1,1):Duration:$duration") InvalidArgument $Name
        }
    }
    $account = $Task.Principal.UserId
    if ($Task.Principal.GroupId) { $account = $Task.Principal.GroupId }
    if ($account -and -not (Resolve-TaskAccount $account)) {
        $text = "No mapping between account names and security IDs was done.`r`n(1,1):UserId:$account"
        return New-TaskError '0x80070534' $text NotSpecified $Name
    }
}

function Get-DefaultPrincipal {
    # The caller's account: components run as SYSTEM.
    New-ScheduledTaskPrincipal -UserId 'SYSTEM' -LogonType ServiceAccount
}

function New-PrincipalOf {
    # -User, -Password, -RunLevel of Register- and Set-ScheduledTask. A password only decides how the task logs on; it is kept nowhere.
    param([string]$User, [bool]$HasPassword, [string]$RunLevel)
    $principal = Get-DefaultPrincipal
    if ($User) {
        $logon = 'Interactive'
        if ((Resolve-TaskAccount $User) -in 'S-1-5-18', 'S-1-5-19', 'S-1-5-20') { $logon = 'ServiceAccount' }
        if ($HasPassword) { $logon = 'Password' }
        $principal = New-ScheduledTaskPrincipal -UserId $User -LogonType $logon
    }
    if ($RunLevel) { $principal.RunLevel = [RunLevelEnum]$RunLevel }
    $principal
}

function Add-StoredTask {
    # Puts a definition under its address; without -Force only where no task is. Answers the stored task, or nothing.
    param($Address, [string]$Xml, [switch]$Force)
    $new = [ordered]@{ path = $Address.path; name = $Address.name; xml = $Xml }
    do {
        $present = Invoke-Device -Ask get -Name tasks -Key $Address.key
        if (-not $Force -and (Test-StoredTask $present)) { return }
        $answer = Invoke-Device -Ask put -Name tasks -Key $Address.key -Value $new -Expected $present
    } until ($answer.Done)
    Save-TaskFile $Address.uri $Xml
    $new
}

function New-TaskOf {
    # The definition that the parameters of Register-ScheduledTask describe; a malformed -Xml throws.
    param([string]$Set, [Collections.IDictionary]$Given, $Address)
    $user = [string]$Given['User']
    $hasPassword = [bool]$Given['Password']
    $parts = @{}
    foreach ($name in 'Action', 'Trigger', 'Settings', 'Principal', 'Description') {
        if ($null -ne $Given[$name]) { $parts[$name] = $Given[$name] }
    }
    switch ($Set) {
        'Xml' { $task = ConvertFrom-TaskXml $Given['Xml'] $Address.path $Address.name }
        'Object' { $task = $Given['InputObject'].PSObject.Copy() }
        'Principal' { $task = New-ScheduledTask @parts }
        default {
            $parts['Principal'] = New-PrincipalOf $user $hasPassword ([string]$Given['RunLevel'])
            $task = New-ScheduledTask @parts
        }
    }
    if ($user -and $Set -in 'Xml', 'Object') { $task.Principal = New-PrincipalOf $user $hasPassword ([string]$task.Principal.RunLevel) }
    if ($null -eq $task.Principal) { $task.Principal = Get-DefaultPrincipal }
    $task
}

function Register-ScheduledTask {
    <#
    .SYNOPSIS
    Registers a task on the device.
    #>
    [CmdletBinding(DefaultParameterSetName = 'User')]
    param(
        [Parameter(ParameterSetName = 'User', Mandatory, Position = 0)][Parameter(ParameterSetName = 'Principal', Mandatory, Position = 0)]
        [Parameter(ParameterSetName = 'Object', Position = 0)][Parameter(ParameterSetName = 'Xml', Mandatory, Position = 0)]
        [string]$TaskName,
        [Parameter(Position = 1)][string]$TaskPath = '\',
        [Parameter(ParameterSetName = 'User', Mandatory, Position = 2)][Parameter(ParameterSetName = 'Principal', Mandatory, Position = 2)]
        $Action,
        [Parameter(ParameterSetName = 'User', Position = 3)][Parameter(ParameterSetName = 'Principal', Position = 3)]$Trigger,
        [Parameter(ParameterSetName = 'User', Position = 4)][Parameter(ParameterSetName = 'Principal', Position = 4)]$Settings,
        [Parameter(ParameterSetName = 'User', Position = 5)][Parameter(ParameterSetName = 'Xml')][Parameter(ParameterSetName = 'Object')]
        [string]$User,
        [Parameter(ParameterSetName = 'User', Position = 6)][Parameter(ParameterSetName = 'Xml')][Parameter(ParameterSetName = 'Object')]
        [string]$Password,
        [Parameter(ParameterSetName = 'User', Position = 7)][ValidateSet('Limited', 'Highest')][string]$RunLevel,
        [Parameter(ParameterSetName = 'Principal', Mandatory, Position = 5)]$Principal,
        [Parameter(ParameterSetName = 'User', Position = 8)][Parameter(ParameterSetName = 'Principal', Position = 6)][string]$Description,
        [Parameter(ParameterSetName = 'Object', Mandatory, ValueFromPipeline)]$InputObject,
        [Parameter(ParameterSetName = 'Xml', Mandatory)][string]$Xml,
        [switch]$Force, [Alias('Session')]$CimSession, [int]$ThrottleLimit, [switch]$AsJob)
    process {
        $ErrorActionPreference = Get-DeviceCallerPreference $PSCmdlet
        if (-not $TaskName -and $InputObject) {
            $TaskName = $InputObject.TaskName
            if ($InputObject.TaskPath) { $TaskPath = $InputObject.TaskPath }
        }
        $address = Resolve-TaskAddress $TaskName $TaskPath
        if ($address.name -match '[<>:"/|?*]' -or -not $address.name) {
            $text = 'The filename, directory name, or volume label syntax is incorrect. '
            $PSCmdlet.WriteError((New-TaskError '0x8007007B' $text NotSpecified $TaskName))
            return
        }
        try { $task = New-TaskOf $PSCmdlet.ParameterSetName $PSBoundParameters $address } catch {
            if (-not $Xml) { $PSCmdlet.ThrowTerminatingError($_) }
            $text = "The task XML is malformed. `r`n(1,1)::" + $_.Exception.GetBaseException().Message
            $PSCmdlet.WriteError((New-TaskError '0x8004131A' $text NotSpecified $TaskName))
            return
        }
        $refused = Test-TaskDefinition $task $TaskName
        if ($refused) { $PSCmdlet.WriteError($refused); return }
        $stored = Add-StoredTask $address (ConvertTo-TaskXml $task $address.uri) -Force:$Force
        if ($stored) { return ConvertFrom-StoredTask $stored }
        $text = 'Cannot create a file when that file already exists. '
        $PSCmdlet.WriteError((New-TaskError '0x800700B7' $text ResourceExists 'PS_ScheduledTask'))
    }
}

function Set-ScheduledTask {
    <#
    .SYNOPSIS
    Changes a registered task.
    #>
    [CmdletBinding(DefaultParameterSetName = 'User')]
    param(
        [Parameter(ParameterSetName = 'User', Mandatory, Position = 0)][Parameter(ParameterSetName = 'Principal', Mandatory, Position = 0)]
        [string]$TaskName,
        [Parameter(ParameterSetName = 'User', Position = 1)][Parameter(ParameterSetName = 'Principal', Position = 1)]
        [string]$TaskPath = '\',
        [Parameter(ParameterSetName = 'User', Position = 2)][Parameter(ParameterSetName = 'Principal', Position = 2)]$Action,
        [Parameter(ParameterSetName = 'User', Position = 3)][Parameter(ParameterSetName = 'Principal', Position = 3)]$Trigger,
        [Parameter(ParameterSetName = 'User', Position = 4)][Parameter(ParameterSetName = 'Principal', Position = 4)]$Settings,
        [Parameter(ParameterSetName = 'User', Position = 5)][Parameter(ParameterSetName = 'Object')][string]$User,
        [Parameter(ParameterSetName = 'User', Position = 6)][Parameter(ParameterSetName = 'Object')][string]$Password,
        [Parameter(ParameterSetName = 'Principal', Mandatory, Position = 5)]$Principal,
        [Parameter(ParameterSetName = 'Object', Mandatory, ValueFromPipeline)]$InputObject,
        [Alias('Session')]$CimSession, [int]$ThrottleLimit, [switch]$AsJob)
    process {
        $ErrorActionPreference = Get-DeviceCallerPreference $PSCmdlet
        if ($InputObject) { $TaskName = $InputObject.TaskName; $TaskPath = $InputObject.TaskPath }
        $stored = Find-StoredTask $TaskName $TaskPath
        if (-not $stored) { $PSCmdlet.WriteError((New-FileNotFoundError $TaskName)); return }
        $task = if ($InputObject) { $InputObject } else { ConvertFrom-StoredTask $stored }
        if ($Action) { $task.Actions = @($Action) }
        if ($Trigger) { $task.Triggers = @($Trigger) }
        if ($Settings) { $task.Settings = $Settings }
        if ($Principal) { $task.Principal = $Principal }
        if ($User) { $task.Principal = New-PrincipalOf $User ([bool]$Password) ([string]$task.Principal.RunLevel) }
        $refused = Test-TaskDefinition $task $TaskName
        if ($refused) { $PSCmdlet.WriteError($refused); return }
        $now = Set-StoredXml $stored (ConvertTo-TaskXml $task ($stored['path'] + $stored['name']))
        if ($now) { ConvertFrom-StoredTask $now } else { $PSCmdlet.WriteError((New-FileNotFoundError $TaskName)) }
    }
}

function Unregister-ScheduledTask {
    <#
    .SYNOPSIS
    Removes a task.
    #>
    [CmdletBinding(DefaultParameterSetName = 'Path', SupportsShouldProcess, ConfirmImpact = 'High')]
    param([Parameter(ParameterSetName = 'Path', Position = 0)][string[]]$TaskName,
        [Parameter(ParameterSetName = 'Path', Position = 1)][string[]]$TaskPath,
        [Parameter(ParameterSetName = 'Object', Mandatory, ValueFromPipeline)]$InputObject,
        [switch]$PassThru, [Alias('Session')]$CimSession, [int]$ThrottleLimit, [switch]$AsJob)
    process {
        $ErrorActionPreference = Get-DeviceCallerPreference $PSCmdlet
        $tasks = if ($InputObject) { $InputObject } else { Select-ScheduledTask $PSCmdlet $TaskName $TaskPath }
        foreach ($task in @($tasks)) {
            if ($null -eq $task) { continue }
            try { $yes = $PSCmdlet.ShouldProcess($task.TaskPath + $task.TaskName, 'Delete') }
            catch { $PSCmdlet.ThrowTerminatingError($_.Exception.InnerException.ErrorRecord) }     # asked where nobody can answer
            if (-not $yes) { continue }
            $stored = Find-StoredTask $task.TaskName $task.TaskPath
            if (-not $stored) { $PSCmdlet.WriteError((New-FileNotFoundError $task.TaskName)); continue }
            $uri = $stored['path'] + $stored['name']
            $gone = @{ path = $stored['path']; name = $stored['name']; removed = $true }
            Invoke-Device -Ask put -Name tasks -Key $uri.ToLowerInvariant() -Value $gone
            [IO.File]::Delete($script:taskFolder + $uri)
            if ($PassThru) { $task }
        }
    }
}
