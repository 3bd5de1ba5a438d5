# Disks, physical disks, their counters, pools and virtual disks.

function Get-DiskRow {
    <#
    .SYNOPSIS
    The rows of all disks.
    #>
    Get-DeviceTable -Name disks -Key Number
}

function New-DiskObject {
    <#
    .SYNOPSIS
    A disk as Get-Disk gives it.
    #>
    param($Row)
    $number = $Row.Number
    $partitions = @(Get-PartitionRow | Where-Object { $_.DiskNumber -eq $number })
    $allocated = [uint64]0
    foreach ($partition in $partitions) { $allocated += [uint64]$partition.Size }
    $values = [ordered]@{
        Number = [uint32]$number
        DiskNumber = [uint32]$number
        FriendlyName = $Row.FriendlyName
        Model = $Row.FriendlyName
        SerialNumber = $Row.SerialNumber
        HealthStatus = $Row.HealthStatus
        OperationalStatus = $Row.OperationalStatus
        TotalSize = [uint64]$Row.Size
        PartitionStyle = $Row.PartitionStyle
        BusType = $Row.BusType
        Size = [uint64]$Row.Size
        AllocatedSize = $allocated
        LargestFreeExtent = [uint64][Math]::Max(0, [long]$Row.Size - [long]$allocated)
        NumberOfPartitions = [uint32]$partitions.Count
        IsBoot = [bool]$Row.IsBoot
        IsSystem = [bool]$Row.IsSystem
        IsOffline = [bool]$Row.IsOffline
        IsReadOnly = [bool]$Row.IsReadOnly
        IsClustered = $false
        IsHighlyAvailable = $false
        IsScaleOut = $false
        BootFromDisk = [bool]$Row.IsBoot
        FirmwareVersion = $Row.FirmwareVersion
        Manufacturer = $Row.Manufacturer
        Location = $Row.Location
        LogicalSectorSize = [uint32]$Row.LogicalSectorSize
        PhysicalSectorSize = [uint32]$Row.PhysicalSectorSize
        ProvisioningType = 'Fixed'
        Guid = $null
        Signature = $null
        OfflineReason = $null
        UniqueId = "eui.$($Row.SerialNumber)"
        UniqueIdFormat = 'FCPH Name'
        Path = "\\?\scsi#disk&ven_nvme#$number"
    }
    New-DeviceObject -TypeName "$($script:space)MSFT_Disk", $script:cim -Row $values
}

function Get-Disk {
    <#
    .SYNOPSIS
    Gets disks.
    #>
    [CmdletBinding(DefaultParameterSetName = 'ByNumber')]
    param(
        [Parameter(Position = 0, ParameterSetName = 'ByNumber', ValueFromPipelineByPropertyName)][Alias('DeviceId')][uint32[]]$Number,
        [Parameter(ParameterSetName = 'ByName')][string[]]$FriendlyName,
        [Parameter(ParameterSetName = 'ByName')][string[]]$SerialNumber,
        [Parameter(ParameterSetName = 'ById')][string[]]$UniqueId,
        [Parameter(ParameterSetName = 'ByPath')][string[]]$Path,
        [Parameter(ParameterSetName = 'ByPartition', ValueFromPipeline)]$Partition,
        $CimSession
    )
    process {
        $all = @(Get-DiskRow | ForEach-Object { New-DiskObject $_ })
        if ($Partition) {
            # A physical disk is piped in, too: it has the disk's number.
            $numbers = @($Partition | ForEach-Object { if ($null -ne $_.DiskNumber) { $_.DiskNumber } else { $_.Number } })
            return $all | Where-Object { $numbers -contains $_.Number }
        }
        $filter = [ordered]@{
            Number = $Number; FriendlyName = $FriendlyName; SerialNumber = $SerialNumber; UniqueId = $UniqueId; Path = $Path
        }
        Select-DeviceRow -Cmdlet $PSCmdlet -Row $all -Class MSFT_Disk -Filter $filter
    }
}

function New-PhysicalDiskObject {
    <#
    .SYNOPSIS
    A disk as Get-PhysicalDisk gives it.
    #>
    param($Row)
    $values = [ordered]@{
        DeviceId = "$($Row.Number)"
        Number = "$($Row.Number)"
        FriendlyName = $Row.FriendlyName
        Model = $Row.FriendlyName
        SerialNumber = $Row.SerialNumber
        MediaType = $Row.MediaType
        CanPool = $false
        CannotPoolReason = 'Insufficient Capacity'
        OperationalStatus = $(if ($Row.HealthStatus -eq 'Healthy') { 'OK' } else { $Row.PhysicalOperationalStatus })
        HealthStatus = $Row.HealthStatus
        Usage = 'Auto-Select'
        Size = [uint64]$Row.Size
        AllocatedSize = [uint64]$Row.Size
        BusType = $Row.BusType
        FirmwareVersion = $Row.FirmwareVersion
        Manufacturer = $Row.Manufacturer
        UniqueId = "eui.$($Row.SerialNumber)"
        ObjectId = "PD:$($Row.Number)"
        SpindleSpeed = [uint32]$(if ($Row.MediaType -eq 'HDD') { 7200 } else { 0 })
        LogicalSectorSize = [uint64]$Row.LogicalSectorSize
        PhysicalSectorSize = [uint64]$Row.PhysicalSectorSize
        PhysicalLocation = $Row.Location
    }
    New-DeviceObject -TypeName "$($script:space)MSFT_PhysicalDisk", $script:cim -Row $values
}

