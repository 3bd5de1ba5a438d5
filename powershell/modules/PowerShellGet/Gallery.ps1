# Modules of the gallery.

function Get-GalleryModule {
    # Name, version and folder of each module of the gallery, the newest first.
    param([string]$Name = '*', [string]$RequiredVersion, [string]$MinimumVersion, [string]$MaximumVersion)
    $root = Invoke-Device -Ask facts -Name gallery
    if (-not $root -or -not [IO.Directory]::Exists($root)) { return }
    $all = foreach ($module in [IO.Directory]::GetDirectories($root)) {
        foreach ($folder in [IO.Directory]::GetDirectories($module)) {
            $version = [IO.Path]::GetFileName($folder) -as [version]
            if ($version) { [pscustomobject]@{ Name = [IO.Path]::GetFileName($module); Version = $version; Folder = $folder } }
        }
    }
    $all | Where-Object {
        $_.Name -like $Name -and (-not $RequiredVersion -or $_.Version -eq [version]$RequiredVersion) -and
        (-not $MinimumVersion -or $_.Version -ge [version]$MinimumVersion) -and
        (-not $MaximumVersion -or $_.Version -le [version]$MaximumVersion)
    } | Sort-Object Version -Descending
}

function Write-NoMatch {
    # The error of a device that reaches no gallery, or has no such module there.
    param($Cmdlet, [string]$Name, [string]$Command = 'InstallPackage')
    if (-not (Invoke-Device -Ask facts -Name gallery)) {
        Write-NotJudged -Cmdlet $Cmdlet -Why 'the scenario declares no gallery' -Quiet
        $Cmdlet.WriteWarning("Unable to resolve package source '$script:galleryAddress'.")
    }
    $text = "No match was found for the specified search criteria and module name '$Name'. " +
        'Try Get-PSRepository to see all available registered module repositories.'
    $type = "Microsoft.PowerShell.PackageManagement.Cmdlets.$Command"
    $Cmdlet.WriteError((New-DeviceError $text "NoMatchFoundForCriteria,$type" ObjectNotFound $type))
}

function Write-NotInstalled {
    # The error where no installed module or script has the name.
    param($Cmdlet, [string]$Name, [string]$What = 'module')
    $text = "No match was found for the specified search criteria and $What names '$Name'."
    $id = 'NoMatchFound,Microsoft.PowerShell.PackageManagement.Cmdlets.GetPackage'
    $Cmdlet.WriteError((New-DeviceError $text $id ObjectNotFound $Name))
}

function Get-InstalledRow { Get-DeviceTable -Name installedModules -Key Id }

function Copy-ModuleFolder {
    # Copies a module's files to NAME\VERSION below a folder; where they are then.
    param($Module, [string]$Root)
    $target = Join-Path $Root "$($Module.Name)\$($Module.Version)"
    $null = [IO.Directory]::CreateDirectory($target)
    Copy-Item -Path (Join-Path $Module.Folder '*') -Destination $target -Recurse -Force
    $target
}

function Add-InstalledModule {
    # Copies a module where it belongs and writes it down.
    param($Module, [string]$Root)
    $target = Copy-ModuleFolder $Module $Root
    $id = "$($Module.Name).$($Module.Version)"
    $row = [ordered]@{ Id = $id; Name = $Module.Name; Version = [string]$Module.Version; InstalledLocation = $target }
    Set-DeviceRow -Name installedModules -Key $id -Row $row
    if (";$env:PSModulePath;" -notlike "*;$Root;*") { $env:PSModulePath = "$env:PSModulePath".TrimEnd(';') + ";$Root" }
}
