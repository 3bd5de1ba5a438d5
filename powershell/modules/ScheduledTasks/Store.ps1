# Tasks in the store.

function ConvertFrom-Declaration {
    # XML of a declared task: execute, arguments, workingDirectory, userId, runLevel, description, author, state. Without a program it is
    # a COM handler's, as many of Windows' own tasks are.
    param($Declared, [string]$Uri)
    $user = if ($Declared['userId']) { $Declared['userId'] } else { 'SYSTEM' }
    if ($Declared['execute']) {
        $action = New-ScheduledTaskAction -Execute $Declared['execute']
        $action.Arguments = $Declared['arguments']
        $action.WorkingDirectory = $Declared['workingDirectory']
    } else {
        $action = New-TaskInstance 'MSFT_TaskComHandlerAction' ([ordered]@{
                Id = $null; OuterXml = "<ComHandler xmlns=`"$script:taskNamespace`" />" })
    }
    $task = @{
        Actions = @($action)
        Principal = New-ScheduledTaskPrincipal -UserId $user
        Settings = New-SettingsInstance @{ Enabled = $Declared['state'] -ne 'Disabled' }
        Description = $Declared['description']
        Author = $Declared['author']
        Triggers = @()
    }
    if ($Declared['runLevel']) { $task.Principal.RunLevel = [RunLevelEnum]$Declared['runLevel'] }
    ConvertTo-TaskXml $task $Uri
}

function Get-TaskXml {
    # XML of a stored task; a declared one gets its own only when it is looked at.
    param($Stored)
    if ($Stored['xml']) { return [string]$Stored['xml'] }
    ConvertFrom-Declaration $Stored['declared'] ($Stored['path'] + $Stored['name'])
}

function Test-StoredTask {
    # Whether a stored object is a task that is there.
    param($Stored)
    $null -ne $Stored -and -not $Stored['removed'] -and ($Stored['xml'] -or $Stored['declared'])
}

function Get-StoredTask {
    # Every task of the device.
    foreach ($stored in Invoke-Device -Ask list -Name tasks) { if (Test-StoredTask $stored) { $stored } }
}

function Find-StoredTask {
    # The stored task at that address, or nothing.
    param([string]$TaskName, [string]$TaskPath)
    $stored = Invoke-Device -Ask get -Name tasks -Key (Resolve-TaskAddress $TaskName $TaskPath).key
    if (Test-StoredTask $stored) { $stored }
}

function Update-StoredTask {
    # Changes a task that is there; answers it as it is now, or nothing where another process removed it.
    param($Stored, [scriptblock]$Edit)
    $key = ($Stored['path'] + $Stored['name']).ToLowerInvariant()
    Update-DeviceObject -Name tasks -Key $key -Change {
        param($Present)
        if (Test-StoredTask $Present) {
            $null = & $Edit $Present
            $Present
        }
    }
}

function Set-StoredXml {
    # Gives a stored task another definition.
    param($Stored, [string]$Xml)
    $now = Update-StoredTask $Stored { param($Present) $Present['xml'] = $Xml; $Present.Remove('declared') }
    if ($now) { Save-TaskFile ($Stored['path'] + $Stored['name']) $Xml }
    $now
}

function Save-TaskFile {
    # Windows keeps each task's XML under System32\Tasks; scripts look there.
    param([string]$Uri, [string]$Xml)
    $file = $script:taskFolder + $Uri
    $null = [IO.Directory]::CreateDirectory([IO.Path]::GetDirectoryName($file))
    [IO.File]::WriteAllText($file, $Xml, [Text.Encoding]::Unicode)
}

function ConvertFrom-StoredTask {
    # The MSFT_ScheduledTask of a stored task.
    param($Stored)
    $state = if ($Stored['launcher']) { 'Running' } else { 'Ready' }
    ConvertFrom-TaskXml -Xml (Get-TaskXml $Stored) -TaskPath $Stored['path'] -TaskName $Stored['name'] -State $state
}
