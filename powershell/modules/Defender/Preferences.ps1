# Preferences of Defender: lists (exclusions, rules) are set, added to or taken from; other values are set.

# Words of values that are stored as numbers (Microsoft Learn, Set-MpPreference).
$script:words = @{
    Disabled = 0; Enabled = 1; AuditMode = 2; Block = 1; Warn = 6; NotConfigured = 5; Basic = 1; Advanced = 2
    AlwaysPrompt = 0; SendSafeSamples = 1; NeverSend = 2; SendAllSamples = 3; None = 0
    Everyday = 0; Sunday = 1; Monday = 2; Tuesday = 3; Wednesday = 4; Thursday = 5; Friday = 6; Saturday = 7; Never = 8
    QuickScan = 1; FullScan = 2; Clean = 1; Quarantine = 2; Remove = 3; Allow = 6; UserDefined = 8; NoAction = 9
    High = 2; HighPlus = 4; ZeroTolerance = 6; Moderate = 1; Default = 0
}
# What tamper protection keeps as it is, without an error (Microsoft Learn, "Protect security settings with tamper protection").
$script:protected = 'DisableRealtimeMonitoring', 'DisableBehaviorMonitoring', 'DisableIOAVProtection', 'DisableScriptScanning'

function ConvertTo-PreferenceValue {
    <#
    .SYNOPSIS
    A value as the store has it.
    #>
    param($Value)
    if ($Value -is [string] -and $script:words.ContainsKey($Value)) { return $script:words[$Value] }
    if ($Value -is [string] -and $Value -match '^\d{1,3}$') { return [int]$Value }
    if ($Value -is [timespan]) { return $Value.ToString() }
    $Value
}

function Merge-List {
    <#
    .SYNOPSIS
    A list after it was set, added to or taken from.
    #>
    param([string]$How, $Old, $New)
    $had = @($Old | Where-Object { $null -ne $_ })
    $given = @($New | Where-Object { $null -ne $_ })
    if ($How -eq 'Set') { return , $given }
    if ($How -eq 'Add') { return , ($had + @($given | Where-Object { $had -notcontains $_ })) }
    , @($had | Where-Object { $given -notcontains $_ })
}

function Merge-Rule {
    <#
    .SYNOPSIS
    Rules of attack surface reduction with their actions, after the same.
    #>
    param([string]$How, $Row, $Id, $Action)
    $rules = [ordered]@{}
    $ids = @($Row.AttackSurfaceReductionRules_Ids | Where-Object { $_ })
    $actions = @($Row.AttackSurfaceReductionRules_Actions | Where-Object { $null -ne $_ })
    if ($How -ne 'Set') {
        for ($i = 0; $i -lt $ids.Count; $i++) { $rules[$ids[$i]] = $actions[$i] }
    }
    $given = @($Id | Where-Object { $_ })
    for ($i = 0; $i -lt $given.Count; $i++) {
        if ($How -eq 'Remove') { $rules.Remove($given[$i]); continue }
        $does = 1
        if (@($Action).Count -gt $i -and $null -ne @($Action)[$i]) { $does = ConvertTo-PreferenceValue @($Action)[$i] }
        $rules[$given[$i]] = [int]$does
    }
    $Row['AttackSurfaceReductionRules_Ids'] = @($rules.Keys)
    $Row['AttackSurfaceReductionRules_Actions'] = @($rules.Values)
}

