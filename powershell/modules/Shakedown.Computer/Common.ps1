# What the parts share: the state of the machine, errors, names of this computer.

function Get-MachineState {
    <#
    .SYNOPSIS
    What commands changed since the device was made: one object of the store `machine`, empty at first.
    #>
    $state = Invoke-Device -Ask get -Name machine -Key machine
    if ($null -eq $state) { [ordered]@{} } else { $state }
}

function Set-MachineState {
    <#
    .SYNOPSIS
    Changes fields of that object.
    #>
    param([Parameter(Mandatory)][hashtable]$Change)
    $fields = $Change
    $null = Update-DeviceObject -Name machine -Key machine -Change {
        param($State)
        $new = if ($null -eq $State) { [ordered]@{} } else { $State }
        foreach ($entry in $fields.GetEnumerator()) { $new[[string]$entry.Key] = $entry.Value }
        $new
    }
}

function New-ComputerError {
    <#
    .SYNOPSIS
    An error record of these commands.
    #>
    param([string]$Id, [string]$Message, [string]$Category = 'OperationStopped', $Target)
    [Management.Automation.ErrorRecord]::new([InvalidOperationException]::new($Message), $Id, $Category, $Target)
}

function Write-ComputerError {
    <#
    .SYNOPSIS
    Writes an error in the name of a command, as its caller's $ErrorActionPreference wants it.
    #>
    param($Caller, [Management.Automation.ErrorRecord]$Record)
    $preference = $Caller.SessionState.PSVariable.GetValue('ErrorActionPreference')
    if ($null -ne $preference) { $ErrorActionPreference = $preference }
    $Caller.WriteError($Record)
}

function Test-LocalName {
    <#
    .SYNOPSIS
    Whether a computer's name is this one's.
    #>
    param([string]$Name)
    $own = [Environment]::MachineName
    $Name -in '', '.', 'localhost', '127.0.0.1', '::1', $own -or $Name -like "$own.*"
}
