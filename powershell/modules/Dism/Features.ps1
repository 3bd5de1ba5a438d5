# Optional features (fact and store optionalFeatures).

function Get-WindowsOptionalFeature {
    <#
    .SYNOPSIS
    Gets optional features; an unknown name gives nothing, as on Windows.
    #>
    [CmdletBinding(DefaultParameterSetName = 'Online')]
    param(
        [Parameter(Mandatory, ParameterSetName = 'Online')][switch]$Online,
        [Parameter(Mandatory, ParameterSetName = 'Offline')][string]$Path,
        [Parameter(Position = 0, ValueFromPipelineByPropertyName)][string]$FeatureName,
        [string]$PackageName,
        [string]$LogPath,
        [string]$LogLevel
    )
    process {
        if (-not (Test-Online $PSCmdlet)) { return }
        $type = 'Microsoft.Dism.Commands.BasicFeatureObject'
        if ($FeatureName) { $type = 'Microsoft.Dism.Commands.AdvancedFeatureObject' }
        foreach ($row in Get-DeviceTable -Name optionalFeatures -Key FeatureName) {
            if ($FeatureName -and $row.FeatureName -notlike $FeatureName) { continue }
            $title = $row.DisplayName
            if (-not $title) { $title = $row.FeatureName }
            $values = [ordered]@{
                FeatureName = $row.FeatureName
                DisplayName = $title
                Description = $row.Description
                RestartRequired = $row.RestartRequired
                State = $row.State
                CustomProperties = $null
                Path = ''
                Online = $true
                WinPath = ''
                SysDrivePath = ''
                RestartNeeded = $false
                LogLevel = 'WarningsInfo'
            }
            New-DeviceObject -TypeName $type -Row $values
        }
    }
}

function Set-FeatureState {
    <#
    .SYNOPSIS
    Stores a new state of the features that a command names.
    #>
    param($Cmdlet, [string]$State)
    if (-not (Test-Online $Cmdlet)) { return }
    $rows = @(Get-DeviceTable -Name optionalFeatures -Key FeatureName)
    foreach ($name in $Cmdlet.MyInvocation.BoundParameters['FeatureName']) {
        $row = $rows | Where-Object { $_.FeatureName -eq $name } | Select-Object -First 1
        if (-not $row) {
            # 0x800f080c: unknown update.
            Write-DismError $Cmdlet "Feature name $name is unknown." -2146498548 $name
            continue
        }
        if (-not $Cmdlet.ShouldProcess($row.FeatureName)) { continue }
        $changes = $row.State -ne $State
        $null = Update-DeviceRow -Name optionalFeatures -Field FeatureName -Key $row.FeatureName -Change {
            param($Present)
            if ($null -eq $Present) { return }
            $Present['State'] = $State
            $Present
        }
        $restart = $changes -and $row.RestartRequired -eq 'Required'
        Write-DeviceEffect $Cmdlet @{ feature = $row.FeatureName; state = $State }
        # Without -NoRestart, Windows asks; nobody can answer a job, so that it stays as it is.
        New-ImageObject $restart
    }
}

function Enable-WindowsOptionalFeature {
    <#
    .SYNOPSIS
    Enables optional features.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [switch]$Online,
        [string]$Path,
        [Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)][string[]]$FeatureName,
        [switch]$All,
        [switch]$NoRestart,
        [string[]]$Source,
        [switch]$LimitAccess,
        [string]$PackageName,
        [string]$LogPath
    )
    process { Set-FeatureState $PSCmdlet Enabled }
}

function Disable-WindowsOptionalFeature {
    <#
    .SYNOPSIS
    Disables optional features.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [switch]$Online,
        [string]$Path,
        [Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)][string[]]$FeatureName,
        [switch]$Remove,
        [switch]$NoRestart,
        [string]$PackageName,
        [string]$LogPath
    )
    process {
        $state = 'Disabled'
        if ($Remove) { $state = 'DisabledWithPayloadRemoved' }
        Set-FeatureState $PSCmdlet $state
    }
}
