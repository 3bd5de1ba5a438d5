# Rules of the firewall made, changed and removed.

# All that Set-NetFirewallRule changes beside the title.
$script:ruleSettings = 'Enabled', 'Profile', 'Direction', 'Action', 'LocalAddress', 'RemoteAddress', 'Protocol', 'LocalPort',
    'RemotePort', 'Program', 'Service', 'Description'

function New-NetFirewallRule {
    <#
    .SYNOPSIS
    Makes a firewall rule.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Alias('ID')][string]$Name,
        [Parameter(Mandatory)][string]$DisplayName,
        [string]$Description = '',
        [string]$Group = '',
        $Enabled = 'True',
        [string[]]$Profile = 'Any',
        [string]$Direction = 'Inbound',
        [string]$Action = 'Allow',
        [string[]]$LocalAddress = 'Any',
        [string[]]$RemoteAddress = 'Any',
        [string]$Protocol = 'Any',
        [string[]]$LocalPort = 'Any',
        [string[]]$RemotePort = 'Any',
        [string[]]$IcmpType,
        [string]$Program = 'Any',
        [string]$Package,
        [string]$Service = 'Any',
        [string[]]$InterfaceAlias,
        [string]$InterfaceType,
        [string]$EdgeTraversalPolicy,
        [string]$PolicyStore,
        [string[]]$Platform,
        $LocalUser,
        $RemoteUser,
        $Authentication,
        $Encryption
    )
    if (-not $Name) { $Name = "{$([guid]::NewGuid())}" }
    if (($LocalPort[0] -ne 'Any' -or $RemotePort[0] -ne 'Any') -and $Protocol -notin 'TCP', 'UDP', '6', '17') {
        $text = 'One of the port numbers or keywords is not valid for the protocol of the rule (TCP or UDP is needed).'
        Write-DeviceError $PSCmdlet (New-DeviceError $text 'HRESULT 0x80070057' InvalidArgument 'MSFT_NetFirewallRule')
        return
    }
    if (-not $PSCmdlet.ShouldProcess($DisplayName)) { return }
    $row = [ordered]@{
        Name = $Name
        DisplayName = $DisplayName
        Enabled = ConvertTo-FirewallText $Enabled
        Direction = $Direction
        Action = $Action
        Profile = $Profile -join ', '
        Description = $Description
        Group = $Group
        DisplayGroup = $Group
        Protocol = $Protocol
        LocalPort = $LocalPort -join ', '
        RemotePort = $RemotePort -join ', '
        LocalAddress = $LocalAddress -join ', '
        RemoteAddress = $RemoteAddress -join ', '
        Program = $Program
        Service = $Service
    }
    $made = Update-DeviceRow -Name firewallRules -Field Name -Key $Name -Change {
        param($Present)
        if ($null -eq $Present) { $row }
    }
    if ($null -eq $made) {
        $text = 'Cannot create a file when that file already exists. '
        Write-DeviceError $PSCmdlet (New-DeviceError $text 'Windows System Error 183' ResourceExists 'MSFT_NetFirewallRule')
        return
    }
    New-RuleObject $made
}

function Update-Rule {
    <#
    .SYNOPSIS
    Stores what a rule has from now on; gives its row.
    #>
    param([string]$Name, [hashtable]$Value)
    Update-DeviceRow -Name firewallRules -Field Name -Key $Name -Change {
        param($Present)
        if ($null -eq $Present) { return }
        foreach ($key in $Value.Keys) { $Present[$key] = $Value[$key] }
        $Present
    }
}

function Set-NetFirewallRule {
    <#
    .SYNOPSIS
    Changes firewall rules.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Position = 0)][Alias('ID')][string[]]$Name,
        [string[]]$DisplayName,
        [string[]]$Group,
        [string[]]$DisplayGroup,
        [Parameter(ValueFromPipeline)][object[]]$InputObject,
        $Enabled,
        $Profile,
        $Direction,
        $Action,
        [string]$NewDisplayName,
        [string]$Description,
        $LocalAddress,
        $RemoteAddress,
        $Protocol,
        $LocalPort,
        $RemotePort,
        $Program,
        $Service,
        [switch]$PassThru
    )
    process {
        $change = @{}
        foreach ($key in $script:ruleSettings) {
            if ($PSBoundParameters.ContainsKey($key)) { $change[$key] = [string]$PSBoundParameters[$key] }
        }
        foreach ($key in 'Profile', 'LocalAddress', 'RemoteAddress', 'LocalPort', 'RemotePort') {
            if ($change.ContainsKey($key)) { $change[$key] = @($PSBoundParameters[$key]) -join ', ' }
        }
        if ($change.ContainsKey('Enabled')) { $change.Enabled = ConvertTo-FirewallText $Enabled }
        if ($NewDisplayName) { $change.DisplayName = $NewDisplayName }
        foreach ($rule in Find-Rule $PSCmdlet) {
            if (-not $PSCmdlet.ShouldProcess($rule.Name)) { continue }
            $now = Update-Rule $rule.Name $change
            if ($PassThru -and $null -ne $now) { New-RuleObject $now }
        }
    }
}

function Enable-NetFirewallRule {
    <#
    .SYNOPSIS
    Enables firewall rules.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Position = 0)][Alias('ID')][string[]]$Name,
        [string[]]$DisplayName,
        [string[]]$Group,
        [string[]]$DisplayGroup,
        [Parameter(ValueFromPipeline)][object[]]$InputObject,
        [switch]$PassThru
    )
    process {
        foreach ($rule in Find-Rule $PSCmdlet) {
            if (-not $PSCmdlet.ShouldProcess($rule.Name)) { continue }
            $now = Update-Rule $rule.Name @{ Enabled = 'True' }
            if ($PassThru -and $null -ne $now) { New-RuleObject $now }
        }
    }
}

function Disable-NetFirewallRule {
    <#
    .SYNOPSIS
    Disables firewall rules.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Position = 0)][Alias('ID')][string[]]$Name,
        [string[]]$DisplayName,
        [string[]]$Group,
        [string[]]$DisplayGroup,
        [Parameter(ValueFromPipeline)][object[]]$InputObject,
        [switch]$PassThru
    )
    process {
        foreach ($rule in Find-Rule $PSCmdlet) {
            if (-not $PSCmdlet.ShouldProcess($rule.Name)) { continue }
            $now = Update-Rule $rule.Name @{ Enabled = 'False' }
            if ($PassThru -and $null -ne $now) { New-RuleObject $now }
        }
    }
}

function Remove-NetFirewallRule {
    <#
    .SYNOPSIS
    Removes firewall rules.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Position = 0)][Alias('ID')][string[]]$Name,
        [string[]]$DisplayName,
        [string[]]$Group,
        [string[]]$DisplayGroup,
        [Parameter(ValueFromPipeline)][object[]]$InputObject,
        [switch]$All
    )
    process {
        foreach ($rule in Find-Rule $PSCmdlet) {
            if ($PSCmdlet.ShouldProcess($rule.Name)) { Remove-DeviceRow -Name firewallRules -Key $rule.Name }
        }
    }
}
