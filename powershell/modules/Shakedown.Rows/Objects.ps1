# Objects and errors as Windows' modules give them, and what goes into the journal.

function New-DeviceObject {
    <#
    .SYNOPSIS
    Makes an object with type names from a row: all fields or those of -Property; -As casts by property (a type, or its name).
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory)]$Row, [string[]]$TypeName, [hashtable]$As = @{}, [string[]]$Property)
    $names = if ($Property) { $Property } else { @($Row.Keys) }
    $values = [ordered]@{}
    foreach ($name in $names) {
        $value = $Row[$name]
        if ($null -ne $value -and $As.ContainsKey($name)) { $value = $value -as $As[$name] }
        $values[$name] = $value
    }
    $object = [pscustomobject]$values
    for ($i = $TypeName.Count - 1; $i -ge 0; $i--) { $object.PSObject.TypeNames.Insert(0, $TypeName[$i]) }
    $object
}

function New-DeviceError {
    <#
    .SYNOPSIS
    An error record with message, id, category and target.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory)][string]$Message, [string]$Id = 'NotSpecified', [string]$Category = 'NotSpecified', $Target, $Exception)
    if (-not $Exception) { $Exception = [Exception]::new($Message) }
    [Management.Automation.ErrorRecord]::new($Exception, $Id, [Management.Automation.ErrorCategory]$Category, $Target)
}

function Get-DeviceCallerPreference {
    <#
    .SYNOPSIS
    The caller's $ErrorActionPreference, which compiled cmdlets honour and module functions do not see by themselves.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory)]$Cmdlet)
    if ($Cmdlet.MyInvocation.BoundParameters.ContainsKey('ErrorAction')) { return $Cmdlet.MyInvocation.BoundParameters['ErrorAction'] }
    $value = $Cmdlet.SessionState.PSVariable.GetValue('ErrorActionPreference')
    if ($null -eq $value) { 'Continue' } else { $value }
}

function Write-DeviceError {
    <#
    .SYNOPSIS
    Writes an error in the name of a command, as its caller's $ErrorActionPreference wants it.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory)]$Cmdlet, [Parameter(Mandatory)][Management.Automation.ErrorRecord]$Record)
    $ErrorActionPreference = Get-DeviceCallerPreference $Cmdlet
    $Cmdlet.WriteError($Record)
}

function Write-DeviceUnavailable {
    <#
    .SYNOPSIS
    Says, in the name of the command, that a played device cannot do this; noted, so that the result lists it.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory)]$Cmdlet, [Parameter(Mandatory)][string]$Why, [switch]$Terminating)
    if ($Terminating) { Deny-DeviceCommand -Cmdlet $Cmdlet -Why $Why } else { Write-NotJudged -Cmdlet $Cmdlet -Why $Why }
}

function Write-DeviceEffect {
    <#
    .SYNOPSIS
    Writes an effect on the outside into the journal.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory)]$Cmdlet, [hashtable]$Value = @{})
    $Value = $Value.Clone()
    $Value.command = $Cmdlet.MyInvocation.MyCommand.Name
    Invoke-Device -Ask note -Name effect -Value $Value
}

function Test-DeviceConfirm {
    <#
    .SYNOPSIS
    ShouldProcess; where nobody can answer, the command ends as a compiled one does instead of going on.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory)]$Cmdlet, [Parameter(Mandatory)][string]$Target)
    try { $Cmdlet.ShouldProcess($Target) } catch {
        $message = $_.Exception.GetBaseException().Message
        $Cmdlet.ThrowTerminatingError((New-DeviceError $message 'InvalidOperation' InvalidOperation $Target))
    }
}
