# IP addresses: those of the adapters' rows; what New-NetIPAddress adds beside the first is in ExtraAddresses.

function New-AddressObject {
    <#
    .SYNOPSIS
    An address as Get-NetIPAddress gives it.
    #>
    param([string]$Address, $Row, [int]$Length, [string]$Origin)
    $six = $Address.Contains(':')
    $suffix = $Origin
    if ($six -and $Origin -eq 'WellKnown') { $suffix = 'Link' }
    $shown = $Address
    if ($six -and $Address -like 'fe80*') { $shown = "$Address%$($Row.ifIndex)" }
    $values = [ordered]@{
        IPAddress = $shown
        InterfaceIndex = [uint32]$Row.ifIndex
        ifIndex = [uint32]$Row.ifIndex
        InterfaceAlias = $Row.Name
        AddressFamily = $(if ($six) { 23 } else { 2 })
        Type = 1
        PrefixLength = [byte]$Length
        PrefixOrigin = $Origin
        SuffixOrigin = $suffix
        AddressState = $(if ($Row.Status -eq 'Up') { 'Preferred' } else { 'Tentative' })
        ValidLifetime = [timespan]::MaxValue
        PreferredLifetime = [timespan]::MaxValue
        SkipAsSource = $false
        PolicyStore = 'ActiveStore'
        Store = 'ActiveStore'
        IPv4Address = $(if (-not $six) { $Address })
        IPv6Address = $(if ($six) { $Address })
    }
    New-DeviceObject -TypeName "$($script:space)MSFT_NetIPAddress", $script:cim -Row $values -As $script:addressTypes
}

function Get-AddressRow {
    <#
    .SYNOPSIS
    Every address of each adapter that is not disabled, and of the loopback.
    #>
    foreach ($row in Get-DeviceAdapter) {
        if ($row.Status -eq 'Disabled') { continue }
        if ($row.IPv6Address) { New-AddressObject $row.IPv6Address $row 64 WellKnown }
        if ($row.IPv4Address -and $row.Status -eq 'Up') {
            New-AddressObject $row.IPv4Address $row $row.PrefixLength $(if ($row.Dhcp) { 'Dhcp' } else { 'Manual' })
        }
        foreach ($extra in $row.ExtraAddresses) { New-AddressObject $extra.IPAddress $row $extra.PrefixLength Manual }
    }
    New-AddressObject '::1' $script:loopback 128 WellKnown
    New-AddressObject '127.0.0.1' $script:loopback 8 WellKnown
}

function Get-NetIPAddress {
    <#
    .SYNOPSIS
    Gets IP addresses.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Position = 0, ValueFromPipelineByPropertyName)][Alias('LocalAddress')][string[]]$IPAddress,
        [Parameter(ValueFromPipelineByPropertyName)][Alias('ifIndex')][uint32[]]$InterfaceIndex,
        [Parameter(ValueFromPipelineByPropertyName)][Alias('ifAlias')][string[]]$InterfaceAlias,
        [ValidateSet('IPv4', 'IPv6')][string[]]$AddressFamily,
        [string[]]$Type,
        [byte[]]$PrefixLength,
        [string[]]$PrefixOrigin,
        [string[]]$SuffixOrigin,
        [string[]]$AddressState,
        [string]$PolicyStore,
        [switch]$IncludeAllCompartments,
        $CimSession
    )
    process {
        $filter = Select-BoundFilter $PSBoundParameters 'IPAddress', 'InterfaceIndex', 'InterfaceAlias', 'AddressFamily', 'Type',
            'PrefixLength', 'PrefixOrigin', 'SuffixOrigin', 'AddressState'
        Select-DeviceRow -Cmdlet $PSCmdlet -Row @(Get-AddressRow) -Class MSFT_NetIPAddress -Filter $filter
    }
}

