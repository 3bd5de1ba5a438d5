# Profiles of the firewall: Domain, Private, Public.

# Properties whose values are True, False and NotConfigured.
$script:profileFlags = 'Enabled', 'AllowInboundRules', 'AllowLocalFirewallRules', 'AllowLocalIPsecRules', 'AllowUserApps',
    'AllowUserPorts', 'AllowUnicastResponseToMulticast', 'NotifyOnListen', 'EnableStealthModeForIPsec', 'LogAllowed', 'LogBlocked',
    'LogIgnored'
# All that Set-NetFirewallProfile changes.
$script:profileSettings = $script:profileFlags + @('DefaultInboundAction', 'DefaultOutboundAction', 'LogFileName', 'LogMaxSizeKilobytes',
    'DisabledInterfaceAliases')

function New-ProfileObject {
    <#
    .SYNOPSIS
    A profile as Get-NetFirewallProfile gives it.
    #>
    param($Row)
    $values = [ordered]@{ Profile = $Row.Name }
    foreach ($key in $Row.Keys) { $values[$key] = $Row[$key] }
    $types = @{}
    foreach ($key in $script:profileFlags) {
        $types[$key] = $script:enums + 'GpoBoolean'
        $values[$key] = [string]$values[$key]
    }
    foreach ($key in 'DefaultInboundAction', 'DefaultOutboundAction') { $types[$key] = $script:enums + 'Action' }
    New-DeviceObject -TypeName "$($script:space)MSFT_NetFirewallProfile" -Row $values -As $types
}

function Get-NetFirewallProfile {
    <#
    .SYNOPSIS
    Gets firewall profiles.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Position = 0, ValueFromPipelineByPropertyName)][Alias('Profile')][string[]]$Name,
        [switch]$All,
        [string]$PolicyStore,
        $CimSession
    )
    process {
        $rows = @(Get-DeviceTable -Name firewallProfiles -Key Name | ForEach-Object { New-ProfileObject $_ })
        $filter = [ordered]@{ Name = $Name }
        if ($Name -contains 'Any') { $filter.Name = '*' }
        Select-DeviceRow -Cmdlet $PSCmdlet -Row $rows -Class MSFT_NetFirewallProfile -Filter $filter
    }
}

function Set-NetFirewallProfile {
    <#
    .SYNOPSIS
    Changes firewall profiles.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Position = 0, ValueFromPipelineByPropertyName)][Alias('Profile')][string[]]$Name,
        [Parameter(ValueFromPipeline)][object[]]$InputObject,
        [switch]$All,
        $Enabled,
        $DefaultInboundAction,
        $DefaultOutboundAction,
        $AllowInboundRules,
        $AllowLocalFirewallRules,
        $AllowLocalIPsecRules,
        $AllowUserApps,
        $AllowUserPorts,
        $AllowUnicastResponseToMulticast,
        $NotifyOnListen,
        $EnableStealthModeForIPsec,
        [string]$LogFileName,
        [uint64]$LogMaxSizeKilobytes,
        $LogAllowed,
        $LogBlocked,
        $LogIgnored,
        [string[]]$DisabledInterfaceAliases,
        [string]$PolicyStore,
        [switch]$PassThru
    )
    process {
        $wanted = $Name
        if (-not $Name -and $InputObject) { $wanted = @($InputObject | ForEach-Object { $_.Name }) }
        $change = @{}
        foreach ($key in $script:profileSettings) {
            if (-not $PSBoundParameters.ContainsKey($key)) { continue }
            $change[$key] = $PSBoundParameters[$key]
            if ($key -notin 'LogFileName', 'LogMaxSizeKilobytes', 'DisabledInterfaceAliases') {
                $change[$key] = ConvertTo-FirewallText $PSBoundParameters[$key]
            }
        }
        foreach ($row in @(Get-DeviceTable -Name firewallProfiles -Key Name)) {
            if ($wanted -and $wanted -notcontains $row.Name -and $wanted -notcontains 'Any') { continue }
            if (-not $PSCmdlet.ShouldProcess($row.Name)) { continue }
            $now = Update-DeviceRow -Name firewallProfiles -Field Name -Key $row.Name -Change {
                param($Present)
                if ($null -eq $Present) { return }
                foreach ($key in $change.Keys) { $Present[$key] = $change[$key] }
                $Present
            }
            if ($PassThru -and $null -ne $now) { New-ProfileObject $now }
        }
    }
}
