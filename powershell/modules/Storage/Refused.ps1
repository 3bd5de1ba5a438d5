# What a played device cannot do with disks: each command is refused by name.

function Update-HostStorageCache {
    <#
    .SYNOPSIS
    Refreshes the storage cache: there is none here, so it is only noted.
    #>
    [CmdletBinding()]
    param($CimSession)
    Write-DeviceEffect $PSCmdlet
}

function Mount-DiskImage {
    <#
    .SYNOPSIS
    Refused by name.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)][string[]]$ImagePath,
        [string]$StorageType,
        [string]$Access,
        [switch]$NoDriveLetter,
        [switch]$PassThru
    )
    process { Write-DeviceUnavailable $PSCmdlet 'disk images cannot be mounted' }
}

function Dismount-DiskImage {
    <#
    .SYNOPSIS
    Refused by name.
    #>
    [CmdletBinding()]
    param([Parameter(Position = 0, ValueFromPipelineByPropertyName)][string[]]$ImagePath, $DevicePath)
    process { Write-DeviceUnavailable $PSCmdlet 'disk images cannot be mounted' }
}

function Initialize-Disk {
    <#
    .SYNOPSIS
    Refused by name.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Position = 0)][uint32[]]$Number,
        [Parameter(ValueFromPipeline)]$InputObject,
        [string]$PartitionStyle,
        [switch]$PassThru
    )
    process { Write-DeviceUnavailable $PSCmdlet 'disks cannot be initialized' }
}

function Clear-Disk {
    <#
    .SYNOPSIS
    Refused by name.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Position = 0)][uint32[]]$Number,
        [Parameter(ValueFromPipeline)]$InputObject,
        [switch]$RemoveData,
        [switch]$RemoveOEM
    )
    process { Write-DeviceUnavailable $PSCmdlet 'disks cannot be cleared' }
}

function Set-Disk {
    <#
    .SYNOPSIS
    Refused by name.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Position = 0)][uint32]$Number,
        [Parameter(ValueFromPipeline)]$InputObject,
        [bool]$IsReadOnly,
        [bool]$IsOffline
    )
    process { Write-DeviceUnavailable $PSCmdlet 'attributes of a disk cannot be changed' }
}
