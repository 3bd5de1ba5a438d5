# Volumes: got, labelled, formatted, checked, optimized.

function Get-VolumeRow {
    <#
    .SYNOPSIS
    The rows of all volumes.
    #>
    Get-DeviceTable -Name volumes -Key UniqueId
}

function New-VolumeObject {
    <#
    .SYNOPSIS
    A volume as Get-Volume gives it.
    #>
    param($Row)
    $letter = $null
    if ($Row.DriveLetter) { $letter = Get-FirstLetter $Row }
    $values = [ordered]@{
        OperationalStatus = $Row.OperationalStatus
        HealthStatus = $Row.HealthStatus
        DriveType = $Row.DriveType
        FileSystemType = $Row.FileSystem
        DedupMode = 'NotAvailable'
        ObjectId = $Row.UniqueId
        PassThroughClass = $null
        UniqueId = $Row.UniqueId
        AllocationUnitSize = [uint32]$Row.AllocationUnitSize
        DriveLetter = $letter
        FileSystem = $Row.FileSystem
        FileSystemLabel = $Row.FileSystemLabel
        Path = $Row.UniqueId
        Size = [uint64]$Row.Size
        SizeRemaining = [uint64]$Row.SizeRemaining
    }
    New-DeviceObject -TypeName "$($script:space)MSFT_Volume", $script:cim -Row $values
}

function Find-Volume {
    <#
    .SYNOPSIS
    Volumes by the parameters that the commands share.
    #>
    param($Cmdlet)
    $bound = $Cmdlet.MyInvocation.BoundParameters
    $all = @(Get-VolumeRow | ForEach-Object { New-VolumeObject $_ })
    $given = @($bound['InputObject']) + @($bound['Partition']) | Where-Object { $null -ne $_ }
    if ($given) {
        # A partition names its volume among its access paths.
        $paths = @($given | ForEach-Object { $_.Path; $_.UniqueId; $_.AccessPaths } | Where-Object { $_ })
        return @($all | Where-Object { $paths -contains $_.Path })
    }
    $filter = [ordered]@{
        DriveLetter = $bound['DriveLetter']
        FileSystemLabel = $bound['FileSystemLabel']
        Path = $bound['Path']
        UniqueId = $bound['UniqueId']
    }
    Select-DeviceRow -Cmdlet $Cmdlet -Row $all -Class MSFT_Volume -Filter $filter
}

function Get-Volume {
    <#
    .SYNOPSIS
    Gets volumes.
    #>
    [CmdletBinding(DefaultParameterSetName = 'ByDriveLetter')]
    param(
        [Parameter(Position = 0, ParameterSetName = 'ByDriveLetter')][char[]]$DriveLetter,
        [Parameter(ParameterSetName = 'ById')][Alias('Id')][string[]]$UniqueId,
        [Parameter(ParameterSetName = 'ByPath')][string[]]$Path,
        [Parameter(ParameterSetName = 'ByLabel')][Alias('FriendlyName')][string[]]$FileSystemLabel,
        [Parameter(ParameterSetName = 'ByPartition', ValueFromPipeline)]$Partition,
        $CimSession
    )
    process { Find-Volume $PSCmdlet }
}

