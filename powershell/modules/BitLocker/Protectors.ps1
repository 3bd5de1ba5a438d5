# Key protectors: made, added, removed, saved.

# Kind of protector by the parameter set of a command.
$script:protectorKinds = @{
    Tpm = 'Tpm'; RecoveryPassword = 'RecoveryPassword'; Password = 'Password'; TpmPin = 'TpmPin'
    StartupKey = 'ExternalKey'; RecoveryKey = 'ExternalKey'
}

function New-RecoveryPassword {
    <#
    .SYNOPSIS
    8 groups of 6 digits, each a multiple of 11 as BitLocker's are.
    #>
    @(1..8 | ForEach-Object { '{0:D6}' -f ([Random]::Shared.Next(65536) * 11) }) -join '-'
}

function New-ProtectorRow {
    <#
    .SYNOPSIS
    A protector as rows hold it.
    #>
    param([string]$Type, [string]$Password)
    $id = "{$([guid]::NewGuid().ToString().ToUpperInvariant())}"
    $row = [ordered]@{ KeyProtectorId = $id; KeyProtectorType = $Type }
    if ($Type -eq 'RecoveryPassword') {
        $row.RecoveryPassword = $Password
        if (-not $Password) { $row.RecoveryPassword = New-RecoveryPassword }
    }
    if ($Type -eq 'ExternalKey') { $row.KeyFileName = "$($id.Trim('{', '}')).BEK" }
    $row
}

function Test-Protector {
    <#
    .SYNOPSIS
    Whether a volume can get a protector of that kind; Windows' error where not.
    #>
    param($Cmdlet, [string]$Type, $Row)
    if ($Type -notlike 'Tpm*') { return $true }
    if (-not (Get-DeviceFact tpm).TpmPresent) {
        $text = 'A compatible Trusted Platform Module (TPM) Security Device cannot be found on this computer. ' +
            '(Exception from HRESULT: 0x8031005A)'
        Write-BitLockerError $Cmdlet $text -2144272294 $Row.MountPoint
        return $false
    }
    if (@($Row.KeyProtector | Where-Object { $_ -and $_.KeyProtectorType -like 'Tpm*' }).Count) {
        $text = 'Only one key protector of this type is allowed for this drive. (Exception from HRESULT: 0x80310031)'
        Write-BitLockerError $Cmdlet $text -2144272335 $Row.MountPoint
        return $false
    }
    $true
}

function Add-BitLockerKeyProtector {
    <#
    .SYNOPSIS
    Adds a key protector.
    #>
    [CmdletBinding(SupportsShouldProcess, DefaultParameterSetName = 'Tpm')]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)][object[]]$MountPoint,
        [Parameter(Mandatory, ParameterSetName = 'Tpm')][Alias('tpmp')][switch]$TpmProtector,
        [Parameter(Mandatory, ParameterSetName = 'RecoveryPassword')][Alias('rpp')][switch]$RecoveryPasswordProtector,
        [Parameter(ParameterSetName = 'RecoveryPassword', Position = 1)][Alias('rp')][string]$RecoveryPassword,
        [Parameter(Mandatory, ParameterSetName = 'Password')][Alias('pwp')][switch]$PasswordProtector,
        [Parameter(ParameterSetName = 'Password', Position = 1)][Alias('pw')][securestring]$Password,
        [Parameter(Mandatory, ParameterSetName = 'TpmPin')][Alias('tpp')][switch]$TpmAndPinProtector,
        [Parameter(ParameterSetName = 'TpmPin', Position = 1)][Alias('p')][securestring]$Pin,
        [Parameter(Mandatory, ParameterSetName = 'StartupKey')][Alias('skp')][switch]$StartupKeyProtector,
        [Parameter(ParameterSetName = 'StartupKey', Position = 1)][Alias('sk')][string]$StartupKeyPath,
        [Parameter(Mandatory, ParameterSetName = 'RecoveryKey')][Alias('rkp')][switch]$RecoveryKeyProtector,
        [Parameter(ParameterSetName = 'RecoveryKey', Position = 1)][Alias('rk')][string]$RecoveryKeyPath
    )
    process {
        $type = $script:protectorKinds[$PSCmdlet.ParameterSetName]
        foreach ($row in Find-BitLockerRow $PSCmdlet $MountPoint) {
            if (-not (Test-Protector $PSCmdlet $type $row)) { continue }
            if (-not $PSCmdlet.ShouldProcess($row.MountPoint)) { continue }
            $new = New-ProtectorRow $type $RecoveryPassword
            $now = Update-BitLocker $row.MountPoint {
                param($Volume)
                $Volume['KeyProtector'] = @(@($Volume.KeyProtector | Where-Object { $_ }) + $new)
                # A protector brings protection back to a volume that is encrypted without one.
                if ($Volume.VolumeStatus -eq 'FullyEncrypted') { $Volume['ProtectionStatus'] = 'On' }
            }
            if ($null -eq $now) { continue }
            Write-DeviceEffect $PSCmdlet @{ volume = $row.MountPoint; protector = $type }
            if ($type -eq 'RecoveryPassword') {
                Write-Warning ("ACTIONS REQUIRED:`n`n1. Save this numerical recovery password in a secure location away from your " +
                    "computer:`n`n$($new.RecoveryPassword)`n`nTo prevent data loss, save this password immediately. This password " +
                    'helps ensure that you can unlock the encrypted volume.')
            }
            New-BitLockerObject $now
        }
    }
}

