# IP interfaces, the configuration that is put together from all, and neighbors.

function Get-NetIPInterface {
    <#
    .SYNOPSIS
    Gets IP interfaces, one for IPv6 and one for IPv4 of each adapter that is not disabled.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Position = 0, ValueFromPipelineByPropertyName)][Alias('ifAlias')][string[]]$InterfaceAlias,
        [Parameter(ValueFromPipelineByPropertyName)][Alias('ifIndex')][uint32[]]$InterfaceIndex,
        [ValidateSet('IPv4', 'IPv6')][string[]]$AddressFamily,
        [string[]]$Dhcp,
        [string[]]$ConnectionState,
        [string]$PolicyStore,
        $CimSession
    )
    process {
        $all = @(foreach ($row in @(Get-DeviceAdapter | Where-Object { $_.Status -ne 'Disabled' }) + $script:loopback) {
            foreach ($family in 23, 2) {
                $values = [ordered]@{
                    ifIndex = [uint32]$row.ifIndex
                    InterfaceIndex = [uint32]$row.ifIndex
                    InterfaceAlias = $row.Name
                    AddressFamily = $family
                    NlMtu = [uint32]$row.MtuSize
                    InterfaceMetric = [uint32]$row.InterfaceMetric
                    AutomaticMetric = 'Enabled'
                    Dhcp = $(if ($row.Dhcp) { 1 } else { 0 })
                    ConnectionState = $(if ($row.Status -eq 'Up') { 1 } else { 0 })
                    Forwarding = 'Disabled'
                    PolicyStore = 'ActiveStore'
                }
                New-DeviceObject -TypeName "$($script:space)MSFT_NetIPInterface" -Row $values -As $script:interfaceTypes
            }
        })
        $filter = Select-BoundFilter $PSBoundParameters 'InterfaceIndex', 'InterfaceAlias', 'AddressFamily', 'Dhcp', 'ConnectionState'
        Select-DeviceRow -Cmdlet $PSCmdlet -Row $all -Class MSFT_NetIPInterface -Filter $filter
    }
}

function Set-NetIPInterface {
    <#
    .SYNOPSIS
    Sets DHCP, metric and MTU of an interface; other settings are refused by name.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Position = 0, ValueFromPipelineByPropertyName)][Alias('ifAlias')][string[]]$InterfaceAlias,
        [Parameter(ValueFromPipelineByPropertyName)][Alias('ifIndex')][uint32[]]$InterfaceIndex,
        [string]$AddressFamily,
        [string]$Dhcp,
        [uint32]$InterfaceMetric,
        [uint32]$NlMtuBytes,
        [string]$AutomaticMetric,
        [string]$Forwarding,
        [string]$PolicyStore,
        [switch]$PassThru
    )
    process {
        foreach ($name in 'AutomaticMetric', 'Forwarding') {
            if ($PSBoundParameters.ContainsKey($name)) { Write-DeviceUnavailable $PSCmdlet "-$name" }
        }
        $metric = $PSBoundParameters.ContainsKey('InterfaceMetric')
        $rows = @(foreach ($row in Get-DeviceAdapter) {
            $row['InterfaceAlias'] = $row.Name
            $row['InterfaceIndex'] = $row.ifIndex
            $row
        })
        $filter = Select-BoundFilter $PSBoundParameters 'InterfaceIndex', 'InterfaceAlias'
        foreach ($row in Select-DeviceRow -Cmdlet $PSCmdlet -Row $rows -Class MSFT_NetIPInterface -Filter $filter) {
            if (-not $PSCmdlet.ShouldProcess($row.Name)) { continue }
            $null = Update-DeviceRow -Name networkAdapters -Field Name -Key $row.Name -Change {
                param($Adapter)
                if ($null -eq $Adapter) { return }
                # Windows' DHCP here is that of IPv4.
                if ($Dhcp -and $AddressFamily -ne 'IPv6') { $Adapter['Dhcp'] = $Dhcp -in 'Enabled', '1' }
                if ($metric) { $Adapter['InterfaceMetric'] = $InterfaceMetric }
                if ($NlMtuBytes) { $Adapter['MtuSize'] = $NlMtuBytes }
                $Adapter
            }
            Write-DeviceEffect $PSCmdlet @{ adapter = $row.Name; dhcp = $Dhcp }
            if ($PassThru) { Get-NetIPInterface -InterfaceIndex $row.ifIndex }
        }
    }
}

