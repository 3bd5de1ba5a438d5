# Jobs of the store and their commands.

function ConvertTo-BitsJob {
    # What Get- and Start-BitsTransfer give.
    param([Collections.IDictionary]$Stored)
    $files = @($Stored['files'] | Where-Object { $_ })
    $done = $Stored['state'] -in 'Transferred', 'Acknowledged'
    $size = [uint64]0
    foreach ($file in $files) { $size += [uint64]$file['size'] }
    $moved = [uint64]0
    $count = 0
    if ($done) { $moved = $size; $count = $files.Count }
    $context = 'None'
    $condition = 'NoError'
    if ($Stored['message']) { $context = 'RemoteFile'; $condition = 'TransientError' }
    $created = [datetime]$Stored['created']
    $list = @(foreach ($file in $files) {
            [pscustomobject]@{ RemoteName = $file['source']; LocalName = $file['target']; IsTransferComplete = $done
                BytesTotal = [uint64]$file['size']; BytesTransferred = [uint64]$file['size'] }
        })
    $job = [pscustomobject][ordered]@{
        PSTypeName = 'Microsoft.BackgroundIntelligentTransfer.Management.BitsJob'
        JobId = [guid]$Stored['id']
        DisplayName = $Stored['displayName']
        Description = $Stored['description']
        TransferType = $Stored['transferType']
        JobState = $Stored['state']
        OwnerAccount = 'NT AUTHORITY\SYSTEM'
        Priority = $Stored['priority']
        RetryInterval = 600
        RetryTimeout = 1209600
        TransientErrorCount = 0
        ProxyUsage = 'SystemDefault'
        ErrorContext = $context
        ErrorCondition = $condition
        InternalErrorCode = [int]$Stored['code']
        ErrorDescription = $Stored['message']
        ErrorContextDescription = $null
        BytesTotal = $size
        BytesTransferred = $moved
        FilesTotal = $files.Count
        FilesTransferred = $count
        CreationTime = $created
        ModificationTime = $created
        TransferCompletionTime = $created
        FileList = $list
    }
    $names = [string[]]@('JobId', 'DisplayName', 'TransferType', 'JobState', 'OwnerAccount')
    $shown = [Management.Automation.PSPropertySet]::new('DefaultDisplayPropertySet', $names)
    $members = [Management.Automation.PSMemberInfo[]]@($shown)
    $job.PSObject.Members.Add([Management.Automation.PSMemberSet]::new('PSStandardMembers', $members))
    $job
}

function Get-StoredJob {
    # The stored job of a job object, or nothing.
    param($Job)
    Invoke-Device -Ask get -Name bitsJobs -Key ([string]$Job.JobId)
}

function Edit-StoredJob {
    # Changes fields of a stored job; answers it as it is now, or nothing where it was cancelled meanwhile.
    param([Collections.IDictionary]$Stored, [Collections.IDictionary]$Fields)
    Update-DeviceObject -Name bitsJobs -Key $Stored['id'] -Change {
        param($Present)
        if ($null -ne $Present) {
            foreach ($field in $Fields.Keys) { $Present[$field] = $Fields[$field] }
            $Present
        }
    }
}

function Get-BitsTransfer {
    <#
    .SYNOPSIS
    Jobs that were started with -Asynchronous and not completed yet.
    #>
    [CmdletBinding(DefaultParameterSetName = 'Name')]
    param([Parameter(ParameterSetName = 'Name', Position = 0)][string[]]$Name = '*',
        [Parameter(ParameterSetName = 'JobId', Mandatory, Position = 0)][guid[]]$JobId,
        [Parameter(ParameterSetName = 'Name')][switch]$AllUsers)
    $ErrorActionPreference = Get-DeviceCallerPreference $PSCmdlet
    $jobs = @(Invoke-Device -Ask list -Name bitsJobs)
    if ($PSCmdlet.ParameterSetName -eq 'Name') {
        foreach ($stored in $jobs) {
            if (@($Name | Where-Object { $stored['displayName'] -like $_ }).Count) { ConvertTo-BitsJob $stored }
        }
        return
    }
    foreach ($id in $JobId) {
        $found = @($jobs | Where-Object { [guid]$_['id'] -eq $id })
        if ($found.Count) { ConvertTo-BitsJob $found[0]; continue }
        $exception = [ArgumentException]::new("Cannot find a BITS job that has the following ID: $id.")
        $record = [Management.Automation.ErrorRecord]::new($exception, 'GetBitsTransferObjectNotFoundException', 'ObjectNotFound', $id)
        $PSCmdlet.WriteError($record)
    }
}

function Complete-StoredJob {
    # Gives the files of a finished job their names; whether it was one.
    param($Stored)
    if ($null -eq $Stored -or $Stored['state'] -ne 'Transferred') { return $false }
    # Only one caller takes the job away.
    if (-not (Invoke-Device -Ask remove -Name bitsJobs -Key $Stored['id'])) { return $false }
    foreach ($file in $Stored['files']) { [IO.File]::Move($file['temporary'], $file['target'], $true) }
    $true
}

