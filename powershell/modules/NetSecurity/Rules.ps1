# Rules of the firewall as objects, and the filters that belong to them.

$script:ruleTypes = @{
    Enabled = $script:enums + 'Enabled'
    Profile = $script:enums + 'Profile'
    Direction = $script:enums + 'Direction'
    Action = $script:enums + 'Action'
    PrimaryStatus = $script:enums + 'PrimaryStatus'
    EdgeTraversalPolicy = $script:enums + 'EdgeTraversal'
}

function Get-RuleRow {
    <#
    .SYNOPSIS
    The rows of all rules.
    #>
    Get-DeviceTable -Name firewallRules -Key Name
}

function New-RuleObject {
    <#
    .SYNOPSIS
    A rule as Get-NetFirewallRule gives it.
    #>
    param($Row)
    $values = [ordered]@{
        Name = $Row.Name
        ID = $Row.Name
        DisplayName = $Row.DisplayName
        Group = $Row.Group
        Enabled = [string]$Row.Enabled
        Profile = [string]$Row.Profile
        Platform = @()
        Direction = $Row.Direction
        Action = $Row.Action
        EdgeTraversalPolicy = 'Block'
        LSM = $false
        PrimaryStatus = 'OK'
        Status = 'The rule was parsed successfully from the store. (65536)'
        EnforcementStatus = 'NotApplicable'
        PolicyStoreSource = 'PersistentStore'
        PolicyStoreSourceType = 'Local'
        Caption = $null
        Description = $Row.Description
        ElementName = $Row.DisplayName
        InstanceID = $Row.Name
        DisplayGroup = $Row.DisplayGroup
        RuleGroup = $Row.Group
    }
    New-DeviceObject -TypeName "$($script:space)MSFT_NetFirewallRule" -Row $values -As $script:ruleTypes
}

function Find-Rule {
    <#
    .SYNOPSIS
    Rules by the parameters that the commands share.
    #>
    param($Cmdlet)
    $bound = $Cmdlet.MyInvocation.BoundParameters
    $all = @(Get-RuleRow | ForEach-Object { New-RuleObject $_ })
    if ($bound['InputObject']) {
        $ids = @($bound['InputObject'] | ForEach-Object { $_.Name })
        return @($all | Where-Object { $ids -contains $_.Name })
    }
    $filter = [ordered]@{}
    $changes = $Cmdlet.MyInvocation.MyCommand.Name -like 'Set-*'
    $keys = 'Name', 'DisplayName', 'Group', 'DisplayGroup'
    # What Set-NetFirewallRule sets is no filter of it.
    if (-not $changes) { $keys += 'Description', 'Enabled', 'Direction', 'Action' }
    foreach ($key in $keys) {
        if (-not $bound.ContainsKey($key)) { continue }
        $filter[$key] = $bound[$key]
        if ($key -in 'Enabled', 'Direction', 'Action') { $filter[$key] = ConvertTo-FirewallText $bound[$key] }
    }
    Select-DeviceRow -Cmdlet $Cmdlet -Row $all -Class MSFT_NetFirewallRule -Filter $filter
}

function Get-NetFirewallRule {
    <#
    .SYNOPSIS
    Gets firewall rules.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Position = 0, ValueFromPipelineByPropertyName)][Alias('ID', 'InstanceID')][string[]]$Name,
        [string[]]$DisplayName,
        [string[]]$Group,
        [string[]]$DisplayGroup,
        [string[]]$Description,
        $Enabled,
        $Direction,
        $Action,
        [switch]$All,
        [string]$PolicyStore,
        [switch]$TracePolicyStore,
        $CimSession
    )
    process { Find-Rule $PSCmdlet }
}

function Get-RuleFilter {
    <#
    .SYNOPSIS
    Filter objects of rules, of all without one.
    #>
    param([object[]]$Rule, [string]$Class, [string[]]$Property)
    $names = @($Rule | ForEach-Object { $_.Name })
    foreach ($row in Get-RuleRow) {
        if ($Rule -and $names -notcontains $row.Name) { continue }
        $values = [ordered]@{ InstanceID = $row.Name }
        foreach ($key in $Property) {
            $text = [string]$row[$key]
            $values[$key] = $text
            if ($text.Contains(',')) { $values[$key] = $text -split ',\s*' }
        }
        New-DeviceObject -TypeName "$($script:space)$Class" -Row $values
    }
}

function Get-NetFirewallPortFilter {
    <#
    .SYNOPSIS
    Gets protocol and ports of rules.
    #>
    [CmdletBinding()]
    param([Parameter(ValueFromPipeline)][object[]]$AssociatedNetFirewallRule, [string]$Protocol, [switch]$All)
    process {
        $rows = Get-RuleFilter $AssociatedNetFirewallRule MSFT_NetProtocolPortFilter 'Protocol', 'LocalPort', 'RemotePort'
        $rows | Where-Object { -not $Protocol -or $_.Protocol -eq $Protocol }
    }
}

function Get-NetFirewallAddressFilter {
    <#
    .SYNOPSIS
    Gets addresses of rules.
    #>
    [CmdletBinding()]
    param([Parameter(ValueFromPipeline)][object[]]$AssociatedNetFirewallRule, [switch]$All)
    process { Get-RuleFilter $AssociatedNetFirewallRule MSFT_NetAddressFilter 'LocalAddress', 'RemoteAddress' }
}

function Get-NetFirewallApplicationFilter {
    <#
    .SYNOPSIS
    Gets programs of rules.
    #>
    [CmdletBinding()]
    param([Parameter(ValueFromPipeline)][object[]]$AssociatedNetFirewallRule, [string[]]$Program, [switch]$All)
    process {
        $rows = Get-RuleFilter $AssociatedNetFirewallRule MSFT_NetApplicationFilter 'Program'
        $rows | Where-Object { -not $Program -or $Program -contains $_.Program }
    }
}
