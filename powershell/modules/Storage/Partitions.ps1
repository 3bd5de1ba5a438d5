# Partitions: got, made, resized, removed.

# Windows lets partitions begin at whole MiB.
$script:mib = 1048576
# GPT types by the type's name (Microsoft Learn, PARTITION_INFORMATION_GPT).
$script:gptTypes = @{
    System = '{c12a7328-f81f-11d2-ba4b-00a0c93ec93b}'
    Reserved = '{e3c9e316-0b5c-4db8-817d-f92df00215ae}'
    Recovery = '{de94bba4-06d1-4d40-a16a-bfd50179d6ac}'
    Basic = '{ebd0a0a2-b9e5-4433-87c0-68b6b72699c7}'
}

function Get-PartitionRow {
    <#
    .SYNOPSIS
    The rows of all partitions.
    #>
    Get-DeviceTable -Name partitions -Key Id
}

function New-PartitionObject {
    <#
    .SYNOPSIS
    A partition as Get-Partition gives it.
    #>
    param($Row)
    $paths = @()
    if ($Row.DriveLetter) { $paths += "$($Row.DriveLetter):\" }
    if ($Row.Volume) { $paths += $Row.Volume }
    $gpt = $script:gptTypes[[string]$Row.Type]
    if (-not $gpt) { $gpt = $script:gptTypes.Basic }
    $values = [ordered]@{
        OperationalStatus = 'Online'
        Type = $Row.Type
        DiskPath = "\\?\scsi#disk&ven_nvme#$($Row.DiskNumber)"
        AccessPaths = [string[]]$paths
        DiskId = "\\?\scsi#disk&ven_nvme#$($Row.DiskNumber)"
        DiskNumber = [uint32]$Row.DiskNumber
        DriveLetter = Get-FirstLetter $Row
        GptType = $gpt
        Guid = $null
        IsActive = [bool]$Row.IsActive
        IsBoot = [bool]$Row.IsBoot
        IsHidden = [bool]$Row.IsHidden
        IsOffline = [bool]$Row.IsOffline
        IsReadOnly = $false
        IsShadowCopy = $false
        IsSystem = [bool]$Row.IsSystem
        MbrType = $null
        NoDefaultDriveLetter = [bool]$Row.NoDefaultDriveLetter
        Offset = [uint64]$Row.Offset
        PartitionNumber = [uint32]$Row.PartitionNumber
        Size = [uint64]$Row.Size
        TransitionState = [uint16]1
        UniqueId = $Row.Id
    }
    New-DeviceObject -TypeName "$($script:space)MSFT_Partition", $script:cim -Row $values
}

function Find-Partition {
    <#
    .SYNOPSIS
    Partitions by the parameters that the commands share.
    #>
    param($Cmdlet)
    $bound = $Cmdlet.MyInvocation.BoundParameters
    $all = @(Get-PartitionRow | ForEach-Object { New-PartitionObject $_ })
    if ($bound['InputObject']) {
        $ids = @($bound['InputObject'] | ForEach-Object { $_.UniqueId })
        return @($all | Where-Object { $ids -contains $_.UniqueId })
    }
    $given = @(@($bound['Disk']) + @($bound['Volume']) | Where-Object { $null -ne $_ })
    if ($given.Count) {
        # What is piped in is a disk, which has a number, or a volume, which has its path.
        $numbers = @($given | ForEach-Object { $_.Number } | Where-Object { $null -ne $_ })
        $paths = @($given | ForEach-Object { $_.Path })
        return @($all | Where-Object {
                $numbers -contains $_.DiskNumber -or @($_.AccessPaths | Where-Object { $paths -contains $_ }).Count
            })
    }
    $filter = [ordered]@{
        DiskNumber = $bound['DiskNumber']; PartitionNumber = $bound['PartitionNumber']; DriveLetter = $bound['DriveLetter']
    }
    Select-DeviceRow -Cmdlet $Cmdlet -Row $all -Class MSFT_Partition -Filter $filter
}

function Get-Partition {
    <#
    .SYNOPSIS
    Gets partitions.
    #>
    [CmdletBinding(DefaultParameterSetName = 'ByNumber')]
    param(
        [Parameter(Position = 0, ParameterSetName = 'ByNumber', ValueFromPipelineByPropertyName)][Alias('DiskId')][uint32[]]$DiskNumber,
        [Parameter(Position = 1, ParameterSetName = 'ByNumber')][Alias('Number')][uint32[]]$PartitionNumber,
        [Parameter(ParameterSetName = 'ByLetter')][char[]]$DriveLetter,
        [Parameter(ParameterSetName = 'ByDisk', ValueFromPipeline)]$Disk,
        [Parameter(ParameterSetName = 'ByVolume')]$Volume,
        $CimSession
    )
    process { Find-Partition $PSCmdlet }
}

function Get-SizeLimit {
    <#
    .SYNOPSIS
    The smallest and largest size of a partition: what its volume holds, and up to the next partition or the disk's end.
    #>
    param($Partition)
    $volume = Get-VolumeRow | Where-Object { @($Partition.AccessPaths) -contains $_.UniqueId } | Select-Object -First 1
    $used = [uint64]0
    if ($volume) { $used = [uint64]([long]$volume.Size - [long]$volume.SizeRemaining) }
    $disk = Get-DiskRow | Where-Object { $_.Number -eq $Partition.DiskNumber } | Select-Object -First 1
    $next = [uint64]$disk.Size
    foreach ($row in Get-PartitionRow) {
        $offset = [uint64]$row.Offset
        if ($row.DiskNumber -eq $Partition.DiskNumber -and $offset -gt $Partition.Offset -and $offset -lt $next) { $next = $offset }
    }
    $room = [uint64]$Partition.Size
    # Partitions begin at whole MiB, so that less is no room.
    if ($next -gt $Partition.Offset + $Partition.Size + $script:mib) { $room = $next - $Partition.Offset }
    [pscustomobject]@{ SizeMin = $used; SizeMax = [uint64]$room }
}

function Get-PartitionSupportedSize {
    <#
    .SYNOPSIS
    Gets the smallest and largest size of a partition.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Position = 0)][uint32[]]$DiskNumber,
        [Parameter(Position = 1)][uint32[]]$PartitionNumber,
        [char[]]$DriveLetter,
        [Parameter(ValueFromPipeline)]$InputObject
    )
    process { foreach ($partition in Find-Partition $PSCmdlet) { Get-SizeLimit $partition } }
}

