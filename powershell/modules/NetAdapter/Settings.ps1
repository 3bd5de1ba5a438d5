# Bindings, advanced properties, power management and receive side scaling of adapters.

# Components that Windows binds to an adapter, with their titles.
$script:bindings = [ordered]@{
    ms_msclient = 'Client for Microsoft Networks'
    ms_server = 'File and Printer Sharing for Microsoft Networks'
    ms_pacer = 'QoS Packet Scheduler'
    ms_tcpip = 'Internet Protocol Version 4 (TCP/IPv4)'
    ms_lldp = 'Microsoft LLDP Protocol Driver'
    ms_tcpip6 = 'Internet Protocol Version 6 (TCP/IPv6)'
    ms_rspndr = 'Link-Layer Topology Discovery Responder'
    ms_lltdio = 'Link-Layer Topology Discovery Mapper I/O Driver'
}

function Get-NetAdapterBinding {
    <#
    .SYNOPSIS
    Gets the bindings of network adapters.
    #>
    [CmdletBinding(DefaultParameterSetName = 'ByName')]
    param(
        [Parameter(Position = 0, ParameterSetName = 'ByName', ValueFromPipelineByPropertyName)]
        [Alias('ifAlias', 'InterfaceAlias')][string[]]$Name,
        [Parameter(Mandatory, ParameterSetName = 'ByDesc')][Alias('ifDesc')][string[]]$InterfaceDescription,
        [string[]]$ComponentID,
        [string[]]$DisplayName,
        [switch]$IncludeHidden,
        [switch]$AllBindings,
        $CimSession
    )
    process {
        $class = 'MSFT_NetAdapterBindingSettingData'
        $all = @(foreach ($row in Find-Adapter $PSCmdlet) {
            foreach ($id in $script:bindings.Keys) {
                $values = [ordered]@{
                    Name = $row.Name
                    ifAlias = $row.Name
                    InterfaceAlias = $row.Name
                    ifDesc = $row.InterfaceDescription
                    InterfaceDescription = $row.InterfaceDescription
                    DisplayName = $script:bindings[$id]
                    ComponentID = $id
                    Enabled = @($row.DisabledBindings) -notcontains $id
                }
                New-DeviceObject -TypeName "$($script:space)$class" -Row $values
            }
        })
        if (-not $all.Count) { return }
        $filter = [ordered]@{ ComponentID = $ComponentID; DisplayName = $DisplayName }
        Select-DeviceRow -Cmdlet $PSCmdlet -Row $all -Class $class -Filter $filter
    }
}

function Set-AdapterBinding {
    <#
    .SYNOPSIS
    Adds or removes a component in DisabledBindings of the adapters that are named.
    #>
    param($Cmdlet, [bool]$Enabled, [switch]$PassThru)
    $bound = $Cmdlet.MyInvocation.BoundParameters
    $given = @{ Name = $bound['Name'] }
    if ($bound['InputObject']) {
        $given.Name = @(foreach ($one in $bound['InputObject']) { $one.Name })
        $given.ComponentID = @(foreach ($one in $bound['InputObject']) { $one.ComponentID })
    }
    foreach ($key in 'ComponentID', 'DisplayName') { if ($bound[$key]) { $given[$key] = $bound[$key] } }
    foreach ($binding in Get-NetAdapterBinding @given) {
        if (-not $Cmdlet.ShouldProcess($binding.Name, $binding.ComponentID)) { continue }
        $id = $binding.ComponentID
        $null = Update-DeviceRow -Name networkAdapters -Field Name -Key $binding.Name -Change {
            param($Adapter)
            if ($null -eq $Adapter) { return }
            $off = @(@($Adapter.DisabledBindings) | Where-Object { $_ -and $_ -ne $id })
            if (-not $Enabled) { $off += $id }
            $Adapter['DisabledBindings'] = $off
            $Adapter
        }
        Write-DeviceEffect $Cmdlet @{ adapter = $binding.Name; component = $id }
        if ($PassThru) {
            $binding.Enabled = $Enabled
            $binding
        }
    }
}

