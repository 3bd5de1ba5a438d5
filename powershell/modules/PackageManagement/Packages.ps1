# Commands for packages.

function Get-ProgramPackage {
    # A package for each program of the uninstall keys.
    foreach ($branch in 'SOFTWARE', 'SOFTWARE\WOW6432Node') {
        $key = "HKLM:\$branch\Microsoft\Windows\CurrentVersion\Uninstall"
        foreach ($item in Get-ChildItem -LiteralPath $key -ErrorAction Ignore) {
            $display = $item.GetValue('DisplayName')
            if (-not $display) { continue }
            $provider = if ($item.GetValue('WindowsInstaller') -eq 1) { 'msi' } else { 'Programs' }
            $metadata = @{}
            foreach ($name in 'UninstallString', 'QuietUninstallString', 'Publisher') { $metadata[$name] = $item.GetValue($name) }
            New-DeviceObject -TypeName Microsoft.PackageManagement.Packaging.SoftwareIdentity -Row ([ordered]@{
                    Name = $display
                    Version = $item.GetValue('DisplayVersion')
                    Source = $item.GetValue('InstallLocation')
                    ProviderName = $provider
                    FastPackageReference = $item.PSChildName
                    Status = 'Installed'
                    FullPath = $item.GetValue('InstallLocation')
                    Metadata = $metadata
                })
        }
    }
}

function Get-Package {
    <#
    .SYNOPSIS
    Gets installed programs from the uninstall keys of the device.
    #>
    [CmdletBinding()]
    param([Parameter(Position = 0)][string[]]$Name, [string]$RequiredVersion, [string]$MinimumVersion, [string]$MaximumVersion,
        [Alias('Provider')][string[]]$ProviderName, [switch]$AllVersions, [switch]$IncludeWindowsInstaller, [switch]$Force)
    $ErrorActionPreference = Get-DeviceCallerPreference $PSCmdlet
    foreach ($bound in 'RequiredVersion', 'MinimumVersion', 'MaximumVersion') {
        if ($PSBoundParameters.ContainsKey($bound)) { Deny-DeviceCommand -Cmdlet $PSCmdlet -Why "-$bound" }
    }
    $all = @(Get-ProgramPackage)
    if ($ProviderName) { $all = @($all | Where-Object { $_.ProviderName -in $ProviderName }) }
    if (-not $Name) { return $all }
    $type = "$script:cmdlets.GetPackage"
    foreach ($one in $Name) {
        $hit = @($all | Where-Object { $_.Name -like $one })
        if ($hit.Count) { $hit; continue }
        if ([Management.Automation.WildcardPattern]::ContainsWildcardCharacters($one)) { continue }
        $PSCmdlet.WriteError((New-DeviceError "No package found for '$one'." "NoMatchFound,$type" ObjectNotFound $type))
    }
}

function Uninstall-Package {
    <#
    .SYNOPSIS
    Uninstalls a Windows Installer package with msiexec; programs with an uninstaller of their own give 5.1's error.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory, Position = 0, ParameterSetName = 'Name')][string[]]$Name,
        [Parameter(Mandatory, ParameterSetName = 'Input', ValueFromPipeline)][object[]]$InputObject, [switch]$Force,
        [switch]$AllVersions, [Alias('Provider')][string[]]$ProviderName, [string]$RequiredVersion)
    process {
        $ErrorActionPreference = Get-DeviceCallerPreference $PSCmdlet
        $packages = if ($InputObject) { $InputObject } else { Get-Package -Name $Name }
        foreach ($package in $packages) {
            if ($package.ProviderName -ne 'msi') {
                $text = "Uninstalling package '$($package.Name)' is not supported by provider '$($package.ProviderName)'."
                $PSCmdlet.WriteError((New-DeviceError $text 'PackageUninstallNotSupported' NotImplemented $package))
                continue
            }
            if (-not (Test-DeviceConfirm $PSCmdlet $package.Name)) { continue }
            $done = Start-Process msiexec.exe -ArgumentList "/x $($package.FastPackageReference) /qn /norestart" -Wait -PassThru
            if ($done.ExitCode -in 0, 3010) { $package; continue }
            $text = "Uninstall of '$($package.Name)' failed with $($done.ExitCode)."
            $PSCmdlet.WriteError((New-DeviceError $text 'UninstallFailed' InvalidResult $package))
        }
    }
}

function Write-NoPackage {
    # The error of a device that reaches no package source; with a gallery, packages are refused by name.
    param($Cmdlet, [string]$Name)
    if (Test-Gallery) { Deny-DeviceCommand -Cmdlet $Cmdlet -Why 'packages of a gallery (its modules: Install-Module)' }
    Write-NotJudged -Cmdlet $Cmdlet -Why 'the scenario declares no gallery' -Quiet
    $text = "No match was found for the specified search criteria and package name '$Name'. " +
        'Try Get-PackageSource to see all available registered package sources.'
    $type = "$script:cmdlets.$($Cmdlet.MyInvocation.MyCommand.Name.Replace('-', ''))"
    $Cmdlet.WriteError((New-DeviceError $text "NoMatchFoundForCriteria,$type" ObjectNotFound $type))
}

function Install-Package {
    <#
    .SYNOPSIS
    Says what 5.1 says without internet; refused where the scenario declares a gallery.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory, Position = 0)][string[]]$Name, [string]$RequiredVersion, [string]$MinimumVersion,
        [string]$MaximumVersion, [string[]]$Source, [Alias('Provider')][string]$ProviderName, [switch]$Force, [string]$Scope,
        [string]$Destination, [switch]$SkipDependencies, [switch]$SkipPublisherCheck)
    $ErrorActionPreference = Get-DeviceCallerPreference $PSCmdlet
    foreach ($one in $Name) { Write-NoPackage $PSCmdlet $one }
}

function Find-Package {
    <#
    .SYNOPSIS
    Says what 5.1 says without internet; refused where the scenario declares a gallery.
    #>
    [CmdletBinding()]
    param([Parameter(Position = 0)][string[]]$Name, [string]$RequiredVersion, [string]$MinimumVersion, [string]$MaximumVersion,
        [string[]]$Source, [Alias('Provider')][string]$ProviderName, [switch]$Force)
    $ErrorActionPreference = Get-DeviceCallerPreference $PSCmdlet
    foreach ($one in $Name) { Write-NoPackage $PSCmdlet $one }
}
