# Restore points: the fact and the store `restorePoints`. A point: time (ISO 8601), description, type (APPLICATION_INSTALL ...),
# sequenceNumber (counted where none is declared).

function Test-RestoreAvailable {
    <#
    .SYNOPSIS
    Restore points exist on desktop Windows only, and only where protection is on.
    #>
    param($Caller, [switch]$NeedEnabled)
    if ((Invoke-Device -Ask facts -Name os).ProductType -in 2, 3) {
        $message = 'This functionality is not supported on this operating system.'
        $Caller.ThrowTerminatingError((New-ComputerError 'NotSupported' $message InvalidOperation $null))
    }
    $state = (Get-MachineState).restoreEnabled
    $enabled = if ($null -ne $state) { [bool]$state } else { [bool](Invoke-Device -Ask facts -Name systemRestore).enabled }
    if ($NeedEnabled -and -not $enabled) {
        $exception = [ArgumentException]::new('This command cannot be run due to the following error: the service cannot be started ' +
            'because it is disabled or does not have enabled devices associated with it.')
        Write-ComputerError $Caller ([Management.Automation.ErrorRecord]::new($exception, 'ServiceDisabled', 'InvalidOperation', $null))
        return $false
    }
    $true
}

function Get-RestorePoint {
    <#
    .SYNOPSIS
    Declared and made restore points, oldest first.
    #>
    $points = @(Invoke-Device -Ask facts -Name restorePoints) + @(Invoke-Device -Ask list -Name restorePoints)
    $number = 0
    foreach ($point in $points | Sort-Object { [datetime]$_.time }) {
        $number++
        $copy = @{}
        foreach ($entry in $point.GetEnumerator()) { $copy[[string]$entry.Key] = $entry.Value }
        if ($null -eq $copy.sequenceNumber) { $copy.sequenceNumber = $number }
        $copy
    }
}

function Get-ComputerRestorePoint {
    <#
    .SYNOPSIS
    Restore points of the device.
    #>
    [CmdletBinding(DefaultParameterSetName = 'ID')]
    param([Parameter(ParameterSetName = 'ID', Position = 0)][int[]]$RestorePoint,
        [Parameter(ParameterSetName = 'LastStatus', Mandatory)][switch]$LastStatus)
    $null = Test-RestoreAvailable $PSCmdlet
    # 5.1 has words for a restore that failed, succeeded or was interrupted, and no device was restored.
    if ($LastStatus) { Deny-DeviceCommand -Cmdlet $PSCmdlet -Why '-LastStatus: the device was never restored' }
    # RestorePointType of SystemRestore.CreateRestorePoint (Microsoft Learn).
    $codes = @{ APPLICATION_INSTALL = 0; APPLICATION_UNINSTALL = 1; DEVICE_DRIVER_INSTALL = 10; MODIFY_SETTINGS = 12
        CANCELLED_OPERATION = 13 }
    $points = @(Get-RestorePoint)
    foreach ($wanted in $RestorePoint) {
        if ($wanted -notin @($points | ForEach-Object { $_.sequenceNumber })) {
            $message = "The command cannot locate the `"$wanted`" restore point. Verify the `"$wanted`" sequence number, " +
                'and then try the command again.'
            Write-ComputerError $PSCmdlet (New-ComputerError 'NoResorePoint' $message InvalidArgument $null)
        }
    }
    foreach ($point in $points) {
        if ($RestorePoint -and $point.sequenceNumber -notin $RestorePoint) { continue }
        $row = [pscustomobject][ordered]@{
            PSTypeName = 'System.Management.ManagementObject#root\default\SystemRestore'
            CreationTime = ([datetime]$point.time).ToUniversalTime().ToString("yyyyMMddHHmmss.ffffff'-000'")
            Description = [string]$point.description; EventType = 100
            RestorePointType = $codes[[string]$point.type]; SequenceNumber = [uint32]$point.sequenceNumber
        }
        $row.PSObject.Members.Add([psscriptmethod]::new('ConvertToDateTime', {
                    param($text)
                    [datetime]::ParseExact($text.Substring(0, 14), 'yyyyMMddHHmmss', [cultureinfo]::InvariantCulture, 'AssumeUniversal')
                }))
        $row
    }
}