function Disable-NetAdapterBinding {
    <#
    .SYNOPSIS
    Disables a binding of network adapters.
    #>
    [CmdletBinding(DefaultParameterSetName = 'ByName', SupportsShouldProcess)]
    param(
        [Parameter(Mandatory, Position = 0, ParameterSetName = 'ByName')][Alias('ifAlias', 'InterfaceAlias')][string[]]$Name,
        [Parameter(Mandatory, ParameterSetName = 'Input', ValueFromPipeline)][object[]]$InputObject,
        [string[]]$ComponentID,
        [string[]]$DisplayName,
        [switch]$PassThru
    )
    process { Set-AdapterBinding $PSCmdlet $false -PassThru:$PassThru }
}

function Enable-NetAdapterBinding {
    <#
    .SYNOPSIS
    Enables a binding of network adapters.
    #>
    [CmdletBinding(DefaultParameterSetName = 'ByName', SupportsShouldProcess)]
    param(
        [Parameter(Mandatory, Position = 0, ParameterSetName = 'ByName')][Alias('ifAlias', 'InterfaceAlias')][string[]]$Name,
        [Parameter(Mandatory, ParameterSetName = 'Input', ValueFromPipeline)][object[]]$InputObject,
        [string[]]$ComponentID,
        [string[]]$DisplayName,
        [switch]$PassThru
    )
    process { Set-AdapterBinding $PSCmdlet $true -PassThru:$PassThru }
}

function Get-NetAdapterAdvancedProperty {
    <#
    .SYNOPSIS
    Gets the advanced properties that are declared of network adapters.
    #>
    [CmdletBinding(DefaultParameterSetName = 'ByName')]
    param(
        [Parameter(Position = 0, ParameterSetName = 'ByName', ValueFromPipelineByPropertyName)]
        [Alias('ifAlias', 'InterfaceAlias')][string[]]$Name,
        [string[]]$DisplayName,
        [string[]]$RegistryKeyword,
        [switch]$IncludeHidden,
        [switch]$AllProperties
    )
    process {
        $class = 'MSFT_NetAdapterAdvancedPropertySettingData'
        $all = @(foreach ($row in Find-Adapter $PSCmdlet) {
            foreach ($property in $row.AdvancedProperty) {
                $values = [ordered]@{
                    Name = $row.Name
                    InterfaceDescription = $row.InterfaceDescription
                    DisplayName = $property.DisplayName
                    DisplayValue = $property.DisplayValue
                    RegistryKeyword = $property.RegistryKeyword
                    RegistryValue = @($property.RegistryValue)
                }
                New-DeviceObject -TypeName "$($script:space)$class" -Row $values
            }
        })
        $filter = [ordered]@{ DisplayName = $DisplayName; RegistryKeyword = $RegistryKeyword }
        Select-DeviceRow -Cmdlet $PSCmdlet -Row $all -Class $class -Filter $filter
    }
}

function Set-NetAdapterAdvancedProperty {
    <#
    .SYNOPSIS
    Refused by name: what a driver makes of its properties is not known here.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Position = 0)][string[]]$Name,
        [string]$DisplayName,
        [string]$DisplayValue,
        [string]$RegistryKeyword,
        $RegistryValue,
        [switch]$NoRestart
    )
    Write-DeviceUnavailable $PSCmdlet 'advanced properties of an adapter cannot be changed'
}

