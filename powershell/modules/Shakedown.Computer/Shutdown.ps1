# Restart and stop: noted as the device's reboot, never done by PowerShell itself.

function Invoke-Shutdown {
    <#
    .SYNOPSIS
    Restart-Computer and Stop-Computer on behalf of -Caller.
    .NOTES
    Without -Force Windows refuses while somebody is logged on (ERROR_SHUTDOWN_USERS_LOGGED_ON, 1191; Microsoft Learn, Restart-Computer).
    #>
    param($Caller, [string]$Kind, [string[]]$ComputerName, [bool]$Force)
    $command = $Caller.MyInvocation.MyCommand.Name
    $verb = if ($Kind -eq 'reboot') { 'restart' } else { 'stop' }
    $id = if ($Kind -eq 'reboot') { 'RestartcomputerFailed' } else { 'StopComputerException' }
    $own = [Environment]::MachineName
    foreach ($name in $ComputerName) {
        if (-not (Test-LocalName $name)) {
            $message = "Failed to $verb the computer $name with the following error message: " +
                'The RPC server is unavailable. (Exception from HRESULT: 0x800706BA).'
            Write-ComputerError $Caller (New-ComputerError $id $message OperationStopped $name)
            continue
        }
        $action = "Enable the Local shutdown access rights and $verb the computer."
        if (-not $Caller.ShouldProcess("localhost ($own)", $action)) { continue }
        $user = (Invoke-Device -Ask facts -Name computerSystem).UserName
        if ($user -and -not $Force) {
            Invoke-Device -Ask note -Name rebootRefused -Value @{ by = $command; kind = $Kind; user = $user }
            $message = "Failed to $verb the computer $own with the following error message: " +
                'The system shutdown cannot be initiated because there are other users logged on to the computer.'
            Write-ComputerError $Caller (New-ComputerError $id $message OperationStopped $own)
            continue
        }
        Write-RebootNote $command $Kind $Force
    }
}

function Write-RebootNote {
    <#
    .SYNOPSIS
    Tells the device that it would go down now: Kind is reboot or shutdown.
    #>
    param([string]$By, [string]$Kind, [bool]$Force)
    Invoke-Device -Ask note -Name reboot -Value @{ by = $By; kind = $Kind; force = $Force }
}

function Complete-Change {
    <#
    .SYNOPSIS
    Ends a command whose change holds after a restart: asks for it, or warns as Windows does.
    #>
    param($Caller, [bool]$Restart, [bool]$Force)
    if ($Restart) { Write-RebootNote $Caller.MyInvocation.MyCommand.Name reboot $Force; return }
    $Caller.WriteWarning("The changes will take effect after you restart the computer $([Environment]::MachineName).")
}

function Restart-Computer {
    <#
    .SYNOPSIS
    Asks for a restart: recorded; the script goes on, as it does on Windows until the restart ends it.
    #>
    [CmdletBinding(SupportsShouldProcess, DefaultParameterSetName = 'DefaultSet')]
    param([Parameter(Position = 0, ValueFromPipeline, ValueFromPipelineByPropertyName)][Alias('CN', '__SERVER', 'Server', 'IPAddress')]
        [string[]]$ComputerName = '.', [Parameter(Position = 1)][pscredential]$Credential, [Alias('RM')][switch]$AsJob, $DcomAuthentication,
        $Impersonation, [string]$WsmanAuthentication, [string]$Protocol, [switch]$Force, [int]$ThrottleLimit,
        [switch]$Wait, [Alias('TimeoutSec')][int]$Timeout, [string]$For, [int16]$Delay)
    process {
        $given = @('Timeout', 'For', 'Delay' | Where-Object { $PSBoundParameters.ContainsKey($_) })
        if ($given.Count -and -not $Wait) {
            $message = 'The parameters Timeout, For, and Delay are valid only when the parameter Wait is specified.'
            $PSCmdlet.ThrowTerminatingError((New-ComputerError 'RestartComputerInvalidParameter' $message InvalidOperation $null))
        }
        if ($Wait -and @($ComputerName | Where-Object { Test-LocalName $_ }).Count) {
            $message = 'Cannot wait for the local computer to restart. The local computer is ignored when the Wait parameter is specified.'
            Write-ComputerError $PSCmdlet (New-ComputerError 'CannotWaitLocalComputer' $message InvalidOperation $null)
            $ComputerName = @($ComputerName | Where-Object { -not (Test-LocalName $_) })
        }
        Invoke-Shutdown $PSCmdlet 'reboot' $ComputerName $Force
    }
}

function Stop-Computer {
    <#
    .SYNOPSIS
    Asks for a shutdown: recorded.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Position = 0, ValueFromPipelineByPropertyName)][Alias('CN', '__SERVER', 'Server', 'IPAddress')]
        [string[]]$ComputerName = '.',
        [Parameter(Position = 1)][pscredential]$Credential, [switch]$AsJob, $DcomAuthentication, $Impersonation,
        [string]$WsmanAuthentication, [string]$Protocol, [int]$ThrottleLimit, [switch]$Force)
    process { Invoke-Shutdown $PSCmdlet 'shutdown' $ComputerName $Force }
}
