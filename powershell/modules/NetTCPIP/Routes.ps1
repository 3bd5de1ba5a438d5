# Routes: those that follow from the adapters' addresses and gateways; what New-NetRoute adds is in ExtraRoutes.

function Get-NetworkPrefix {
    <#
    .SYNOPSIS
    The network of an address: 192.168.1.50 with 24 -> 192.168.1.0/24.
    #>
    param([string]$Address, [int]$Length)
    $bytes = ([ipaddress]$Address).GetAddressBytes()
    for ($i = 0; $i -lt $bytes.Length; $i++) {
        $keep = [Math]::Max(0, [Math]::Min(8, $Length - 8 * $i))
        $bytes[$i] = [byte]($bytes[$i] -band ((0xFF -shl (8 - $keep)) -band 0xFF))
    }
    "$([ipaddress]::new($bytes))/$Length"
}

function New-RouteObject {
    <#
    .SYNOPSIS
    A route as Get-NetRoute gives it.
    #>
    param($Row, [string]$Prefix, [string]$Hop, [int]$Metric)
    $values = [ordered]@{
        ifIndex = [uint32]$Row.ifIndex
        InterfaceIndex = [uint32]$Row.ifIndex
        InterfaceAlias = $Row.Name
        DestinationPrefix = $Prefix
        NextHop = $Hop
        RouteMetric = [uint16]$Metric
        ifMetric = [uint32]$Row.InterfaceMetric
        InterfaceMetric = [uint32]$Row.InterfaceMetric
        AddressFamily = $(if ($Prefix.Contains(':')) { 23 } else { 2 })
        Protocol = 'NetMgmt'
        PolicyStore = 'ActiveStore'
        Store = 'ActiveStore'
        Publish = 'No'
    }
    New-DeviceObject -TypeName "$($script:space)MSFT_NetRoute", $script:cim -Row $values -As $script:addressTypes
}

function Get-RouteRow {
    <#
    .SYNOPSIS
    Every route of the adapters that are up.
    #>
    foreach ($row in Get-DeviceAdapter) {
        if ($row.Status -ne 'Up') { continue }
        if ($row.IPv4Address) {
            if ($row.Gateway) { New-RouteObject $row '0.0.0.0/0' $row.Gateway 0 }
            New-RouteObject $row (Get-NetworkPrefix $row.IPv4Address ([int]$row.PrefixLength)) '0.0.0.0' 256
            New-RouteObject $row "$($row.IPv4Address)/32" '0.0.0.0' 256
        }
        foreach ($extra in $row.ExtraRoutes) { New-RouteObject $row $extra.DestinationPrefix $extra.NextHop ([int]$extra.RouteMetric) }
    }
}

function Get-NetRoute {
    <#
    .SYNOPSIS
    Gets routes.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Position = 0, ValueFromPipelineByPropertyName)][string[]]$DestinationPrefix,
        [Parameter(ValueFromPipelineByPropertyName)][Alias('ifIndex')][uint32[]]$InterfaceIndex,
        [Alias('ifAlias')][string[]]$InterfaceAlias,
        [string[]]$NextHop,
        [ValidateSet('IPv4', 'IPv6')][string[]]$AddressFamily,
        [uint16[]]$RouteMetric,
        [string]$PolicyStore,
        $CimSession
    )
    process {
        $filter = Select-BoundFilter $PSBoundParameters 'DestinationPrefix', 'InterfaceIndex', 'InterfaceAlias', 'NextHop',
            'AddressFamily', 'RouteMetric'
        Select-DeviceRow -Cmdlet $PSCmdlet -Row @(Get-RouteRow) -Class MSFT_NetRoute -Filter $filter
    }
}

function New-NetRoute {
    <#
    .SYNOPSIS
    Adds a route.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory, Position = 0)][string]$DestinationPrefix,
        [Alias('ifAlias')][string]$InterfaceAlias,
        [Alias('ifIndex')][uint32]$InterfaceIndex,
        [string]$NextHop = '0.0.0.0',
        [uint16]$RouteMetric = 256,
        [string]$PolicyStore
    )
    $row = Find-OneAdapter $PSCmdlet $InterfaceAlias $InterfaceIndex $DestinationPrefix
    if (-not $row) { return }
    $same = @(Get-RouteRow | Where-Object { $_.ifIndex -eq $row.ifIndex -and $_.DestinationPrefix -eq $DestinationPrefix })
    if (@($same | Where-Object { $_.NextHop -eq $NextHop }).Count) {
        $text = 'Instance MSFT_NetRoute already exists'
        Write-DeviceError $PSCmdlet (New-DeviceError $text 'Windows System Error 5010' ResourceExists $DestinationPrefix)
        return
    }
    if (-not $PSCmdlet.ShouldProcess($DestinationPrefix)) { return }
    $null = Update-DeviceRow -Name networkAdapters -Field Name -Key $row.Name -Change {
        param($Adapter)
        if ($null -eq $Adapter) { return }
        $more = @{ DestinationPrefix = $DestinationPrefix; NextHop = $NextHop; RouteMetric = [int]$RouteMetric }
        $Adapter['ExtraRoutes'] = @(@($Adapter.ExtraRoutes | Where-Object { $_ }) + $more)
        $Adapter
    }
    Write-DeviceEffect $PSCmdlet @{ adapter = $row.Name; route = $DestinationPrefix; nextHop = $NextHop }
    Get-RouteRow | Where-Object {
        $_.ifIndex -eq $row.ifIndex -and $_.DestinationPrefix -eq $DestinationPrefix -and $_.NextHop -eq $NextHop
    }
}

function Remove-NetRoute {
    <#
    .SYNOPSIS
    Removes routes.
    #>
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')]
    param(
        [Parameter(Position = 0, ValueFromPipelineByPropertyName)][string[]]$DestinationPrefix,
        [Parameter(ValueFromPipelineByPropertyName)][Alias('ifIndex')][uint32[]]$InterfaceIndex,
        [Parameter(ValueFromPipelineByPropertyName)][Alias('ifAlias')][string[]]$InterfaceAlias,
        [Parameter(ValueFromPipelineByPropertyName)][string[]]$NextHop
    )
    process {
        $filter = Select-BoundFilter $PSBoundParameters 'DestinationPrefix', 'InterfaceIndex', 'InterfaceAlias', 'NextHop'
        foreach ($found in Select-DeviceRow -Cmdlet $PSCmdlet -Row @(Get-RouteRow) -Class MSFT_NetRoute -Filter $filter) {
            if (-not (Test-DeviceConfirm $PSCmdlet $found.DestinationPrefix)) { continue }
            $null = Update-DeviceRow -Name networkAdapters -Field Name -Key $found.InterfaceAlias -Change {
                param($Adapter)
                if ($null -eq $Adapter) { return }
                if ($found.DestinationPrefix -eq '0.0.0.0/0' -and $found.NextHop -eq $Adapter.Gateway) { $Adapter['Gateway'] = $null }
                $Adapter['ExtraRoutes'] = @($Adapter.ExtraRoutes | Where-Object {
                        $_ -and -not ($_.DestinationPrefix -eq $found.DestinationPrefix -and $_.NextHop -eq $found.NextHop) })
                $Adapter
            }
            Write-DeviceEffect $PSCmdlet @{ adapter = $found.InterfaceAlias; route = $found.DestinationPrefix }
        }
    }
}