function Get-PhysicalDisk {
    <#
    .SYNOPSIS
    Gets physical disks.
    #>
    [CmdletBinding(DefaultParameterSetName = 'ByName')]
    param(
        [Parameter(Position = 0, ParameterSetName = 'ByName')][string[]]$FriendlyName,
        [Parameter(ParameterSetName = 'ByName')][string[]]$SerialNumber,
        [Parameter(ParameterSetName = 'ById')][string[]]$UniqueId,
        [string[]]$DeviceNumber,
        [bool]$CanPool,
        [string]$MediaType,
        $HealthStatus,
        [string]$Usage,
        $CimSession
    )
    process {
        $all = @(Get-DiskRow | ForEach-Object { New-PhysicalDiskObject $_ })
        $filter = [ordered]@{
            FriendlyName = $FriendlyName; SerialNumber = $SerialNumber; UniqueId = $UniqueId; DeviceId = $DeviceNumber
        }
        if ($MediaType) { $filter.MediaType = $MediaType }
        if ($Usage) { $filter.Usage = $Usage }
        if ($HealthStatus) { $filter.HealthStatus = [string]$HealthStatus }
        if ($PSBoundParameters.ContainsKey('CanPool')) { $filter.CanPool = $CanPool }
        Select-DeviceRow -Cmdlet $PSCmdlet -Row $all -Class MSFT_PhysicalDisk -Filter $filter
    }
}

function Get-StorageReliabilityCounter {
    <#
    .SYNOPSIS
    Gets the reliability counters of a disk: the field Reliability of its row.
    #>
    [CmdletBinding(DefaultParameterSetName = 'ByPhysicalDisk')]
    param(
        [Parameter(Mandatory, ParameterSetName = 'ByPhysicalDisk', ValueFromPipeline)]$PhysicalDisk,
        [Parameter(Mandatory, ParameterSetName = 'ByDisk')]$Disk,
        $CimSession
    )
    process {
        $source = if ($Disk) { $Disk } else { $PhysicalDisk }
        $number = $source.DeviceId
        if ($null -eq $number) { $number = $source.Number }
        $row = Get-DiskRow | Where-Object { "$($_.Number)" -eq "$number" } | Select-Object -First 1
        if (-not $row) { return }
        $values = [ordered]@{ DeviceId = "$number" }
        foreach ($key in $row.Reliability.Keys) { $values[$key] = $row.Reliability[$key] }
        New-DeviceObject -TypeName "$($script:space)MSFT_StorageReliabilityCounter" -Row $values
    }
}

function Get-StoragePool {
    <#
    .SYNOPSIS
    Gets storage pools: the primordial one, which every device has.
    #>
    [CmdletBinding()]
    param([Parameter(Position = 0)][string[]]$FriendlyName, [bool]$IsPrimordial)
    $size = [uint64]0
    foreach ($row in Get-DiskRow) { $size += [uint64]$row.Size }
    $values = [ordered]@{
        FriendlyName = 'Primordial'
        OperationalStatus = 'OK'
        HealthStatus = 'Healthy'
        IsPrimordial = $true
        IsReadOnly = $false
        Size = $size
        AllocatedSize = $size
    }
    $filter = [ordered]@{ FriendlyName = $FriendlyName }
    if ($PSBoundParameters.ContainsKey('IsPrimordial')) { $filter.IsPrimordial = $IsPrimordial }
    $pool = New-DeviceObject -TypeName "$($script:space)MSFT_StoragePool" -Row $values
    Select-DeviceRow -Cmdlet $PSCmdlet -Row @($pool) -Class MSFT_StoragePool -Filter $filter
}

function Get-VirtualDisk {
    <#
    .SYNOPSIS
    Gets virtual disks.
    #>
    [CmdletBinding()]
    param([Parameter(Position = 0)][string[]]$FriendlyName)
    $rows = @(Get-DeviceFact virtualDisks | ForEach-Object { New-DeviceObject -TypeName "$($script:space)MSFT_VirtualDisk" -Row $_ })
    Select-DeviceRow -Cmdlet $PSCmdlet -Row $rows -Class MSFT_VirtualDisk -Filter ([ordered]@{ FriendlyName = $FriendlyName })
}