function Set-Preference {
    <#
    .SYNOPSIS
    Stores what Set-, Add- or Remove-MpPreference was given.
    #>
    param($Cmdlet, [ValidateSet('Set', 'Add', 'Remove')][string]$How)
    if (-not (Test-Defender $Cmdlet)) { return }
    $tampered = [bool](Get-MergedFact defender).IsTamperProtected
    $declared = [ordered]@{}
    $fact = Get-DeviceFact defenderPreference
    if ($fact) { foreach ($key in $fact.Keys) { $declared[$key] = $fact[$key] } }
    $bound = $Cmdlet.MyInvocation.BoundParameters
    $given = @{}
    foreach ($key in $bound.Keys) {
        if ($key -eq 'Force' -or $key -in [Management.Automation.PSCmdlet]::CommonParameters) { continue }
        if ($tampered -and $key -in $script:protected) { continue }
        $given[$key] = $bound[$key]
    }
    if (-not $given.Count) { return }
    $null = Update-DeviceObject -Name defenderPreference -Key change -Change {
        param($Present)
        if ($null -eq $Present) { $Present = [ordered]@{} }
        foreach ($key in $given.Keys) {
            if ($key -like 'AttackSurfaceReductionRules_*') { continue }
            $list = $key -like 'Exclusion*' -or $key -like 'AttackSurface*' -or $key -like 'ControlledFolder*'
            if (-not $list) { $Present[$key] = ConvertTo-PreferenceValue $given[$key]; continue }
            $old = if ($Present.Contains($key)) { $Present[$key] } else { $declared[$key] }
            $Present[$key] = Merge-List $How $old $given[$key]
        }
        if ($given.ContainsKey('AttackSurfaceReductionRules_Ids')) {
            foreach ($key in 'AttackSurfaceReductionRules_Ids', 'AttackSurfaceReductionRules_Actions') {
                if (-not $Present.Contains($key)) { $Present[$key] = $declared[$key] }
            }
            Merge-Rule $How $Present $given['AttackSurfaceReductionRules_Ids'] $given['AttackSurfaceReductionRules_Actions']
        }
        $Present
    }
    if ($given.ContainsKey('DisableRealtimeMonitoring')) {
        Set-Changed defender @{ RealTimeProtectionEnabled = -not $given.DisableRealtimeMonitoring }
    }
    Write-DeviceEffect $Cmdlet @{ preferences = @($given.Keys) }
}

function Get-MpPreference {
    <#
    .SYNOPSIS
    Gets the preferences of Defender.
    #>
    [CmdletBinding()]
    param($CimSession)
    if (-not (Test-Defender $PSCmdlet)) { return }
    $row = Get-MergedFact defenderPreference
    # Windows gives nothing where a list is empty.
    foreach ($key in @($row.Keys)) { if ($row[$key] -is [array] -and -not $row[$key].Count) { $row[$key] = $null } }
    foreach ($key in 'ScanScheduleTime', 'ScanScheduleQuickScanTime', 'RemediationScheduleTime', 'SignatureScheduleTime') {
        $row[$key] = $row[$key] -as [timespan]
    }
    New-DeviceObject -TypeName "$($script:space)MSFT_MpPreference" -Row $row
}

