# Rows of network adapters and routes, from what the commands of NetAdapter, NetTCPIP and DnsClient give.

function ConvertTo-SubnetMask {
    <#
    .SYNOPSIS
    The mask of a prefix length: dotted for IPv4, the length itself for IPv6, as Win32_NetworkAdapterConfiguration has them.
    #>
    param([string]$Address, [int]$Length)
    if ($Address -match ':') { return "$Length" }
    $bits = ([uint64]4294967295 -shl (32 - $Length)) -band 4294967295
    '{0}.{1}.{2}.{3}' -f ($bits -shr 24), (($bits -shr 16) -band 255), (($bits -shr 8) -band 255), ($bits -band 255)
}

$script:Source['Win32_NetworkAdapter'] = {
    $name = Get-FactValue computerSystem Name
    $number = 0
    foreach ($adapter in Get-Borrowed Get-NetAdapter) {
        $number++
        $up = "$($adapter.Status)" -eq 'Up'
        $text = $adapter.InterfaceDescription
        @{
            DeviceID = "$number"; Index = $number; InterfaceIndex = $adapter.ifIndex; Name = $text; Description = $text; ProductName = $text
            Caption = '[{0:d8}] {1}' -f $number, $text; NetConnectionID = $adapter.Name; Manufacturer = $adapter.DriverProvider
            MACAddress = "$($adapter.MacAddress)".Replace('-', ':'); PNPDeviceID = $adapter.PnPDeviceID; GUID = $adapter.InterfaceGuid
            # An adapter without a link reports the largest Int64.
            Speed = if ($up) { $adapter.Speed } else { [long]::MaxValue }
            NetEnabled = $up; PhysicalAdapter = -not $adapter.Virtual; SystemName = $name
            NetConnectionStatus = @{ Up = 2; Disconnected = 7; Disabled = 0 }["$($adapter.Status)"]
        }
    }
}

function Get-LeaseTime {
    <#
    .SYNOPSIS
    When today's lease of an address began: the start of the day, but not before the device's.
    #>
    $boot = Get-WmiBootTime
    $today = [datetime]::Now.Date
    if ($boot -gt $today) { $boot } else { $today }
}

$script:Source['Win32_NetworkAdapterConfiguration'] = {
    $name = Get-FactValue computerSystem DNSHostName
    $addresses = @(Get-Borrowed Get-NetIPAddress)
    $routes = @(Get-Borrowed Get-NetRoute)
    $servers = @(Get-Borrowed Get-DnsClientServerAddress)
    $interfaces = @(Get-Borrowed Get-NetIPInterface)
    $suffixes = @{}
    foreach ($declared in Get-DeviceAdapter) { $suffixes["$($declared.Name)"] = $declared }
    $number = 0
    foreach ($adapter in Get-Borrowed Get-NetAdapter) {
        $number++
        $index = $adapter.ifIndex
        $up = "$($adapter.Status)" -eq 'Up'
        $own = @($addresses | Where-Object { $up -and $_.InterfaceIndex -eq $index } | Sort-Object { "$($_.IPAddress)" -match ':' })
        $dhcp = @($interfaces | Where-Object { $_.InterfaceIndex -eq $index -and "$($_.Dhcp)" -in 'Enabled', '1' }).Count -gt 0
        $row = @{
            Index = $number; InterfaceIndex = $index; Description = $adapter.InterfaceDescription; IPEnabled = $own.Count -gt 0
            Caption = '[{0:d8}] {1}' -f $number, $adapter.InterfaceDescription; MACAddress = "$($adapter.MacAddress)".Replace('-', ':')
            DHCPEnabled = $dhcp; SettingID = $adapter.InterfaceGuid
        }
        if ($own.Count) {
            $gateway = @($routes | Where-Object { $_.ifIndex -eq $index -and $_.DestinationPrefix -in '0.0.0.0/0', '::/0' } |
                ForEach-Object { $_.NextHop })
            $dns = @($servers | Where-Object { $_.InterfaceIndex -eq $index } | ForEach-Object { $_.ServerAddresses } |
                Where-Object { $_ -notmatch ':' })
            $row.IPAddress = @($own | ForEach-Object { "$($_.IPAddress)" -replace '%.*' })
            $row.IPSubnet = @($own | ForEach-Object { ConvertTo-SubnetMask "$($_.IPAddress)" $_.PrefixLength })
            $row.DNSHostName = $name
            $row.DNSDomain = $suffixes["$($adapter.Name)"].DnsSuffix
            $row.IPConnectionMetric = $suffixes["$($adapter.Name)"].InterfaceMetric
            if ($gateway.Count) { $row.DefaultIPGateway = $gateway; $row.GatewayCostMetric = @(0) * $gateway.Count }
            if ($dns.Count) { $row.DNSServerSearchOrder = $dns }
            if ($dhcp) {
                $row.DHCPServer = $gateway | Select-Object -First 1
                $row.DHCPLeaseObtained = Get-LeaseTime
                $row.DHCPLeaseExpires = $row.DHCPLeaseObtained.AddDays(1)
            }
        }
        $row
    }
}

$script:Source['Win32_IP4RouteTable'] = {
    foreach ($route in Get-Borrowed Get-NetRoute) {
        $network, $length = "$($route.DestinationPrefix)" -split '/'
        if ($network -match ':') { continue }
        $mask = ConvertTo-SubnetMask $network $length
        @{
            Destination = $network; Mask = $mask; NextHop = $route.NextHop; InterfaceIndex = $route.ifIndex; Metric1 = $route.RouteMetric
            Type = if ($route.NextHop -eq '0.0.0.0') { 3 } else { 4 }; Protocol = 3; Name = $network; Caption = $network
            Description = "$network - $mask - $($route.NextHop)"
        }
    }
}