function Get-NetAdapterPowerManagement {
    <#
    .SYNOPSIS
    Gets the power management of network adapters.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Position = 0, ValueFromPipelineByPropertyName)][Alias('ifAlias', 'InterfaceAlias')][string[]]$Name,
        [switch]$IncludeHidden
    )
    process {
        foreach ($row in Find-Adapter $PSCmdlet MSFT_NetAdapterPowerManagementSettingData) {
            $values = [ordered]@{ Name = $row.Name; InterfaceDescription = $row.InterfaceDescription }
            foreach ($key in $row.PowerManagement.Keys) { $values[$key] = $row.PowerManagement[$key] }
            New-DeviceObject -TypeName "$($script:space)MSFT_NetAdapterPowerManagementSettingData" -Row $values
        }
    }
}

function Set-NetAdapterPowerManagement {
    <#
    .SYNOPSIS
    Changes the power management of network adapters.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory, Position = 0, ParameterSetName = 'ByName')][Alias('ifAlias', 'InterfaceAlias')][string[]]$Name,
        [Parameter(Mandatory, ParameterSetName = 'Input', ValueFromPipeline)][object[]]$InputObject,
        [string]$AllowComputerToTurnOffDevice,
        [string]$WakeOnMagicPacket,
        [string]$WakeOnPattern,
        [switch]$NoRestart
    )
    process {
        $change = @{}
        foreach ($key in 'AllowComputerToTurnOffDevice', 'WakeOnMagicPacket', 'WakeOnPattern') {
            if ($PSBoundParameters.ContainsKey($key)) { $change[$key] = $PSBoundParameters[$key] }
            elseif ($InputObject) { $change[$key] = $InputObject[0].$key }
        }
        foreach ($row in Find-Adapter $PSCmdlet MSFT_NetAdapterPowerManagementSettingData) {
            if (-not $PSCmdlet.ShouldProcess($row.Name)) { continue }
            $null = Update-DeviceRow -Name networkAdapters -Field Name -Key $row.Name -Change {
                param($Adapter)
                if ($null -eq $Adapter) { return }
                foreach ($key in $change.Keys) { $Adapter.PowerManagement[$key] = $change[$key] }
                $Adapter
            }
        }
    }
}

function Get-NetAdapterRss {
    <#
    .SYNOPSIS
    Gets receive side scaling of wired network adapters.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Position = 0, ValueFromPipelineByPropertyName)][Alias('ifAlias', 'InterfaceAlias')][string[]]$Name,
        [switch]$IncludeHidden
    )
    process {
        foreach ($row in Find-Adapter $PSCmdlet MSFT_NetAdapterRssSettingData) {
            if ($row.MediaType -ne '802.3') { continue }
            $values = [ordered]@{ Name = $row.Name; InterfaceDescription = $row.InterfaceDescription }
            foreach ($key in $row.Rss.Keys) { $values[$key] = $row.Rss[$key] }
            New-DeviceObject -TypeName "$($script:space)MSFT_NetAdapterRssSettingData" -Row $values
        }
    }
}

function Set-AdapterRss {
    <#
    .SYNOPSIS
    Switches receive side scaling of the adapters that are named.
    #>
    param($Cmdlet, [bool]$Enabled)
    foreach ($row in Find-Adapter $Cmdlet MSFT_NetAdapterRssSettingData) {
        if (-not $Cmdlet.ShouldProcess($row.Name)) { continue }
        $null = Update-DeviceRow -Name networkAdapters -Field Name -Key $row.Name -Change {
            param($Adapter)
            if ($null -eq $Adapter) { return }
            $Adapter.Rss.Enabled = $Enabled
            $Adapter
        }
    }
}

function Enable-NetAdapterRss {
    <#
    .SYNOPSIS
    Enables receive side scaling.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory, Position = 0)][Alias('ifAlias', 'InterfaceAlias')][string[]]$Name, [switch]$NoRestart)
    Set-AdapterRss $PSCmdlet $true
}

function Disable-NetAdapterRss {
    <#
    .SYNOPSIS
    Disables receive side scaling.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory, Position = 0)][Alias('ifAlias', 'InterfaceAlias')][string[]]$Name, [switch]$NoRestart)
    Set-AdapterRss $PSCmdlet $false
}