function Format-Volume {
    <#
    .SYNOPSIS
    Formats a volume: its row changes, files of the played drive stay.
    #>
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')]
    param(
        [Parameter(Position = 0)][char[]]$DriveLetter,
        [string[]]$FileSystemLabel,
        [Parameter(ValueFromPipeline)]$InputObject,
        $Partition,
        [string[]]$Path,
        [string]$FileSystem = 'NTFS',
        [string]$NewFileSystemLabel = '',
        [uint32]$AllocationUnitSize = 4096,
        [switch]$Full,
        [switch]$Force,
        [switch]$Compress
    )
    process {
        $label = $NewFileSystemLabel
        $found = @()
        if ($InputObject -or $Partition) { $found = Find-Volume $PSCmdlet }
        elseif ($DriveLetter) { $found = Get-Volume -DriveLetter $DriveLetter }
        elseif ($Path) { $found = Get-Volume -Path $Path }
        elseif ($FileSystemLabel) { $found = Get-Volume -FileSystemLabel $FileSystemLabel }
        # With a letter, -FileSystemLabel is what scripts write for the new label.
        if (-not $label -and $FileSystemLabel -and ($DriveLetter -or $InputObject -or $Partition)) { $label = $FileSystemLabel[0] }
        foreach ($volume in $found) {
            if (-not (Test-DeviceConfirm $PSCmdlet $volume.Path)) { continue }
            $now = Update-DeviceRow -Name volumes -Field UniqueId -Key $volume.UniqueId -Change {
                param($Present)
                if ($null -eq $Present) { return }
                $Present['FileSystem'] = $FileSystem
                $Present['FileSystemLabel'] = $label
                # A formatted NTFS volume keeps about two percent for itself.
                $Present['SizeRemaining'] = [long]([long]$Present.Size * 0.98)
                $Present['AllocationUnitSize'] = $AllocationUnitSize
                $Present['OperationalStatus'] = 'OK'
                $Present['HealthStatus'] = 'Healthy'
                $Present
            }
            if ($null -eq $now) { continue }
            Write-DeviceEffect $PSCmdlet @{ volume = $now.UniqueId; letter = $now.DriveLetter }
            New-VolumeObject $now
        }
    }
}

function Set-Volume {
    <#
    .SYNOPSIS
    Sets the label of a volume.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Position = 0)][char[]]$DriveLetter,
        [string[]]$FileSystemLabel,
        [Parameter(ValueFromPipeline)]$InputObject,
        [string[]]$Path,
        [string]$NewFileSystemLabel
    )
    process {
        if (-not $PSBoundParameters.ContainsKey('NewFileSystemLabel')) {
            Write-DeviceUnavailable $PSCmdlet 'settings other than -NewFileSystemLabel'
            return
        }
        foreach ($volume in Find-Volume $PSCmdlet) {
            if (-not $PSCmdlet.ShouldProcess($volume.Path)) { continue }
            $null = Update-DeviceRow -Name volumes -Field UniqueId -Key $volume.UniqueId -Change {
                param($Present)
                if ($null -eq $Present) { return }
                $Present['FileSystemLabel'] = $NewFileSystemLabel
                $Present
            }
        }
    }
}

function Repair-Volume {
    <#
    .SYNOPSIS
    Checks or repairs a volume: gives what the field Repair of its row says.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Position = 0)][char[]]$DriveLetter,
        [string[]]$FileSystemLabel,
        [Parameter(ValueFromPipeline)]$InputObject,
        [string[]]$Path,
        [switch]$OfflineScanAndFix,
        [switch]$SpotFix,
        [switch]$Scan
    )
    process {
        foreach ($volume in Find-Volume $PSCmdlet) {
            if (-not (Test-DeviceConfirm $PSCmdlet $volume.Path)) { continue }
            $how = @{ volume = $volume.UniqueId; scan = [bool]$Scan; offline = [bool]$OfflineScanAndFix; spot = [bool]$SpotFix }
            Write-DeviceEffect $PSCmdlet $how
            $row = Get-VolumeRow | Where-Object { $_.UniqueId -eq $volume.UniqueId } | Select-Object -First 1
            $row.Repair
        }
    }
}

function Optimize-Volume {
    <#
    .SYNOPSIS
    Optimizes a volume: noted.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Position = 0)][char[]]$DriveLetter,
        [string[]]$FileSystemLabel,
        [Parameter(ValueFromPipeline)]$InputObject,
        [string[]]$Path,
        [switch]$Analyze,
        [switch]$Defrag,
        [switch]$ReTrim,
        [switch]$SlabConsolidate,
        [switch]$TierOptimize,
        [switch]$NormalPriority
    )
    process {
        $word = 'optimization'
        if ($Analyze) { $word = 'analysis' }
        if ($Defrag) { $word = 'defragmentation' }
        if ($ReTrim) { $word = 'retrim' }
        foreach ($volume in Find-Volume $PSCmdlet) {
            if (-not (Test-DeviceConfirm $PSCmdlet $volume.Path)) { continue }
            Write-Verbose "Invoking $word on $($volume.FileSystemLabel) ($($volume.DriveLetter):)..."
            Write-DeviceEffect $PSCmdlet @{ volume = $volume.UniqueId; how = $word }
        }
    }
}
