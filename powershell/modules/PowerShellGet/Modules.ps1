# Commands for modules.

function Find-Module {
    <#
    .SYNOPSIS
    Finds modules in the gallery.
    #>
    [CmdletBinding()]
    param([Parameter(Position = 0)][string[]]$Name = '*', [string]$MinimumVersion, [string]$RequiredVersion, [string]$MaximumVersion,
        [string[]]$Repository, [switch]$AllVersions, [switch]$AllowPrerelease, [string[]]$Tag, [string]$Filter,
        [switch]$IncludeDependencies)
    $ErrorActionPreference = Get-DeviceCallerPreference $PSCmdlet
    foreach ($one in $Name) {
        $hit = @(Get-GalleryModule $one $RequiredVersion $MinimumVersion $MaximumVersion)
        if (-not $AllVersions) { $hit = @($hit | Group-Object Name | ForEach-Object { $_.Group[0] }) }
        $plain = -not [Management.Automation.WildcardPattern]::ContainsWildcardCharacters($one)
        if (-not $hit.Count -and $plain) { Write-NoMatch $PSCmdlet $one FindPackage }
        foreach ($module in $hit) {
            [pscustomobject]@{ Version = $module.Version; Name = $module.Name; Repository = 'PSGallery'; Description = ''; Type = 'Module' }
        }
    }
}

function Test-GalleryTrust {
    # Whether a module may be installed from the gallery without being asked; asks else. Where nobody can answer: an error.
    param($Cmdlet, [string]$Module)
    $gallery = Get-DeviceTable -Name psRepositories -Key Name | Where-Object { $_['Name'] -eq 'PSGallery' }
    if ($gallery -and $gallery['InstallationPolicy'] -eq 'Trusted') { return $true }
    $ask = 'You are installing the modules from an untrusted repository. If you trust this repository, change its InstallationPolicy ' +
        "value by running the Set-PSRepository cmdlet. Are you sure you want to install the modules from 'PSGallery'?"
    try { return $Cmdlet.ShouldContinue($ask, 'Untrusted repository') } catch {
        $why = $_.Exception.GetBaseException().Message
        $Cmdlet.WriteError((New-DeviceError $why 'InvalidOperation' InvalidOperation $Module))
    }
    $false
}

function Install-Module {
    <#
    .SYNOPSIS
    Installs a module from the gallery; asks as 5.1 does, an error where nobody can answer.
    #>
    [CmdletBinding(SupportsShouldProcess, DefaultParameterSetName = 'Name')]
    param([Parameter(Mandatory, Position = 0, ParameterSetName = 'Name', ValueFromPipelineByPropertyName)][string[]]$Name,
        [Parameter(Mandatory, Position = 0, ParameterSetName = 'Input', ValueFromPipeline)][object[]]$InputObject,
        [string]$MinimumVersion, [string]$MaximumVersion, [string]$RequiredVersion, [string[]]$Repository, [pscredential]$Credential,
        [ValidateSet('CurrentUser', 'AllUsers')][string]$Scope = 'AllUsers', [string]$Proxy, [switch]$AllowClobber,
        [switch]$SkipPublisherCheck, [switch]$Force, [switch]$AllowPrerelease, [switch]$AcceptLicense, [switch]$PassThru)
    process {
        $ErrorActionPreference = Get-DeviceCallerPreference $PSCmdlet
        $wanted = if ($InputObject) { $InputObject | ForEach-Object { $_.Name } } else { $Name }
        foreach ($one in $wanted) {
            $module = Get-GalleryModule $one $RequiredVersion $MinimumVersion $MaximumVersion | Select-Object -First 1
            if (-not $module) { Write-NoMatch $PSCmdlet $one; continue }
            if (-not $Force -and -not (Test-GalleryTrust $PSCmdlet $one)) { continue }
            if (-not (Test-DeviceConfirm $PSCmdlet $one)) { continue }
            $root = $script:allUsers
            if ($Scope -eq 'CurrentUser') { $root = Join-Path ([Environment]::GetFolderPath('MyDocuments')) 'WindowsPowerShell\Modules' }
            Add-InstalledModule $module $root
        }
    }
}

function Save-Module {
    <#
    .SYNOPSIS
    Saves a module from the gallery in a folder.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory, Position = 0)][string[]]$Name, [Parameter(Mandatory, Position = 1)][Alias('LiteralPath')][string]$Path,
        [string]$RequiredVersion, [string]$MinimumVersion, [string]$MaximumVersion, [string[]]$Repository, [switch]$Force,
        [switch]$AcceptLicense)
    $ErrorActionPreference = Get-DeviceCallerPreference $PSCmdlet
    $root = $PSCmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Path)
    foreach ($one in $Name) {
        $module = Get-GalleryModule $one $RequiredVersion $MinimumVersion $MaximumVersion | Select-Object -First 1
        if (-not $module) { Write-NoMatch $PSCmdlet $one; continue }
        if (Test-DeviceConfirm $PSCmdlet $one) { $null = Copy-ModuleFolder $module $root }
    }
}