function Resize-Partition {
    <#
    .SYNOPSIS
    Resizes a partition and its volume.
    #>
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'Medium')]
    param(
        [Parameter(Position = 0)][uint32[]]$DiskNumber,
        [Parameter(Position = 1)][uint32[]]$PartitionNumber,
        [char[]]$DriveLetter,
        [Parameter(ValueFromPipeline)]$InputObject,
        [Parameter(Mandatory)][uint64]$Size,
        [switch]$PassThru
    )
    process {
        foreach ($partition in Find-Partition $PSCmdlet) {
            $limit = Get-SizeLimit $partition
            if ($Size -lt $limit.SizeMin -or $Size -gt $limit.SizeMax) {
                $text = 'Not enough available capacity'
                Write-DeviceError $PSCmdlet (New-DeviceError $text 'StorageWMI 40000' NotSpecified $partition)
                continue
            }
            if (-not (Test-DeviceConfirm $PSCmdlet $partition.UniqueId)) { continue }
            $more = [long]$Size - [long]$partition.Size
            $now = Update-DeviceRow -Name partitions -Field Id -Key $partition.UniqueId -Change {
                param($Present)
                if ($null -eq $Present) { return }
                $Present['Size'] = $Size
                $Present
            }
            if ($null -eq $now) { continue }
            if ($now.Volume) {
                $null = Update-DeviceRow -Name volumes -Field UniqueId -Key $now.Volume -Change {
                    param($Present)
                    if ($null -eq $Present) { return }
                    $Present['Size'] = [long]$Present.Size + $more
                    $Present['SizeRemaining'] = [long]$Present.SizeRemaining + $more
                    $Present
                }
            }
            Write-DeviceEffect $PSCmdlet @{ partition = $now.Id; size = $Size }
            if ($PassThru) { New-PartitionObject $now }
        }
    }
}

function Remove-Partition {
    <#
    .SYNOPSIS
    Removes a partition and its volume.
    #>
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')]
    param(
        [Parameter(Position = 0)][uint32[]]$DiskNumber,
        [Parameter(Position = 1)][uint32[]]$PartitionNumber,
        [char[]]$DriveLetter,
        [Parameter(ValueFromPipeline)]$InputObject
    )
    process {
        foreach ($partition in Find-Partition $PSCmdlet) {
            if (-not (Test-DeviceConfirm $PSCmdlet $partition.UniqueId)) { continue }
            Remove-DeviceRow -Name partitions -Key $partition.UniqueId
            foreach ($path in $partition.AccessPaths) { if ($path -like '\\?\Volume*') { Remove-DeviceRow -Name volumes -Key $path } }
            Write-DeviceEffect $PSCmdlet @{ partition = $partition.UniqueId }
        }
    }
}

function Get-FreeLetter {
    <#
    .SYNOPSIS
    The first letter from D on that no volume has.
    #>
    $taken = @(Get-VolumeRow | ForEach-Object { [string]$_.DriveLetter })
    foreach ($code in 68..90) { if ($taken -notcontains [string][char]$code) { return [string][char]$code } }
}

