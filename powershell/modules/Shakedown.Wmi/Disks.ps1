# Rows of disks, partitions and volumes: the tables that the Storage module reads and changes.

$script:DriveTypes = @{ Removable = 2; Fixed = 3; Network = 4; 'CD-ROM' = 5; RAM = 6 }
$script:DriveTexts = @{ 2 = 'Removable Disk'; 3 = 'Local Fixed Disk'; 4 = 'Network Connection'; 5 = 'CD-ROM Disc'; 6 = 'RAM Disk' }

function Get-VolumeRow {
    <#
    .SYNOPSIS
    Volumes with what all classes of them need: Letter ("C:" or $null), Kind (DRIVE_ numbers of GetDriveType), Row.
    #>
    foreach ($row in Get-DeviceTable -Name volumes -Key UniqueId) {
        $letter = if ($row.DriveLetter) { "$($row.DriveLetter)".TrimEnd(':').ToUpperInvariant() + ':' }
        $kind = $script:DriveTypes["$($row.DriveType)"]
        @{ Letter = $letter; Kind = $kind; Row = $row }
    }
}

$script:Source['Win32_LogicalDisk'] = {
    $name = Get-FactValue computerSystem Name
    foreach ($volume in Get-VolumeRow) {
        if (-not $volume.Letter) { continue }
        $row = $volume.Row
        $fixed = $volume.Kind -eq 3
        @{
            DeviceID = $volume.Letter; Name = $volume.Letter; Caption = $volume.Letter; SystemName = $name; DriveType = $volume.Kind
            Description = $script:DriveTexts[$volume.Kind]; Size = $row.Size; FreeSpace = $row.SizeRemaining; FileSystem = $row.FileSystem
            VolumeName = $row.FileSystemLabel; VolumeSerialNumber = Get-VolumeSerial $volume.Letter
            MediaType = if ($fixed) { 12 } elseif ($volume.Kind -in 2, 5) { 11 } else { 0 }
            SupportsFileBasedCompression = $row.FileSystem -eq 'NTFS'
        }
    }
}