function Get-InstalledModule {
    <#
    .SYNOPSIS
    Gets modules that Install-Module installed, and those that the scenario declares.
    #>
    [CmdletBinding()]
    param([Parameter(Position = 0, ValueFromPipelineByPropertyName)][string[]]$Name = '*', [string]$MinimumVersion,
        [string]$RequiredVersion, [string]$MaximumVersion, [switch]$AllVersions, [switch]$AllowPrerelease)
    process {
        $ErrorActionPreference = Get-DeviceCallerPreference $PSCmdlet
        $rows = @(Get-InstalledRow)
        foreach ($one in $Name) {
            $hit = @($rows | Where-Object {
                    $version = [version]$_['Version']
                    $_['Name'] -like $one -and (-not $RequiredVersion -or $version -eq [version]$RequiredVersion) -and
                    (-not $MinimumVersion -or $version -ge [version]$MinimumVersion) -and
                    (-not $MaximumVersion -or $version -le [version]$MaximumVersion)
                } | Sort-Object { [version]$_['Version'] } -Descending)
            if (-not $AllVersions) { $hit = @($hit | Group-Object { $_['Name'] } | ForEach-Object { $_.Group[0] }) }
            $plain = -not [Management.Automation.WildcardPattern]::ContainsWildcardCharacters($one)
            if (-not $hit.Count -and $plain) { Write-NotInstalled $PSCmdlet $one }
            foreach ($row in $hit) {
                [pscustomobject]@{ Version = $row['Version']; Name = $row['Name']; Repository = 'PSGallery'; Description = ''
                    InstalledLocation = $row['InstalledLocation']; Type = 'Module' }
            }
        }
    }
}

function Update-Module {
    <#
    .SYNOPSIS
    Updates installed modules from the gallery.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Position = 0, ValueFromPipelineByPropertyName)][string[]]$Name, [string]$RequiredVersion, [string]$MaximumVersion,
        [switch]$Force, [switch]$AcceptLicense, [string]$Scope, [switch]$AllowPrerelease)
    process {
        $ErrorActionPreference = Get-DeviceCallerPreference $PSCmdlet
        $wanted = if ($Name) { $Name } else { Get-InstalledRow | ForEach-Object { $_['Name'] } | Select-Object -Unique }
        foreach ($one in $wanted) {
            $have = Get-InstalledRow | Where-Object { $_['Name'] -like $one } | Sort-Object { [version]$_['Version'] } -Descending
            $have = $have | Select-Object -First 1
            if (-not $have) {
                $text = "Module '$one' was not installed by using Install-Module, so it cannot be updated."
                $PSCmdlet.WriteError((New-DeviceError $text 'ModuleNotInstalledUsingInstallModuleCmdlet' InvalidOperation $one))
                continue
            }
            $module = Get-GalleryModule $have['Name'] $RequiredVersion '' $MaximumVersion | Select-Object -First 1
            if (-not $module) { Write-NoMatch $PSCmdlet $one; continue }
            $newer = $Force -or $module.Version -gt [version]$have['Version']
            if ($newer -and (Test-DeviceConfirm $PSCmdlet $one)) { Add-InstalledModule $module $script:allUsers }
        }
    }
}

function Uninstall-Module {
    <#
    .SYNOPSIS
    Removes modules that Install-Module installed.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)][string[]]$Name, [string]$RequiredVersion,
        [string]$MinimumVersion, [string]$MaximumVersion, [switch]$AllVersions, [switch]$Force, [switch]$AllowPrerelease)
    process {
        $ErrorActionPreference = Get-DeviceCallerPreference $PSCmdlet
        foreach ($one in $Name) {
            $hit = @(Get-InstalledRow | Where-Object {
                    $version = [version]$_['Version']
                    $_['Name'] -like $one -and (-not $RequiredVersion -or $version -eq [version]$RequiredVersion) -and
                    (-not $MinimumVersion -or $version -ge [version]$MinimumVersion) -and
                    (-not $MaximumVersion -or $version -le [version]$MaximumVersion)
                })
            if (-not $hit.Count) { Write-NotInstalled $PSCmdlet $one; continue }
            if (-not (Test-DeviceConfirm $PSCmdlet $one)) { continue }
            foreach ($row in $hit) {
                $place = $row['InstalledLocation']
                if ($place -and [IO.Directory]::Exists($place)) { [IO.Directory]::Delete($place, $true) }
                Remove-DeviceRow -Name installedModules -Key $row['Id']
            }
        }
    }
}
