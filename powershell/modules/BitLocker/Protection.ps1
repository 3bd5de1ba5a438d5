# Encryption and protection of volumes.

function Enable-BitLocker {
    <#
    .SYNOPSIS
    Encrypts a volume with a key protector; a system's volume only after a restart, unless -SkipHardwareTest.
    #>
    [CmdletBinding(SupportsShouldProcess, DefaultParameterSetName = 'Tpm')]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)][object[]]$MountPoint,
        [ValidateSet('Aes128', 'Aes256', 'Hardware', 'XtsAes128', 'XtsAes256')][string]$EncryptionMethod = 'XtsAes128',
        [switch]$HardwareEncryption,
        [switch]$SkipHardwareTest,
        [switch]$UsedSpaceOnly,
        [Alias('s')][switch]$Service,
        [Parameter(ParameterSetName = 'Tpm')][Alias('tpmp')][switch]$TpmProtector,
        [Parameter(Mandatory, ParameterSetName = 'RecoveryPassword')][Alias('rpp')][switch]$RecoveryPasswordProtector,
        [Parameter(ParameterSetName = 'RecoveryPassword', Position = 1)][Alias('rp')][string]$RecoveryPassword,
        [Parameter(Mandatory, ParameterSetName = 'Password')][Alias('pwp')][switch]$PasswordProtector,
        [Parameter(ParameterSetName = 'Password', Position = 1)][Alias('pw')][securestring]$Password,
        [Parameter(Mandatory, ParameterSetName = 'TpmPin')][Alias('tpp')][switch]$TpmAndPinProtector,
        [Parameter(ParameterSetName = 'TpmPin', Position = 1)][Alias('p')][securestring]$Pin,
        [Parameter(Mandatory, ParameterSetName = 'StartupKey')][Alias('skp')][switch]$StartupKeyProtector,
        [Parameter(Mandatory, ParameterSetName = 'RecoveryKey')][Alias('rkp')][switch]$RecoveryKeyProtector,
        [Parameter(ParameterSetName = 'StartupKey', Position = 1)][Alias('sk')][string]$StartupKeyPath,
        [Parameter(ParameterSetName = 'RecoveryKey', Position = 1)][Alias('rk')][string]$RecoveryKeyPath
    )
    process {
        $type = $script:protectorKinds[$PSCmdlet.ParameterSetName]
        foreach ($row in Find-BitLockerRow $PSCmdlet $MountPoint) {
            if (-not (Test-Protector $PSCmdlet $type $row)) { continue }
            if (-not $PSCmdlet.ShouldProcess($row.MountPoint)) { continue }
            $new = New-ProtectorRow $type $RecoveryPassword
            $later = $row.VolumeType -eq 'OperatingSystem' -and -not $SkipHardwareTest
            $now = Update-BitLocker $row.MountPoint {
                param($Volume)
                $Volume['KeyProtector'] = @(@($Volume.KeyProtector | Where-Object { $_ }) + $new)
                if ($later -or $Volume.VolumeStatus -ne 'FullyDecrypted') { return }
                $Volume['EncryptionMethod'] = $EncryptionMethod
                $Volume['VolumeStatus'] = 'FullyEncrypted'
                $Volume['EncryptionPercentage'] = 100
                $Volume['ProtectionStatus'] = 'On'
            }
            if ($null -eq $now) { continue }
            Write-DeviceEffect $PSCmdlet @{ volume = $row.MountPoint; protector = $type; restart = $later }
            if ($later) {
                Write-Warning ("ACTIONS REQUIRED:`n`n1. Save this numerical recovery password in a secure location away from your " +
                    "computer.`n`n" + '2. Restart the computer to run a hardware test. (Type "get-help Enable-BitLocker" for command ' +
                    'line instructions.)')
            }
            New-BitLockerObject $now
        }
    }
}

function Disable-BitLocker {
    <#
    .SYNOPSIS
    Decrypts a volume and drops its key protectors.
    #>
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'Medium')]
    param([Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)][object[]]$MountPoint)
    process {
        foreach ($row in Find-BitLockerRow $PSCmdlet $MountPoint) {
            if (-not $PSCmdlet.ShouldProcess($row.MountPoint)) { continue }
            $now = Update-BitLocker $row.MountPoint {
                param($Volume)
                $Volume['VolumeStatus'] = 'FullyDecrypted'
                $Volume['ProtectionStatus'] = 'Off'
                $Volume['EncryptionPercentage'] = 0
                $Volume['EncryptionMethod'] = 'None'
                $Volume['KeyProtector'] = @()
            }
            Write-DeviceEffect $PSCmdlet @{ volume = $row.MountPoint }
            if ($null -ne $now) { New-BitLockerObject $now }
        }
    }
}

function Suspend-BitLocker {
    <#
    .SYNOPSIS
    Suspends protection.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)][object[]]$MountPoint,
        [Parameter(Position = 1)][ValidateRange(0, 15)][int]$RebootCount = 1
    )
    process {
        foreach ($row in Find-BitLockerRow $PSCmdlet $MountPoint) {
            if (-not $PSCmdlet.ShouldProcess($row.MountPoint)) { continue }
            $now = Update-BitLocker $row.MountPoint { param($Volume) $Volume['ProtectionStatus'] = 'Off' }
            Write-DeviceEffect $PSCmdlet @{ volume = $row.MountPoint; rebootCount = $RebootCount }
            if ($null -ne $now) { New-BitLockerObject $now }
        }
    }
}

function Resume-BitLocker {
    <#
    .SYNOPSIS
    Resumes protection of a volume that is encrypted and has a key protector.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)][object[]]$MountPoint)
    process {
        foreach ($row in Find-BitLockerRow $PSCmdlet $MountPoint) {
            if (-not $PSCmdlet.ShouldProcess($row.MountPoint)) { continue }
            $now = Update-BitLocker $row.MountPoint {
                param($Volume)
                $kept = @($Volume.KeyProtector | Where-Object { $_ }).Count
                if ($kept -and $Volume.VolumeStatus -ne 'FullyDecrypted') { $Volume['ProtectionStatus'] = 'On' }
            }
            Write-DeviceEffect $PSCmdlet @{ volume = $row.MountPoint }
            if ($null -ne $now) { New-BitLockerObject $now }
        }
    }
}

function Lock-BitLocker {
    <#
    .SYNOPSIS
    Refused by name.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)][object[]]$MountPoint, [switch]$ForceDismount)
    process { Write-DeviceUnavailable $PSCmdlet 'volumes cannot be locked' }
}

function Unlock-BitLocker {
    <#
    .SYNOPSIS
    Refused by name.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)][object[]]$MountPoint,
        [securestring]$Password,
        [string]$RecoveryPassword,
        [string]$RecoveryKeyPath
    )
    process { Write-DeviceUnavailable $PSCmdlet 'volumes cannot be locked, so not unlocked' }
}