function New-NetIPAddress {
    <#
    .SYNOPSIS
    Gives an adapter an IP address.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory, Position = 0)][string]$IPAddress,
        [Alias('ifAlias')][string]$InterfaceAlias,
        [Alias('ifIndex')][uint32]$InterfaceIndex,
        [string]$DefaultGateway,
        [byte]$PrefixLength = 32,
        [string]$AddressFamily,
        [string]$Type,
        [string]$PolicyStore,
        [bool]$SkipAsSource
    )
    $row = Find-OneAdapter $PSCmdlet $InterfaceAlias $InterfaceIndex $IPAddress
    if (-not $row) { return }
    if (-not ($IPAddress -as [ipaddress])) {
        $text = "Invalid parameter IPAddress $IPAddress"
        Write-DeviceError $PSCmdlet (New-DeviceError $text 'Windows System Error 87' InvalidArgument $IPAddress)
        return
    }
    if (@(Get-AddressRow | ForEach-Object { $_.IPAddress -replace '%.*$', '' }) -contains $IPAddress) {
        $text = 'Instance MSFT_NetIPAddress already exists'
        Write-DeviceError $PSCmdlet (New-DeviceError $text 'Windows System Error 5010' ResourceExists $IPAddress)
        return
    }
    if (-not $PSCmdlet.ShouldProcess($IPAddress)) { return }
    $null = Update-DeviceRow -Name networkAdapters -Field Name -Key $row.Name -Change {
        param($Adapter)
        if ($null -eq $Adapter) { return }
        $four = -not $IPAddress.Contains(':')
        # An address that is given by hand ends DHCP of its family, and what came by it is gone: address, gateway, DNS servers.
        if ($four -and $Adapter.Dhcp) {
            $Adapter['Dhcp'] = $false
            $Adapter['IPv4Address'] = $null
            $Adapter['Gateway'] = $null
            if (-not $Adapter.StaticDns) { $Adapter['DnsServers'] = @() }
        }
        if ($four -and -not $Adapter.IPv4Address) {
            $Adapter['IPv4Address'] = $IPAddress
            $Adapter['PrefixLength'] = [int]$PrefixLength
        } else {
            $more = @{ IPAddress = $IPAddress; PrefixLength = [int]$PrefixLength }
            $Adapter['ExtraAddresses'] = @(@($Adapter.ExtraAddresses | Where-Object { $_ }) + $more)
        }
        if ($DefaultGateway) { $Adapter['Gateway'] = $DefaultGateway }
        $Adapter
    }
    Write-DeviceEffect $PSCmdlet @{ adapter = $row.Name; address = $IPAddress }
    Get-AddressRow | Where-Object { $_.InterfaceIndex -eq $row.ifIndex -and ($_.IPAddress -replace '%.*$', '') -eq $IPAddress }
}

function Remove-NetIPAddress {
    <#
    .SYNOPSIS
    Takes IP addresses from adapters.
    #>
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')]
    param(
        [Parameter(Position = 0, ValueFromPipelineByPropertyName)][string[]]$IPAddress,
        [Parameter(ValueFromPipelineByPropertyName)][Alias('ifAlias')][string[]]$InterfaceAlias,
        [Parameter(ValueFromPipelineByPropertyName)][Alias('ifIndex')][uint32[]]$InterfaceIndex,
        [Parameter(ValueFromPipelineByPropertyName)][ValidateSet('IPv4', 'IPv6')][string[]]$AddressFamily,
        [string]$DefaultGateway
    )
    process {
        $filter = Select-BoundFilter $PSBoundParameters 'IPAddress', 'InterfaceIndex', 'InterfaceAlias', 'AddressFamily'
        foreach ($found in Select-DeviceRow -Cmdlet $PSCmdlet -Row @(Get-AddressRow) -Class MSFT_NetIPAddress -Filter $filter) {
            if (-not (Test-DeviceConfirm $PSCmdlet $found.IPAddress)) { continue }
            $plain = $found.IPAddress -replace '%.*$', ''
            $null = Update-DeviceRow -Name networkAdapters -Field Name -Key $found.InterfaceAlias -Change {
                param($Adapter)
                if ($null -eq $Adapter) { return }
                if ($Adapter.IPv4Address -eq $plain) { $Adapter['IPv4Address'] = $null }
                if ($Adapter.IPv6Address -eq $plain) { $Adapter['IPv6Address'] = $null }
                if ($DefaultGateway -and $Adapter.Gateway -eq $DefaultGateway) { $Adapter['Gateway'] = $null }
                $Adapter['ExtraAddresses'] = @($Adapter.ExtraAddresses | Where-Object { $_ -and $_.IPAddress -ne $plain })
                $Adapter
            }
            Write-DeviceEffect $PSCmdlet @{ adapter = $found.InterfaceAlias; address = $plain }
        }
    }
}

function Set-NetIPAddress {
    <#
    .SYNOPSIS
    Refused by name: an address is removed and made anew instead.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Position = 0)][string[]]$IPAddress,
        [string]$InterfaceAlias,
        [uint32]$InterfaceIndex,
        [byte]$PrefixLength,
        [bool]$SkipAsSource
    )
    Write-DeviceUnavailable $PSCmdlet 'an address is removed and made anew instead'
}