function Checkpoint-Computer {
    <#
    .SYNOPSIS
    Makes a restore point, at most one in 24 hours unless the registry says otherwise.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory, Position = 0)][ValidateNotNullOrEmpty()][string]$Description,
        [Parameter(Position = 1)][Alias('RPT')]
        [ValidateSet('APPLICATION_INSTALL', 'APPLICATION_UNINSTALL', 'DEVICE_DRIVER_INSTALL', 'MODIFY_SETTINGS', 'CANCELLED_OPERATION')]
        [string]$RestorePointType = 'APPLICATION_INSTALL')
    if (-not (Test-RestoreAvailable $PSCmdlet -NeedEnabled)) { return }
    $key = [Microsoft.Win32.Registry]::LocalMachine.OpenSubKey('SOFTWARE\Microsoft\Windows NT\CurrentVersion\SystemRestore')
    $minutes = if ($key) { $key.GetValue('SystemRestorePointCreationFrequency', 1440) } else { 1440 }
    $points = @(Get-RestorePoint)
    if ($points.Count -and ([datetime]::UtcNow - ([datetime]$points[-1].time).ToUniversalTime()).TotalMinutes -lt $minutes) {
        Write-Warning ("A new system restore point cannot be created because one has already been created within the past $minutes " +
            "minutes. The frequency of restore point creation can be changed by creating the DWORD value " +
            "'SystemRestorePointCreationFrequency' under the registry key 'HKLM\Software\Microsoft\Windows NT\CurrentVersion\" +
            "SystemRestore'. The value of this registry key indicates the necessary time interval (in minutes) between two restore point " +
            "creation. The default value is 1440 minutes (24 hours).")
        return
    }
    $last = $points | ForEach-Object { [int]$_.sequenceNumber } | Sort-Object | Select-Object -Last 1
    $number = 1 + [int]$last
    do {
        $point = @{ sequenceNumber = $number; description = $Description; type = $RestorePointType; time = [datetime]::UtcNow }
        $put = Invoke-Device -Ask put -Name restorePoints -Key "$number" -Value $point -Expected $null
        $number++
    } until ($put.Done)
}

function Set-RestoreEnabled {
    <#
    .SYNOPSIS
    Turns system protection on or off, on behalf of -Caller.
    #>
    param($Caller, [string[]]$Drive, [bool]$Enabled)
    $null = Test-RestoreAvailable $Caller
    foreach ($one in $Drive) {
        if ($one -notmatch '^[A-Za-z]:\\?$' -or -not [IO.Directory]::Exists($one.Substring(0, 1) + ':\')) {
            $turn = if ($Enabled) { 'on' } else { 'off' }
            $where = if ($Enabled) { ' on the specified computer' } else { '' }
            $message = "The command cannot turn $turn the restore computer infrastructure$where because the supplied drive is not valid. " +
                'Enter a valid drive in the Drive parameter, and then try again.'
            # Disable-ComputerRestore's error has no id of its own in 5.1.
            $id = if ($Enabled) { 'EnableComputerRestoreInvalidDrive' } else { 'InvalidDrive' }
            $exception = [ArgumentException]::new($message)
            Write-ComputerError $Caller ([Management.Automation.ErrorRecord]::new($exception, $id, 'InvalidData', $null))
            continue
        }
        Set-MachineState @{ restoreEnabled = $Enabled }
    }
}

function Enable-ComputerRestore {
    <#
    .SYNOPSIS
    Turns system protection on.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory, Position = 0)][string[]]$Drive)
    if ($PSCmdlet.ShouldProcess($Drive -join ', ')) { Set-RestoreEnabled $PSCmdlet $Drive $true }
}

function Disable-ComputerRestore {
    <#
    .SYNOPSIS
    Turns system protection off.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory, Position = 0)][string[]]$Drive)
    if ($PSCmdlet.ShouldProcess($Drive -join ', ')) { Set-RestoreEnabled $PSCmdlet $Drive $false }
}

function Restore-Computer {
    <#
    .SYNOPSIS
    Refused: the device cannot go back to a restore point.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory, Position = 0)][int]$RestorePoint)
    Deny-DeviceCommand -Cmdlet $PSCmdlet -Why "going back to restore point $RestorePoint"
}
