# Rows of the machine and of Windows itself.

$script:Source['Win32_OperatingSystem'] = {
    $os = Get-WmiFact os
    $server = Test-WmiServer
    Join-Row @{
        Name = "$($os.Caption)|$($os.WindowsDirectory)|\Device\Harddisk0\Partition3"
        OSProductSuite = if ($server) { 272 } else { 256 }
        DataExecutionPrevention_SupportPolicy = if ($server) { 3 } else { 2 }
        NumberOfProcesses = [Diagnostics.Process]::GetProcesses().Count
        LocalDateTime = [datetime]::Now
        CurrentTimeZone = Get-UtcOffset
    } $os @{ LastBootUpTime = Get-WmiBootTime }
}

$script:Source['Win32_ComputerSystem'] = {
    $system = Get-WmiFact computerSystem
    $server = Test-WmiServer
    $roles = 'LM_Workstation', 'LM_Server', 'NT'
    if ($server) { $roles += 'Server_NT' }
    Join-Row @{
        Caption = $system.Name; PCSystemTypeEx = $system.PCSystemType; Roles = $roles
        PrimaryOwnerName = Get-FactValue os RegisteredUser; CurrentTimeZone = Get-UtcOffset
        DaylightInEffect = [TimeZoneInfo]::Local.IsDaylightSavingTime([datetime]::Now)
    } $system
}

$script:Source['Win32_BIOS'] = {
    $bios = Get-WmiFact bios
    $name = $bios.SMBIOSBIOSVersion
    Join-Row @{ Name = $name; Caption = $name; Description = $name; SoftwareElementID = $name } $bios
}

foreach ($pair in @('Win32_BaseBoard', 'baseBoard'), @('Win32_ComputerSystemProduct', 'computerSystemProduct'),
    @('Win32_SystemEnclosure', 'systemEnclosure')) {
    $script:FactOf[$pair[0]] = $pair[1]
}

$script:Source['Win32_Processor'] = {
    $name = Get-FactValue computerSystem Name
    foreach ($row in (Get-WmiFact processors)) { Join-Row @{ SystemName = $name; ThreadCount = $row.NumberOfLogicalProcessors } $row }
}

$script:Source['Win32_TimeZone'] = {
    $zone = Get-TimeZone
    @{
        StandardName = $zone.StandardName; DaylightName = $zone.DaylightName; Caption = $zone.DisplayName; Description = $zone.DisplayName
        Bias = [int]$zone.BaseUtcOffset.TotalMinutes; StandardBias = 0
        DaylightBias = if ($zone.SupportsDaylightSavingTime) { -60 } else { 0 }
    }
}

$script:Source['Win32_QuickFixEngineering'] = {
    $name = Get-FactValue computerSystem Name
    foreach ($fix in (Get-WmiFact hotfixes)) {
        $number = "$($fix.HotFixID)" -replace '^KB'
        Join-Row @{ CSName = $name; Caption = "http://support.microsoft.com/?kbid=$number" } $fix
    }
}

$script:Source['SoftwareLicensingService'] = {
    @{ Version = Get-FactValue os Version; OA3xOriginalProductKey = Get-FactValue bios OA3xOriginalProductKey }
}

$script:Source['Win32_Tpm'] = {
    $tpm = Get-WmiFact tpm
    if (-not $tpm.TpmPresent) { return }
    @{
        IsActivated_InitialValue = $tpm.TpmActivated; IsEnabled_InitialValue = $tpm.TpmEnabled; IsOwned_InitialValue = $tpm.TpmOwned
        ManufacturerId = $tpm.ManufacturerId; ManufacturerIdTxt = $tpm.ManufacturerIdTxt; ManufacturerVersion = $tpm.ManufacturerVersion
        ManufacturerVersionFull20 = $tpm.ManufacturerVersionFull20; SpecVersion = $tpm.SpecVersion
        PhysicalPresenceVersionInfo = $tpm.PhysicalPresenceVersionInfo
    }
}

$script:Source['Win32_PnPEntity'] = {
    $name = Get-FactValue computerSystem Name
    foreach ($device in Get-DeviceTable -Name pnpDevices -Key InstanceId) {
        @{
            DeviceID = $device.InstanceId; PNPDeviceID = $device.InstanceId; Name = $device.FriendlyName; Caption = $device.FriendlyName
            Description = $device.FriendlyName; PNPClass = $device.Class; ClassGuid = $device.ClassGuid; Present = $device.Present
            Manufacturer = $device.Manufacturer; Service = $device.Service; HardwareID = $device.HardwareID; SystemName = $name
            CompatibleID = $device.CompatibleID; ConfigManagerErrorCode = $device.Problem
            Status = if ([int]$device.Problem -eq 0) { 'OK' } else { 'Error' }
        }
    }
}
