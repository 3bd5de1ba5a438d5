# Failover clusters: refused by name.

function Get-ClusteredScheduledTask {
    <#
    .SYNOPSIS
    Refused: tasks of failover clusters.
    #>
    [CmdletBinding()]
    param([Parameter(ValueFromRemainingArguments)]$Rest)
    Deny-DeviceCommand -Cmdlet $PSCmdlet -Why 'failover clusters'
}

function Register-ClusteredScheduledTask {
    <#
    .SYNOPSIS
    Refused: tasks of failover clusters.
    #>
    [CmdletBinding()]
    param([Parameter(ValueFromRemainingArguments)]$Rest)
    Deny-DeviceCommand -Cmdlet $PSCmdlet -Why 'failover clusters'
}

function Set-ClusteredScheduledTask {
    <#
    .SYNOPSIS
    Refused: tasks of failover clusters.
    #>
    [CmdletBinding()]
    param([Parameter(ValueFromRemainingArguments)]$Rest)
    Deny-DeviceCommand -Cmdlet $PSCmdlet -Why 'failover clusters'
}

function Unregister-ClusteredScheduledTask {
    <#
    .SYNOPSIS
    Refused: tasks of failover clusters.
    #>
    [CmdletBinding()]
    param([Parameter(ValueFromRemainingArguments)]$Rest)
    Deny-DeviceCommand -Cmdlet $PSCmdlet -Why 'failover clusters'
}