function New-ConfigurationObject {
    <#
    .SYNOPSIS
    What Get-NetIPConfiguration gives of an adapter.
    #>
    param($Row)
    $index = [uint32]$Row.ifIndex
    $up = $Row.Status -eq 'Up'
    $addresses = @(Get-AddressRow | Where-Object { $_.InterfaceIndex -eq $index })
    $network = $null
    $gateway = $null
    if ($up) {
        $network = NetConnection\Get-NetConnectionProfile -InterfaceAlias $Row.Name -ErrorAction Ignore
        $gateway = Get-RouteRow | Where-Object { $_.InterfaceIndex -eq $index -and $_.DestinationPrefix -eq '0.0.0.0/0' }
    }
    $values = [ordered]@{
        ComputerName = [Environment]::MachineName
        InterfaceAlias = $Row.Name
        InterfaceIndex = $index
        InterfaceDescription = $Row.InterfaceDescription
        NetCompartment = $null
        NetAdapter = NetAdapter\Get-NetAdapter -Name $Row.Name
        NetProfile = $network
        NetIPv4Interface = Get-NetIPInterface -InterfaceIndex $index -AddressFamily IPv4
        NetIPv6Interface = Get-NetIPInterface -InterfaceIndex $index -AddressFamily IPv6
        AllIPAddresses = $addresses
        IPv4Address = @($addresses | Where-Object { $_.AddressFamily -eq 'IPv4' })
        IPv6Address = @($addresses | Where-Object { $_.AddressFamily -eq 'IPv6' -and $_.IPAddress -notlike 'fe80*' })
        IPv6LinkLocalAddress = @($addresses | Where-Object { $_.IPAddress -like 'fe80*' })
        IPv6TemporaryAddress = @()
        IPv4DefaultGateway = $gateway
        IPv6DefaultGateway = $null
        DNSServer = @(DnsClient\Get-DnsClientServerAddress -InterfaceIndex $index)
    }
    New-DeviceObject -TypeName NetIPConfiguration -Row $values
}

function Get-NetIPConfiguration {
    <#
    .SYNOPSIS
    Gets the configuration of each interface that is not disabled.
    #>
    [CmdletBinding(DefaultParameterSetName = 'Alias')]
    param(
        [Parameter(Position = 0, ParameterSetName = 'Alias', ValueFromPipelineByPropertyName)][Alias('ifAlias')][string]$InterfaceAlias,
        [Parameter(ParameterSetName = 'Index', ValueFromPipelineByPropertyName)][Alias('ifIndex')][int]$InterfaceIndex,
        [Parameter(ParameterSetName = 'All')][switch]$All,
        [switch]$Detailed,
        $CimSession
    )
    process {
        foreach ($row in Get-DeviceAdapter) {
            if ($row.Status -eq 'Disabled') { continue }
            if ($InterfaceAlias -and $row.Name -notlike $InterfaceAlias) { continue }
            if ($InterfaceIndex -and $row.ifIndex -ne $InterfaceIndex) { continue }
            New-ConfigurationObject $row
        }
    }
}

function Get-NetNeighbor {
    <#
    .SYNOPSIS
    Gets the neighbors that the device knows: gateways and those that are declared.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Position = 0)][string[]]$IPAddress,
        [Alias('ifIndex')][uint32[]]$InterfaceIndex,
        [Alias('ifAlias')][string[]]$InterfaceAlias,
        [string[]]$AddressFamily,
        [string[]]$State,
        [string[]]$LinkLayerAddress
    )
    $up = @(Get-DeviceAdapter | Where-Object { $_.Status -eq 'Up' } | ForEach-Object { $_.Name })
    $all = @(foreach ($row in Get-DeviceFact neighbors) {
        if ($up -notcontains $row.InterfaceAlias) { continue }
        $values = [ordered]@{
            ifIndex = [uint32]$row.InterfaceIndex
            IPAddress = $row.IPAddress
            LinkLayerAddress = $row.LinkLayerAddress
            State = $row.State
            PolicyStore = 'ActiveStore'
            InterfaceIndex = [uint32]$row.InterfaceIndex
            InterfaceAlias = $row.InterfaceAlias
            AddressFamily = $row.AddressFamily
        }
        New-DeviceObject -TypeName "$($script:space)MSFT_NetNeighbor" -Row $values
    })
    $filter = Select-BoundFilter $PSBoundParameters 'IPAddress', 'InterfaceIndex', 'InterfaceAlias', 'AddressFamily', 'State',
        'LinkLayerAddress'
    Select-DeviceRow -Cmdlet $PSCmdlet -Row $all -Class MSFT_NetNeighbor -Filter $filter
}
