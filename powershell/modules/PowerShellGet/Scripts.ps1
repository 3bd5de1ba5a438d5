# Commands for scripts of a gallery: refused by name.

function Install-Script {
    <#
    .SYNOPSIS
    Refused: scripts of a gallery.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory, Position = 0)][string[]]$Name, [string]$RequiredVersion, [string]$MinimumVersion, [string[]]$Repository,
        [string]$Scope, [switch]$NoPathUpdate, [switch]$Force, [switch]$AcceptLicense)
    Deny-DeviceCommand -Cmdlet $PSCmdlet -Why 'scripts of a gallery'
}

function Find-Script {
    <#
    .SYNOPSIS
    Refused: scripts of a gallery.
    #>
    [CmdletBinding()]
    param([Parameter(Position = 0)][string[]]$Name, [string]$RequiredVersion, [string[]]$Repository)
    Deny-DeviceCommand -Cmdlet $PSCmdlet -Why 'scripts of a gallery'
}

function Get-InstalledScript {
    <#
    .SYNOPSIS
    Gets scripts that Install-Script installed: none, as that is refused.
    #>
    [CmdletBinding()]
    param([Parameter(Position = 0)][string[]]$Name)
    $ErrorActionPreference = Get-DeviceCallerPreference $PSCmdlet
    foreach ($one in $Name) {
        $plain = -not [Management.Automation.WildcardPattern]::ContainsWildcardCharacters($one)
        if ($plain) { Write-NotInstalled $PSCmdlet $one script }
    }
}
