# Commands for providers and sources.

function Test-Gallery { [bool](Invoke-Device -Ask facts -Name gallery) }

function Write-Offline {
    # What 5.1 warns of where it reaches no list of providers.
    param($Cmdlet)
    Write-NotJudged -Cmdlet $Cmdlet -Why 'the scenario declares no gallery' -Quiet
    $Cmdlet.WriteWarning("Unable to download from URI 'https://go.microsoft.com/fwlink/?LinkID=627338&clcid=0x409' to ''.")
    $Cmdlet.WriteWarning('Unable to download the list of available providers. Check your internet connection.')
}

function Add-NuGetProvider {
    $row = [ordered]@{ Name = 'NuGet'; Version = $script:nugetVersion }
    Set-DeviceRow -Name packageProviders -Key NuGet -Row $row
    $row
}

function New-ProviderObject {
    param($Row)
    New-DeviceObject -TypeName Microsoft.PackageManagement.Implementation.PackageProvider -Row ([ordered]@{
            Name = $Row['Name']; Version = [version]$Row['Version']; DynamicOptions = @(); ProviderName = $Row['Name'] })
}

function Get-PackageProvider {
    <#
    .SYNOPSIS
    Gets package providers.
    #>
    [CmdletBinding()]
    param([Parameter(Position = 0)][string[]]$Name, [switch]$ListAvailable, [switch]$Force, [switch]$ForceBootstrap)
    $ErrorActionPreference = Get-DeviceCallerPreference $PSCmdlet
    $rows = @(Get-DeviceTable -Name packageProviders -Key Name)
    if (-not $Name) {
        foreach ($row in $rows) { New-ProviderObject $row }
        return
    }
    foreach ($one in $Name) {
        $hit = @($rows | Where-Object { $_['Name'] -like $one })
        if (-not $hit.Count -and $one -eq 'NuGet' -and $ForceBootstrap -and (Test-Gallery)) { $hit = @(Add-NuGetProvider) }
        foreach ($row in $hit) { New-ProviderObject $row }
        if ($hit.Count -or [Management.Automation.WildcardPattern]::ContainsWildcardCharacters($one)) { continue }
        $text = "Unable to find package provider '$one'. It may not be imported yet. Try 'Get-PackageProvider -ListAvailable'."
        $id = 'UnknownProviderFromActivatedList'
        if ($ListAvailable) {
            $text = "Unable to find package provider '$one'. It may not be installed."
            $id = 'UnknownProviders'
        }
        $type = "$script:cmdlets.GetPackageProvider"
        $PSCmdlet.WriteError((New-DeviceError $text "$id,$type" ObjectNotFound $type))
    }
}

function Install-PackageProvider {
    <#
    .SYNOPSIS
    Installs NuGet where the scenario declares a gallery; else says what 5.1 says without internet.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory, Position = 0)][string[]]$Name, [string]$RequiredVersion, [string]$MinimumVersion,
        [string]$MaximumVersion, [ValidateSet('CurrentUser', 'AllUsers')][string]$Scope, [string[]]$Source, [switch]$Force,
        [switch]$ForceBootstrap, [switch]$AllVersions, [switch]$Confirmed, [string]$Proxy, [pscredential]$Credential)
    $ErrorActionPreference = Get-DeviceCallerPreference $PSCmdlet
    foreach ($one in $Name) {
        if ($one -eq 'NuGet' -and (Test-Gallery)) {
            if (-not (Test-DeviceConfirm $PSCmdlet $one)) { continue }
            $row = Add-NuGetProvider
            [pscustomobject]@{ Name = 'nuget'; Version = $row['Version']
                Source = 'https://onegetcdn.azureedge.net/providers/nuget-2.8.5.208.package.swidtag'
                Summary = 'NuGet provider for the OneGet meta-package manager' }
            continue
        }
        if (Test-Gallery) { Write-NotJudged -Cmdlet $PSCmdlet -Why "the provider $one" -Quiet } else { Write-Offline $PSCmdlet }
        $text = "No match was found for the specified search criteria for the provider '$one'. The package provider requires " +
            "'PackageManagement' and 'Provider' tags. Please check if the specified package has the tags."
        $type = "$script:cmdlets.InstallPackageProvider"
        $PSCmdlet.WriteError((New-DeviceError $text "NoMatchFoundForProvider,$type" InvalidData $type))
    }
}

function Import-PackageProvider {
    <#
    .SYNOPSIS
    Imports a provider that is there.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory, Position = 0)][string[]]$Name, [version]$RequiredVersion, [version]$MinimumVersion, [switch]$Force,
        [switch]$ForceBootstrap)
    $ErrorActionPreference = Get-DeviceCallerPreference $PSCmdlet
    Get-PackageProvider -Name $Name
}

function Find-PackageProvider {
    <#
    .SYNOPSIS
    Finds NuGet where the scenario declares a gallery.
    #>
    [CmdletBinding()]
    param([Parameter(Position = 0)][string[]]$Name = 'NuGet', [switch]$ForceBootstrap, [switch]$Force, [string]$MinimumVersion)
    $ErrorActionPreference = Get-DeviceCallerPreference $PSCmdlet
    if ((Test-Gallery) -and $Name -contains 'NuGet') {
        return [pscustomobject]@{ Name = 'nuget'; Version = $script:nugetVersion; Source = 'https://onegetcdn.azureedge.net'
            Summary = 'NuGet provider for the OneGet meta-package manager' }
    }
    if (-not (Test-Gallery)) { Write-Offline $PSCmdlet }
    $PSCmdlet.WriteError((New-DeviceError "Unable to find package providers ($($Name -join ', '))" 'ProviderNotFound' ObjectNotFound $Name))
}

function Get-PackageSource {
    <#
    .SYNOPSIS
    Gets package sources: the repositories of PowerShellGet.
    #>
    [CmdletBinding()]
    param([Parameter(Position = 0)][string]$Name = '*', [Alias('Provider')][string[]]$ProviderName)
    foreach ($row in Get-DeviceTable -Name psRepositories -Key Name) {
        if ($row['Name'] -notlike $Name -or ($ProviderName -and $ProviderName -notcontains 'PowerShellGet')) { continue }
        [pscustomobject]@{ Name = $row['Name']; ProviderName = 'PowerShellGet'; IsTrusted = $row['InstallationPolicy'] -eq 'Trusted'
            Location = $row['SourceLocation'] }
    }
}

function Register-PackageSource {
    <#
    .SYNOPSIS
    Refused: package sources.
    #>
    [CmdletBinding()]
    param([Parameter(Position = 0)][string]$Name, [Parameter(Position = 1)][string]$Location, [Alias('Provider')][string]$ProviderName,
        [switch]$Trusted, [switch]$Force)
    Deny-DeviceCommand -Cmdlet $PSCmdlet -Why 'registering package sources'
}