$script:Source['Win32_Volume'] = {
    $name = Get-FactValue computerSystem Name
    foreach ($volume in Get-VolumeRow) {
        $row = $volume.Row
        $path = if ($volume.Letter) { "$($volume.Letter)\" } else { $row.UniqueId }
        $system = $volume.Letter -eq (Get-FactValue os SystemDrive)
        $serial = if ($volume.Letter) { Get-VolumeSerial $volume.Letter }
        @{
            DeviceID = $row.UniqueId; Name = $path; Caption = $path; DriveLetter = $volume.Letter; DriveType = $volume.Kind
            Label = $row.FileSystemLabel; Capacity = $row.Size; FreeSpace = $row.SizeRemaining; FileSystem = $row.FileSystem
            BlockSize = $row.AllocationUnitSize; BootVolume = $system; PageFilePresent = $system; SystemVolume = $false; SystemName = $name
            SerialNumber = if ($serial) { [Convert]::ToUInt32($serial, 16) }
        }
    }
}

$script:Source['Win32_CDROMDrive'] = {
    $name = Get-FactValue computerSystem Name
    foreach ($volume in Get-VolumeRow) {
        if ($volume.Kind -ne 5 -or -not $volume.Letter) { continue }
        $loaded = [long]$volume.Row.Size -gt 0
        @{ Drive = $volume.Letter; Id = $volume.Letter; MediaLoaded = $loaded; VolumeName = $volume.Row.FileSystemLabel; SystemName = $name
            Size = $volume.Row.Size }
    }
}

$script:Source['Win32_DiskDrive'] = {
    $name = Get-FactValue computerSystem Name
    $partitions = @(Get-DeviceTable -Name partitions -Key Id)
    foreach ($disk in Get-DeviceTable -Name disks -Key Number) {
        $id = "\\.\PHYSICALDRIVE$($disk.Number)"
        $own = @($partitions | Where-Object { "$($_.DiskNumber)" -eq "$($disk.Number)" -and $_.Type -ne 'Reserved' })
        $interface = switch ($disk.BusType) {
            'USB' { 'USB' }
            { $_ -in 'SATA', 'ATA', 'IDE' } { 'IDE' }
            default { 'SCSI' }
        }
        $status = switch ($disk.HealthStatus) {
            'Healthy' { 'OK' }
            'Warning' { 'Pred Fail' }
            default { 'Error' }
        }
        @{
            DeviceID = $id; Name = $id; Index = $disk.Number; Model = $disk.FriendlyName; Caption = $disk.FriendlyName
            SerialNumber = $disk.SerialNumber; Size = $disk.Size; SystemName = $name; Partitions = $own.Count; Status = $status
            FirmwareRevision = $disk.FirmwareVersion; InterfaceType = $interface; BytesPerSector = $disk.LogicalSectorSize
            PNPDeviceID = $disk.PnPDeviceID
        }
    }
}

$script:Source['MSStorageDriver_FailurePredictStatus'] = {
    foreach ($disk in Get-DeviceTable -Name disks -Key Number) {
        $id = if ($disk.PnPDeviceID) { $disk.PnPDeviceID } else { "PHYSICALDRIVE$($disk.Number)" }
        @{ InstanceName = "${id}_0"; Active = $true; PredictFailure = $disk.HealthStatus -ne 'Healthy'; Reason = 0 }
    }
}

$script:Source['Win32_DiskPartition'] = {
    $name = Get-FactValue computerSystem Name
    $sectors = @{}
    $styles = @{}
    foreach ($disk in Get-DeviceTable -Name disks -Key Number) {
        $sectors["$($disk.Number)"] = $disk.LogicalSectorSize
        $styles["$($disk.Number)"] = $disk.PartitionStyle
    }
    $next = @{}
    foreach ($partition in Get-DeviceTable -Name partitions -Key Id) {
        # Windows gives the Microsoft reserved partition no row and numbers the others from 0.
        if ($partition.Type -eq 'Reserved') { continue }
        $disk = "$($partition.DiskNumber)"
        $index = [int]$next[$disk]
        $next[$disk] = $index + 1
        $id = "Disk #$disk, Partition #$index"
        $gpt = $styles[$disk] -ne 'MBR'
        $type = if (-not $gpt) { 'Installable File System' } else {
            switch ($partition.Type) {
                'System' { 'GPT: System' }
                'Basic' { 'GPT: Basic Data' }
                default { 'GPT: Unknown' }
            }
        }
        $boot = if ($gpt) { $partition.Type -eq 'System' } else { [bool]$partition.IsActive }
        $block = [long]$sectors[$disk]
        @{
            DeviceID = $id; Name = $id; Caption = $id; Index = $index; DiskIndex = $partition.DiskNumber; Type = $type; Description = $type
            Size = $partition.Size; StartingOffset = $partition.Offset; BlockSize = $block; SystemName = $name
            NumberOfBlocks = if ($block -gt 0) { [long]$partition.Size / $block }; BootPartition = $boot; Bootable = $boot
        }
    }
}

$script:Source['Win32_EncryptableVolume'] = {
    $states = 'FullyDecrypted', 'FullyEncrypted', 'EncryptionInProgress', 'DecryptionInProgress', 'EncryptionPaused', 'DecryptionPaused'
    $methods = 'None', 'Aes128Diffuser', 'Aes256Diffuser', 'Aes128', 'Aes256', 'Hardware', 'XtsAes128', 'XtsAes256'
    $ids = @{}
    foreach ($volume in Get-VolumeRow) { if ($volume.Letter) { $ids[$volume.Letter] = $volume.Row.UniqueId } }
    foreach ($volume in Get-Borrowed Get-BitLockerVolume) {
        $letter = "$($volume.MountPoint)".TrimEnd('\')
        $state = [array]::IndexOf($states, "$($volume.VolumeStatus)")
        @{
            DeviceID = if ($ids[$letter]) { $ids[$letter] } else { "$($volume.MountPoint)" }; DriveLetter = $letter
            ProtectionStatus = [int]("$($volume.ProtectionStatus)" -eq 'On')
            ConversionStatus = if ($state -ge 0) { $state }
            EncryptionMethod = [Math]::Max(0, [array]::IndexOf($methods, "$($volume.EncryptionMethod)"))
            VolumeType = [int]("$($volume.VolumeType)" -ne 'OperatingSystem')
            IsVolumeInitializedForProtection = "$($volume.VolumeStatus)" -ne 'FullyDecrypted'
        }
    }
}