function Set-MpPreference {
    <#
    .SYNOPSIS
    Sets preferences; protected ones stay as they are under tamper protection, without an error, as on Windows.
    #>
    [CmdletBinding()]
    param(
        [string[]]$ExclusionPath,
        [string[]]$ExclusionExtension,
        [string[]]$ExclusionProcess,
        [string[]]$ExclusionIpAddress,
        [bool]$DisableRealtimeMonitoring,
        [bool]$DisableBehaviorMonitoring,
        [bool]$DisableIOAVProtection,
        [bool]$DisableScriptScanning,
        [bool]$DisableArchiveScanning,
        [bool]$DisableEmailScanning,
        [bool]$DisableRemovableDriveScanning,
        [bool]$DisableBlockAtFirstSeen,
        [bool]$DisablePrivacyMode,
        [bool]$DisableAutoExclusions,
        [bool]$CheckForSignaturesBeforeRunningScan,
        [bool]$UILockdown,
        [bool]$DisableCatchupFullScan,
        [bool]$DisableCatchupQuickScan,
        [bool]$DisableIntrusionPreventionSystem,
        [bool]$DisableScanningNetworkFiles,
        [bool]$DisableScanningMappedNetworkDrivesForFullScan,
        [bool]$ScanOnlyIfIdleEnabled,
        [bool]$DisableRestorePoint,
        [bool]$DisableCpuThrottleOnIdleScans,
        [bool]$DisableDatagramProcessing,
        [bool]$DisableDnsOverTcpParsing,
        [bool]$DisableDnsParsing,
        [bool]$DisableFtpParsing,
        [bool]$DisableGradualRelease,
        [bool]$DisableHttpParsing,
        [bool]$DisableInboundConnectionFiltering,
        [bool]$DisableNetworkProtectionPerfTelemetry,
        [bool]$DisableRdpParsing,
        [bool]$DisableSmtpParsing,
        [bool]$DisableSshParsing,
        [bool]$DisableTlsParsing,
        [bool]$AllowDatagramProcessingOnWinServer,
        [bool]$AllowNetworkProtectionDownLevel,
        [bool]$AllowNetworkProtectionOnWinServer,
        [bool]$EnableDnsSinkhole,
        [bool]$EnableFileHashComputation,
        [bool]$EnableFullScanOnBatteryPower,
        [bool]$EnableLowCpuPriority,
        [bool]$ForceUseProxyOnly,
        [bool]$MeteredConnectionUpdates,
        [bool]$RandomizeScheduleTaskTimes,
        [bool]$SignatureDisableUpdateOnStartupWithoutEngine,
        [string]$PUAProtection,
        [string]$EnableControlledFolderAccess,
        [string]$EnableNetworkProtection,
        [string]$MAPSReporting,
        [string]$SubmitSamplesConsent,
        [string]$CloudBlockLevel,
        [uint32]$CloudExtendedTimeout,
        [byte]$ScanAvgCPULoadFactor,
        [string]$ScanParameters,
        [string]$ScanScheduleDay,
        [timespan]$ScanScheduleTime,
        [timespan]$ScanScheduleQuickScanTime,
        [string]$RemediationScheduleDay,
        [uint32]$SignatureUpdateInterval,
        [string]$SignatureScheduleDay,
        [string]$SignatureFallbackOrder,
        [string]$LowThreatDefaultAction,
        [string]$ModerateThreatDefaultAction,
        [string]$HighThreatDefaultAction,
        [string]$SevereThreatDefaultAction,
        [string]$UnknownThreatDefaultAction,
        [uint32]$QuarantinePurgeItemsAfterDelay,
        [timespan]$RemediationScheduleTime,
        [timespan]$SignatureScheduleTime,
        [uint32]$ReportingAdditionalActionTimeOut,
        [uint32]$ReportingCriticalFailureTimeOut,
        [uint32]$ReportingNonCriticalTimeOut,
        [uint32]$ScanPurgeItemsAfterDelay,
        [uint32]$SchedulerRandomizationTime,
        [uint32]$SignatureAuGracePeriod,
        [uint32]$SignatureFirstAuGracePeriod,
        [uint32]$SignatureUpdateCatchupInterval,
        [string]$DefinitionUpdatesChannel,
        [string]$EngineUpdatesChannel,
        [string]$PlatformUpdatesChannel,
        [string]$ProxyPacUrl,
        [string]$ProxyServer,
        [string[]]$ProxyBypass,
        [string]$SignatureDefinitionUpdateFileSharesSources,
        [string[]]$AttackSurfaceReductionRules_Ids,
        [string[]]$AttackSurfaceReductionRules_Actions,
        [string[]]$AttackSurfaceReductionOnlyExclusions,
        [string[]]$ControlledFolderAccessAllowedApplications,
        [string[]]$ControlledFolderAccessProtectedFolders,
        [switch]$Force
    )
    Set-Preference $PSCmdlet Set
}

function Add-MpPreference {
    <#
    .SYNOPSIS
    Adds exclusions and rules.
    #>
    [CmdletBinding()]
    param(
        [string[]]$ExclusionPath,
        [string[]]$ExclusionExtension,
        [string[]]$ExclusionProcess,
        [string[]]$ExclusionIpAddress,
        [string[]]$AttackSurfaceReductionRules_Ids,
        [string[]]$AttackSurfaceReductionRules_Actions,
        [string[]]$AttackSurfaceReductionOnlyExclusions,
        [string[]]$ControlledFolderAccessAllowedApplications,
        [string[]]$ControlledFolderAccessProtectedFolders,
        [switch]$Force
    )
    Set-Preference $PSCmdlet Add
}

function Remove-MpPreference {
    <#
    .SYNOPSIS
    Removes exclusions and rules.
    #>
    [CmdletBinding()]
    param(
        [string[]]$ExclusionPath,
        [string[]]$ExclusionExtension,
        [string[]]$ExclusionProcess,
        [string[]]$ExclusionIpAddress,
        [string[]]$AttackSurfaceReductionRules_Ids,
        [string[]]$AttackSurfaceReductionOnlyExclusions,
        [string[]]$ControlledFolderAccessAllowedApplications,
        [string[]]$ControlledFolderAccessProtectedFolders,
        [switch]$Force
    )
    Set-Preference $PSCmdlet Remove
}