function Remove-BitLockerKeyProtector {
    <#
    .SYNOPSIS
    Removes a key protector.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)][object[]]$MountPoint,
        [Parameter(Mandatory, Position = 1, ValueFromPipelineByPropertyName)][string]$KeyProtectorId
    )
    process {
        foreach ($row in Find-BitLockerRow $PSCmdlet $MountPoint) {
            if (-not (Test-HasProtector $PSCmdlet $row $KeyProtectorId)) { continue }
            if (-not $PSCmdlet.ShouldProcess($row.MountPoint)) { continue }
            $now = Update-BitLocker $row.MountPoint {
                param($Volume)
                $Volume['KeyProtector'] = @($Volume.KeyProtector | Where-Object { $_ -and $_.KeyProtectorId -ne $KeyProtectorId })
            }
            Write-DeviceEffect $PSCmdlet @{ volume = $row.MountPoint; keyProtector = $KeyProtectorId }
            if ($null -ne $now) { New-BitLockerObject $now }
        }
    }
}

function Test-HasProtector {
    <#
    .SYNOPSIS
    Whether a volume has a protector with that id; Windows' error where not.
    #>
    param($Cmdlet, $Row, [string]$Id)
    if (@($Row.KeyProtector | Where-Object { $_ -and $_.KeyProtectorId -eq $Id }).Count) { return $true }
    $text = 'The key protector specified cannot be used for this operation. (Exception from HRESULT: 0x80310032)'
    Write-BitLockerError $Cmdlet $text -2144272334 $Id
    $false
}

function Backup-BitLockerKeyProtector {
    <#
    .SYNOPSIS
    Saves a recovery password in Active Directory: noted; an error on a device that is in no domain.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)][object[]]$MountPoint,
        [Parameter(Mandatory, Position = 1, ValueFromPipelineByPropertyName)][string]$KeyProtectorId
    )
    process {
        foreach ($row in Find-BitLockerRow $PSCmdlet $MountPoint) {
            if (-not (Get-DeviceFact computerSystem).PartOfDomain) {
                $text = 'Group policy does not permit the storage of recovery information to Active Directory. ' +
                    'The operation was not attempted. (Exception from HRESULT: 0x8031002D)'
                Write-BitLockerError $PSCmdlet $text -2144272339 $row.MountPoint
                continue
            }
            if (-not (Test-HasProtector $PSCmdlet $row $KeyProtectorId)) { continue }
            if (-not $PSCmdlet.ShouldProcess($row.MountPoint)) { continue }
            Write-DeviceEffect $PSCmdlet @{ volume = $row.MountPoint; keyProtector = $KeyProtectorId }
            New-BitLockerObject $row
        }
    }
}

function BackupToAAD-BitLockerKeyProtector {
    <#
    .SYNOPSIS
    Saves a recovery password in Entra ID: noted; an error where the fact azureAd says that the device is not joined.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)][object[]]$MountPoint,
        [Parameter(Mandatory, Position = 1, ValueFromPipelineByPropertyName)][string]$KeyProtectorId
    )
    process {
        foreach ($row in Find-BitLockerRow $PSCmdlet $MountPoint) {
            if (-not (Get-DeviceFact azureAd).Joined) {
                $text = 'The device is not joined to Azure AD. (Exception from HRESULT: 0x801C044D)'
                Write-BitLockerError $PSCmdlet $text -2145647539 $row.MountPoint
                continue
            }
            if (-not (Test-HasProtector $PSCmdlet $row $KeyProtectorId)) { continue }
            if (-not $PSCmdlet.ShouldProcess($row.MountPoint)) { continue }
            Write-DeviceEffect $PSCmdlet @{ volume = $row.MountPoint; keyProtector = $KeyProtectorId }
            New-BitLockerObject $row
        }
    }
}
