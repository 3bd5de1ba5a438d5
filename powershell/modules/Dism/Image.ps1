# The image: packages, edition, health (fact imageHealth and what dism.exe stored of it), and what is refused by name.

function Get-WindowsPackage {
    <#
    .SYNOPSIS
    Gets packages of Windows.
    #>
    [CmdletBinding()]
    param([switch]$Online, [string]$Path, [Parameter(Position = 0)][string]$PackageName, [string]$PackagePath)
    if (-not (Test-Online $PSCmdlet)) { return }
    if ($PackagePath) {
        Write-DeviceUnavailable $PSCmdlet '-PackagePath'
        return
    }
    foreach ($row in Get-DeviceFact windowsPackages) {
        if ($PackageName -and $row.PackageName -notlike $PackageName) { continue }
        $values = [ordered]@{}
        foreach ($key in $row.Keys) { $values[$key] = $row[$key] }
        $values.InstallTime = $values.InstallTime -as [datetime]
        New-DeviceObject -TypeName Microsoft.Dism.Commands.BasicPackageObject -Row $values
    }
}

function Get-WindowsEdition {
    <#
    .SYNOPSIS
    Gets the edition: the fact os' EditionID. -Target is refused by name.
    #>
    [CmdletBinding()]
    param([switch]$Online, [string]$Path, [switch]$Target)
    if (-not (Test-Online $PSCmdlet)) { return }
    if ($Target) {
        Write-DeviceUnavailable $PSCmdlet 'editions that this one can become'
        return
    }
    $values = [ordered]@{ Path = ''; Online = $true; Edition = (Get-DeviceFact os).EditionID }
    New-DeviceObject -TypeName Microsoft.Dism.Commands.EditionObject -Row $values
}

function Repair-WindowsImage {
    <#
    .SYNOPSIS
    Checks or repairs Windows, by the health that a scenario declares: what is Repairable is Healthy after -RestoreHealth.
    #>
    [CmdletBinding()]
    param(
        [switch]$Online,
        [string]$Path,
        [switch]$CheckHealth,
        [switch]$ScanHealth,
        [switch]$RestoreHealth,
        [switch]$StartComponentCleanup,
        [switch]$ResetBase,
        [switch]$NoRestart,
        [string[]]$Source,
        [switch]$LimitAccess
    )
    if (-not (Test-Online $PSCmdlet)) { return }
    $stored = Invoke-Device -Ask get -Name imageHealth -Key image
    $health = $stored.state
    if (-not $health) { $health = Get-DeviceFact imageHealth }
    Write-DeviceEffect $PSCmdlet @{ restore = [bool]$RestoreHealth; cleanup = [bool]$StartComponentCleanup }
    if ($RestoreHealth -and $health -eq 'NonRepairable') {
        # 0x800f081f: no source.
        Write-DismError $PSCmdlet 'The source files could not be found.' -2146498529 $null
        return
    }
    if ($RestoreHealth) {
        $health = 'Healthy'
        Invoke-Device -Ask put -Name imageHealth -Key image -Value @{ state = $health }
    }
    $values = [ordered]@{ ImageHealthState = $health; Path = ''; Online = $true; RestartNeeded = $false }
    New-DeviceObject -TypeName Microsoft.Dism.Commands.ImageHealthObject -Row $values
}

function Mount-WindowsImage {
    <#
    .SYNOPSIS
    Refused by name.
    #>
    [CmdletBinding()]
    param([string]$ImagePath, [uint32]$Index, [string]$Path, [switch]$ReadOnly)
    Write-DeviceUnavailable $PSCmdlet 'Windows images cannot be mounted' -Terminating
}

function Dismount-WindowsImage {
    <#
    .SYNOPSIS
    Refused by name.
    #>
    [CmdletBinding()]
    param([string]$Path, [switch]$Save, [switch]$Discard)
    Write-DeviceUnavailable $PSCmdlet 'Windows images cannot be mounted' -Terminating
}

function Get-WindowsDriver {
    <#
    .SYNOPSIS
    Refused by name.
    #>
    [CmdletBinding()]
    param([switch]$Online, [string]$Path, [switch]$All, [string]$Driver)
    Write-DeviceUnavailable $PSCmdlet 'the driver store'
}

function Get-WindowsImage {
    <#
    .SYNOPSIS
    Gets mounted images: none, as none can be mounted. Others are refused by name.
    #>
    [CmdletBinding()]
    param([string]$ImagePath, [uint32]$Index, [switch]$Mounted)
    if (-not $Mounted) { Write-DeviceUnavailable $PSCmdlet 'Windows images' }
}
