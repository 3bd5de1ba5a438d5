# Settings of the SMB server.

function Get-SmbServerConfiguration {
    <#
    .SYNOPSIS
    Gets the settings of the SMB server.
    #>
    [CmdletBinding()]
    param($CimSession)
    $row = [ordered]@{}
    foreach ($source in @(Get-DeviceFact smbServer; Invoke-Device -Ask get -Name smbServer -Key change)) {
        if ($source -is [Collections.IDictionary]) { foreach ($key in $source.Keys) { $row[$key] = $source[$key] } }
    }
    New-DeviceObject -TypeName "$($script:space)MSFT_SmbServerConfiguration" -Row $row
}

function Set-SmbServerConfiguration {
    <#
    .SYNOPSIS
    Changes settings of the SMB server; asks without -Force or -Confirm:$false.
    #>
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')]
    param(
        [bool]$EnableSMB1Protocol,
        [bool]$EnableSMB2Protocol,
        [bool]$RequireSecuritySignature,
        [bool]$EnableSecuritySignature,
        [bool]$EncryptData,
        [bool]$RejectUnencryptedAccess,
        [bool]$AuditSmb1Access,
        [bool]$AutoShareServer,
        [bool]$AutoShareWorkstation,
        [bool]$EnableLeasing,
        [bool]$EnableOplocks,
        [bool]$EnableMultiChannel,
        [bool]$ServerHidden,
        [bool]$AnnounceServer,
        [bool]$EnableStrictNameChecking,
        [switch]$Force
    )
    $change = [ordered]@{}
    foreach ($key in $PSBoundParameters.Keys) {
        if ($key -in 'Force', 'Confirm', 'WhatIf' -or $key -in [Management.Automation.PSCmdlet]::CommonParameters) { continue }
        $change[$key] = $PSBoundParameters[$key]
    }
    if (-not $Force -and -not (Test-DeviceConfirm $PSCmdlet 'SMB Server Configuration')) { return }
    $null = Update-DeviceObject -Name smbServer -Key change -Change {
        param($Present)
        if ($null -eq $Present) { $Present = [ordered]@{} }
        foreach ($key in $change.Keys) { $Present[$key] = $change[$key] }
        $Present
    }
    Write-DeviceEffect $PSCmdlet @{ smbServer = $change }
}