function Complete-BitsTransfer {
    <#
    .SYNOPSIS
    Gives the files of finished jobs their names.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory, Position = 0, ValueFromPipeline)]$BitsJob)
    process {
        $ErrorActionPreference = Get-DeviceCallerPreference $PSCmdlet
        foreach ($job in $BitsJob) {
            if (-not (Test-DeviceConfirm $PSCmdlet ([string]$job.DisplayName))) { continue }
            if (Complete-StoredJob (Get-StoredJob $job)) {
                if ($job.PSObject.Properties['JobState']) { $job.JobState = 'Acknowledged' }
                continue
            }
            $text = 'The operation cannot be performed in the current state of the job.'
            $PSCmdlet.WriteError((New-BitsError $text))
        }
    }
}

function Remove-BitsTransfer {
    <#
    .SYNOPSIS
    Cancels jobs.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory, Position = 0, ValueFromPipeline)]$BitsJob)
    process {
        $ErrorActionPreference = Get-DeviceCallerPreference $PSCmdlet
        foreach ($job in $BitsJob) {
            $stored = Get-StoredJob $job
            if (-not $stored -or -not (Test-DeviceConfirm $PSCmdlet ([string]$job.DisplayName))) { continue }
            $null = Invoke-Device -Ask remove -Name bitsJobs -Key $stored['id']
            foreach ($file in $stored['files']) { if ($file['temporary']) { [IO.File]::Delete($file['temporary']) } }
            if ($job.PSObject.Properties['JobState']) { $job.JobState = 'Canceled' }
        }
    }
}

function Resume-BitsTransfer {
    <#
    .SYNOPSIS
    Goes on with a suspended or failed job.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory, Position = 0, ValueFromPipeline)]$BitsJob, [switch]$Asynchronous)
    process {
        $ErrorActionPreference = Get-DeviceCallerPreference $PSCmdlet
        foreach ($job in $BitsJob) {
            $stored = Get-StoredJob $job
            if (-not $stored -or -not (Test-DeviceConfirm $PSCmdlet ([string]$job.DisplayName))) { continue }
            $client = Get-BitsClient
            $files = @($stored['files'])
            try { $failed = Receive-BitsFile $client $files } finally { $client.Dispose() }
            $state = if ($failed) { 'Error' } else { 'Transferred' }
            $now = Edit-StoredJob $stored @{ state = $state; files = $files; message = $failed.message; code = $failed.code }
            if (-not $now) { continue }
            if ($Asynchronous) { ConvertTo-BitsJob $now; continue }
            if ($failed) { $PSCmdlet.WriteError((New-BitsError $failed.message)); continue }
            $null = Complete-StoredJob $now
        }
    }
}

function Suspend-BitsTransfer {
    <#
    .SYNOPSIS
    Halts jobs.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory, Position = 0, ValueFromPipeline)]$BitsJob)
    process {
        $ErrorActionPreference = Get-DeviceCallerPreference $PSCmdlet
        foreach ($job in $BitsJob) {
            $stored = Get-StoredJob $job
            if (-not $stored -or -not (Test-DeviceConfirm $PSCmdlet ([string]$job.DisplayName))) { continue }
            $now = Edit-StoredJob $stored @{ state = 'Suspended' }
            if ($now) { ConvertTo-BitsJob $now }
        }
    }
}

function Set-BitsTransfer {
    <#
    .SYNOPSIS
    Names a job anew or changes its priority.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory, Position = 0, ValueFromPipeline)]$BitsJob, [string]$DisplayName, [string]$Description,
        [ValidateSet('Foreground', 'High', 'Normal', 'Low')][string]$Priority)
    process {
        $ErrorActionPreference = Get-DeviceCallerPreference $PSCmdlet
        $fields = @{}
        if ($PSBoundParameters.ContainsKey('DisplayName')) { $fields['displayName'] = $DisplayName }
        if ($PSBoundParameters.ContainsKey('Description')) { $fields['description'] = $Description }
        if ($PSBoundParameters.ContainsKey('Priority')) { $fields['priority'] = $Priority }
        foreach ($job in $BitsJob) {
            $stored = Get-StoredJob $job
            if (-not $stored -or -not (Test-DeviceConfirm $PSCmdlet ([string]$job.DisplayName))) { continue }
            $now = Edit-StoredJob $stored $fields
            if ($now) { ConvertTo-BitsJob $now }
        }
    }
}

function Add-BitsFile {
    <#
    .SYNOPSIS
    Refused: adding files to a job.
    #>
    [CmdletBinding()]
    param([Parameter(ValueFromPipeline)]$BitsJob, [string[]]$Source, [string[]]$Destination)
    process { Deny-DeviceCommand -Cmdlet $PSCmdlet -Why 'adding files to a job' }
}