function New-Partition {
    <#
    .SYNOPSIS
    Makes a partition with an empty volume where its disk has room.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Position = 0)][uint32]$DiskNumber,
        [Parameter(ValueFromPipeline)]$InputObject,
        [uint64]$Size,
        [switch]$UseMaximumSize,
        [uint64]$Offset,
        [char]$DriveLetter,
        [switch]$AssignDriveLetter,
        [string]$GptType,
        [string]$MbrType,
        [switch]$IsHidden,
        [switch]$IsActive
    )
    process {
        $number = $DiskNumber
        if ($InputObject) { $number = $InputObject.Number }
        $disk = Get-DiskRow | Where-Object { $_.Number -eq $number } | Select-Object -First 1
        $used = @(Get-PartitionRow | Where-Object { $_.DiskNumber -eq $number })
        $start = [uint64]$script:mib
        $count = 0
        foreach ($row in $used) {
            $start = [Math]::Max($start, [uint64]$row.Offset + [uint64]$row.Size)
            $count = [Math]::Max($count, [int]$row.PartitionNumber)
        }
        # Partitions begin at whole MiB.
        $start = [uint64]([Math]::Ceiling($start / $script:mib) * $script:mib)
        $room = [uint64][Math]::Max(0, [long]$disk.Size - [long]$start)
        $wanted = if ($UseMaximumSize -or -not $Size) { $room } else { $Size }
        if (-not $disk -or $wanted -gt $room -or $wanted -lt $script:mib) {
            Write-DeviceError $PSCmdlet (New-DeviceError 'Not enough available capacity' 'StorageWMI 40000' NotSpecified $number)
            return
        }
        $id = "$number.$($count + 1)"
        if (-not $PSCmdlet.ShouldProcess($id)) { return }
        $letter = $null
        if ($PSBoundParameters.ContainsKey('DriveLetter')) { $letter = ([string]$DriveLetter).ToUpperInvariant() }
        elseif ($AssignDriveLetter) { $letter = Get-FreeLetter }
        $path = "\\?\Volume{$([guid]::NewGuid())}\"
        $type = 'Basic'
        foreach ($name in $script:gptTypes.Keys) { if ($GptType -and $script:gptTypes[$name] -eq $GptType) { $type = $name } }
        $made = [ordered]@{
            Id = $id
            DiskNumber = [int]$number
            PartitionNumber = $count + 1
            Type = $type
            Offset = $start
            Size = $wanted
            DriveLetter = $letter
            Volume = $path
            IsBoot = $false
            IsSystem = $false
            IsHidden = [bool]$IsHidden
            IsActive = [bool]$IsActive
            IsOffline = $false
            NoDefaultDriveLetter = $false
        }
        $volume = [ordered]@{
            UniqueId = $path
            DriveLetter = $letter
            FileSystemLabel = ''
            FileSystem = ''
            DriveType = 'Fixed'
            HealthStatus = 'Healthy'
            OperationalStatus = 'Unknown'
            Size = $wanted
            SizeRemaining = 0
            AllocationUnitSize = 0
            Repair = 'NoErrorsFound'
        }
        $stored = Update-DeviceRow -Name partitions -Field Id -Key $id -Change {
            param($Present)
            if ($null -eq $Present) { $made }
        }
        if ($null -eq $stored) {
            Write-DeviceError $PSCmdlet (New-DeviceError 'The requested access path is already in use.' 'StorageWMI 42002' ResourceBusy $id)
            return
        }
        Set-DeviceRow -Name volumes -Key $path -Row $volume
        Write-DeviceEffect $PSCmdlet @{ partition = $id; size = $wanted }
        New-PartitionObject $made
    }
}

function Set-Partition {
    <#
    .SYNOPSIS
    Sets letter and flags of a partition.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Position = 0)][uint32[]]$DiskNumber,
        [Parameter(Position = 1)][uint32[]]$PartitionNumber,
        [char[]]$DriveLetter,
        [Parameter(ValueFromPipeline)]$InputObject,
        [char]$NewDriveLetter,
        [bool]$IsHidden,
        [bool]$NoDefaultDriveLetter,
        [string]$GptType,
        [bool]$IsActive
    )
    process {
        $change = @{}
        foreach ($flag in 'IsHidden', 'NoDefaultDriveLetter', 'IsActive') {
            if ($PSBoundParameters.ContainsKey($flag)) { $change[$flag] = $PSBoundParameters[$flag] }
        }
        if ($PSBoundParameters.ContainsKey('NewDriveLetter')) { $change['DriveLetter'] = ([string]$NewDriveLetter).ToUpperInvariant() }
        foreach ($partition in Find-Partition $PSCmdlet) {
            if (-not $PSCmdlet.ShouldProcess($partition.UniqueId)) { continue }
            $now = Update-DeviceRow -Name partitions -Field Id -Key $partition.UniqueId -Change {
                param($Present)
                if ($null -eq $Present) { return }
                foreach ($key in $change.Keys) { $Present[$key] = $change[$key] }
                $Present
            }
            if ($change.ContainsKey('DriveLetter') -and $now.Volume) {
                $null = Update-DeviceRow -Name volumes -Field UniqueId -Key $now.Volume -Change {
                    param($Present)
                    if ($null -eq $Present) { return }
                    $Present['DriveLetter'] = $change.DriveLetter
                    $Present
                }
            }
        }
    }
}
