# The computer's name and domain: written where Windows keeps them, in force after a restart.

function Set-PendingName {
    <#
    .SYNOPSIS
    The name that holds after the next restart, where Windows keeps it.
    #>
    param([string]$NewName)
    $root = [Microsoft.Win32.Registry]::LocalMachine
    # A NetBIOS name has at most 15 characters.
    $short = $NewName.Substring(0, [Math]::Min(15, $NewName.Length)).ToUpperInvariant()
    $key = $root.CreateSubKey('SYSTEM\CurrentControlSet\Control\ComputerName\ComputerName')
    $key.SetValue('ComputerName', $short, 'String')
    $key.Dispose()
    $key = $root.CreateSubKey('SYSTEM\CurrentControlSet\Services\Tcpip\Parameters')
    $key.SetValue('NV Hostname', $NewName, 'String')
    $key.Dispose()
}

function Rename-Computer {
    <#
    .SYNOPSIS
    Names the computer anew from the next restart on.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param([switch]$PassThru, [pscredential]$DomainCredential, [pscredential]$LocalCredential,
        [Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)][string]$NewName, [switch]$Force, [switch]$Restart,
        [string]$WsmanAuthentication, [string]$Protocol, [Parameter(Position = 1)][string]$ComputerName = '.')
    process {
        $old = [Environment]::MachineName
        if (-not (Test-LocalName $ComputerName)) {
            $message = "Cannot establish the WMI connection to the computer '$ComputerName' with the following error message: " +
                'The RPC server is unavailable.'
            Write-ComputerError $PSCmdlet (New-ComputerError 'RenameComputerException' $message OperationStopped $ComputerName)
            return
        }
        if ($NewName -notmatch '^[A-Za-z0-9-]{1,63}$' -or $NewName -match '^\d+$' -or $NewName -match '^-|-$') {
            $message = "Skip computer '$old' with new name '$NewName' because the new name is not valid. The new computer name entered " +
                'is not properly formatted. Standard names may contain letters (a-z, A-Z), numbers (0-9), and hyphens (-), but no ' +
                'spaces or periods (.). The name may not consist entirely of digits, and may not be longer than 63 characters.'
            Write-ComputerError $PSCmdlet (New-ComputerError 'InvalidNewName' $message InvalidArgument $NewName)
            return
        }
        if ($NewName -eq $old) {
            $message = "Skip computer '$old' with new name '$NewName' because the new name is the same as the current name."
            Write-ComputerError $PSCmdlet (New-ComputerError 'NewNameIsOldName' $message InvalidOperation $NewName)
            return
        }
        if (-not $PSCmdlet.ShouldProcess($old)) { return }
        Set-PendingName $NewName
        Invoke-Device -Ask note -Name rename -Value @{ from = $old; to = $NewName; restart = [bool]$Restart }
        Complete-Change $PSCmdlet $Restart $Force
        if ($PassThru) {
            [pscustomobject][ordered]@{ PSTypeName = 'Microsoft.PowerShell.Commands.RenameComputerChangeInfo'
                HasSucceeded = $true; NewComputerName = $NewName; OldComputerName = $old }
        }
    }
}

