# Provisioned apps (fact and store appxProvisioned): what new users get.

function Get-AppxProvisionedPackage {
    <#
    .SYNOPSIS
    Gets provisioned apps.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory, ParameterSetName = 'Online')][switch]$Online,
        [Parameter(Mandatory, ParameterSetName = 'Offline')][string]$Path
    )
    if (-not (Test-Online $PSCmdlet)) { return }
    foreach ($row in Get-DeviceTable -Name appxProvisioned -Key PackageName) {
        $values = [ordered]@{
            Version = [string]$row.Version
            Architecture = $row.Architecture
            ResourceId = $row.ResourceId
            InstallLocation = "%SYSTEMDRIVE%\Program Files\WindowsApps\$($row.PackageName)\AppxMetadata\AppxBundleManifest.xml"
            Regions = 'all'
            Path = ''
            Online = $true
            WinPath = ''
            SysDrivePath = ''
            RestartNeeded = $false
            LogLevel = 'WarningsInfo'
            DisplayName = $row.DisplayName
            PublisherId = $row.PublisherId
            PackageName = $row.PackageName
        }
        New-DeviceObject -TypeName Microsoft.Dism.Commands.AppxPackageObject -Row $values
    }
}

function Remove-AppxProvisionedPackage {
    <#
    .SYNOPSIS
    Removes a provisioned app; -AllUsers also the installed one.
    #>
    [CmdletBinding()]
    param(
        [Parameter(ValueFromPipelineByPropertyName)][switch]$Online,
        [string]$Path,
        [Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)][string]$PackageName,
        [switch]$AllUsers,
        [string]$LogPath
    )
    process {
        if (-not (Test-Online $PSCmdlet)) { return }
        $rows = Get-DeviceTable -Name appxProvisioned -Key PackageName
        $row = $rows | Where-Object { $_.PackageName -eq $PackageName } | Select-Object -First 1
        if (-not $row) {
            # 0x80070003: path not found.
            Write-DismError $PSCmdlet 'The system cannot find the path specified.' -2147024893 $PackageName
            return
        }
        Remove-DeviceRow -Name appxProvisioned -Key $row.PackageName
        Write-DeviceEffect $PSCmdlet @{ package = $row.PackageName }
        if ($AllUsers) { Appx\Get-AppxPackage -AllUsers -Name $row.DisplayName | Appx\Remove-AppxPackage -AllUsers }
        New-ImageObject $false
    }
}

function Add-AppxProvisionedPackage {
    <#
    .SYNOPSIS
    Refused by name.
    #>
    [CmdletBinding()]
    param(
        [switch]$Online,
        [string]$Path,
        [string]$FolderPath,
        [string]$PackagePath,
        [string[]]$DependencyPackagePath,
        [string]$LicensePath,
        [switch]$SkipLicense,
        [string]$Regions
    )
    Write-DeviceUnavailable $PSCmdlet "provisioning '$PackagePath$FolderPath'"
}
