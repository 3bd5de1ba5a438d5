# The trust between the computer and its domain.

function Test-ComputerSecureChannel {
    <#
    .SYNOPSIS
    Whether the trust with the domain holds: the fact computerSystem.SecureChannel, or what a repair made of it.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param([switch]$Repair, [string]$Server, [pscredential]$Credential)
    $system = Invoke-Device -Ask facts -Name computerSystem
    $name = [Environment]::MachineName
    if (-not $system.PartOfDomain) {
        $message = 'Cannot verify the secure channel password for the local computer. The local computer is not currently part of a domain.'
        $PSCmdlet.ThrowTerminatingError((New-ComputerError 'ComputerNotInDomain' $message InvalidOperation $name))
    }
    $state = Get-MachineState
    $good = if ($null -ne $state.secureChannel) { [bool]$state.secureChannel } else { [bool]$system.SecureChannel }
    if ($Repair -and $PSCmdlet.ShouldProcess($name)) {
        Invoke-Device -Ask note -Name domain -Value @{ command = 'Test-ComputerSecureChannel'; repair = $true; wasGood = $good }
        $good = $good -or $system.Domain -in @(Invoke-Device -Ask facts -Name reachableDomains)
        Set-MachineState @{ secureChannel = $good }
        # Words of RepairSecureChannelSucceed and RepairSecureChannelFail (PowerShell's source, ComputerResources.resx).
        $text = "he secure channel between the local computer and the domain $($system.Domain)"
        $text = if ($good) { "T$text was successfully repaired." } else { "The attempt to repair t$text has failed." }
        Write-Verbose $text
        return $good
    }
    # Words of SecureChannelAlive and SecureChannelBroken (the same).
    $text = if ($good) { 'in good condition' } else { 'broken' }
    Write-Verbose "The secure channel between the local computer and the domain $($system.Domain) is $text."
    $good
}

function Reset-ComputerMachinePassword {
    <#
    .SYNOPSIS
    Resets the computer's password in the domain: recorded.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param([string]$Server, [pscredential]$Credential)
    $system = Invoke-Device -Ask facts -Name computerSystem
    $name = [Environment]::MachineName
    if (-not $system.PartOfDomain) {
        $message = 'Cannot reset the secure channel password for the account of the local computer. ' +
            'The local computer is not currently part of a domain.'
        $PSCmdlet.ThrowTerminatingError((New-ComputerError 'ComputerNotInDomain' $message InvalidOperation $name))
    }
    if (-not $PSCmdlet.ShouldProcess($name)) { return }
    Invoke-Device -Ask note -Name domain -Value @{ command = 'Reset-ComputerMachinePassword' }
}