function Add-Computer {
    <#
    .SYNOPSIS
    Joins a domain that the scenario says can be reached, or a workgroup: recorded, in force after a restart.
    #>
    [CmdletBinding(SupportsShouldProcess, DefaultParameterSetName = 'Domain')]
    param([Parameter(ValueFromPipeline)][string[]]$ComputerName = 'localhost', [pscredential]$LocalCredential,
        [pscredential]$UnjoinDomainCredential,
        [Parameter(ParameterSetName = 'Domain', Mandatory, Position = 0)][Alias('DN', 'Domain')][string]$DomainName,
        [Parameter(ParameterSetName = 'Domain')][Parameter(ParameterSetName = 'Workgroup')][Alias('DomainCredential')]
        [pscredential]$Credential,
        [Parameter(ParameterSetName = 'Domain')][Alias('OU')][string]$OUPath,
        [Parameter(ParameterSetName = 'Domain')][Alias('DC')][string]$Server,
        [Parameter(ParameterSetName = 'Domain')][switch]$Unsecure, [Parameter(ParameterSetName = 'Domain')]$Options,
        [Parameter(ParameterSetName = 'Workgroup', Mandatory)][Alias('WGN')][string]$WorkgroupName,
        [switch]$Restart, [switch]$PassThru, [string]$NewName, [switch]$Force)
    $system = Invoke-Device -Ask facts -Name computerSystem
    $name = [Environment]::MachineName
    $action = if ($DomainName) { "Join in domain '$DomainName'" } else { "Join in workgroup '$WorkgroupName'" }
    if (-not $PSCmdlet.ShouldProcess($name, $action)) { return }
    $note = @{ command = 'Add-Computer'; domain = $DomainName; workgroup = $WorkgroupName; ou = $OUPath; newName = $NewName }
    Invoke-Device -Ask note -Name domain -Value $note
    if ($DomainName) {
        if ($system.PartOfDomain -and $system.Domain -eq $DomainName) {
            $message = "Cannot add computer '$name' to domain '$DomainName' because it is already in that domain."
            Write-ComputerError $PSCmdlet (New-ComputerError 'AddComputerToSameDomain' $message InvalidOperation $name)
            return
        }
        if ($DomainName -notin @(Invoke-Device -Ask facts -Name reachableDomains)) {
            $now = if ($system.PartOfDomain) { "domain '$($system.Domain)'" } else { "workgroup '$($system.Domain)'" }
            $from = if ($system.PartOfDomain) { 'Domain' } else { 'Workgroup' }
            $message = "Computer '$name' failed to join domain '$DomainName' from its current $now with following error message: " +
                'The specified domain either does not exist or could not be contacted.'
            Write-ComputerError $PSCmdlet (New-ComputerError "FailToJoinDomainFrom$from" $message OperationStopped $name)
            return
        }
    }
    Set-MachineState @{ pendingDomain = $DomainName; pendingWorkgroup = $WorkgroupName }
    if ($NewName) { Set-PendingName $NewName }
    Complete-Change $PSCmdlet $Restart $Force
    if ($PassThru) {
        [pscustomobject][ordered]@{ PSTypeName = 'Microsoft.PowerShell.Commands.ComputerChangeInfo'; HasSucceeded = $true
            ComputerName = $name }
    }
}

function Remove-Computer {
    <#
    .SYNOPSIS
    Leaves the domain: recorded, in force after a restart.
    #>
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')]
    param([Parameter(Position = 0)][Alias('Credential')][pscredential]$UnjoinDomainCredential, [pscredential]$LocalCredential,
        [switch]$Restart, [string[]]$ComputerName = 'localhost', [switch]$Force, [switch]$PassThru,
        [string]$WorkgroupName = 'WORKGROUP')
    $name = [Environment]::MachineName
    if (-not (Invoke-Device -Ask facts -Name computerSystem).PartOfDomain) {
        $message = "Cannot remove computer '$name' because it is not in a domain."
        Write-ComputerError $PSCmdlet (New-ComputerError 'ComputerNotInDomain' $message InvalidOperation $name)
        return
    }
    $yes = $Force
    if (-not $yes) {
        try { $yes = $PSCmdlet.ShouldProcess($name) } catch {
            # Where nobody can answer, the command ends as a compiled one does instead of going on.
            $message = $_.Exception.GetBaseException().Message
            $PSCmdlet.ThrowTerminatingError((New-ComputerError 'InvalidOperation' $message InvalidOperation $name))
        }
    }
    if (-not $yes) { return }
    Invoke-Device -Ask note -Name domain -Value @{ command = 'Remove-Computer'; workgroup = $WorkgroupName }
    Set-MachineState @{ pendingDomain = $null; pendingWorkgroup = $WorkgroupName }
    Complete-Change $PSCmdlet $Restart $Force
}
