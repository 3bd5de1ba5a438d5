# Instances: read, written, made, deleted, associated.

function Get-CimInstance {
    <#
    .SYNOPSIS
    Gets CIM instances of a class from the played device; an instance piped in is read anew.
    #>
    [CmdletBinding(DefaultParameterSetName = 'ClassNameComputerSet')]
    param(
        [Parameter(Mandatory, Position = 0, ParameterSetName = 'ClassNameComputerSet')][string]$ClassName,
        [Parameter(Mandatory, ParameterSetName = 'QueryComputerSet')][string]$Query,
        [Parameter(ParameterSetName = 'QueryComputerSet')][string]$QueryDialect,
        [Parameter(Mandatory, Position = 0, ValueFromPipeline, ParameterSetName = 'CimInstanceComputerSet')][Alias('CimInstance')]
        [PSTypeName('Microsoft.Management.Infrastructure.CimInstance')]$InputObject,
        [Parameter(ParameterSetName = 'ClassNameComputerSet')][string]$Filter,
        [Parameter(ParameterSetName = 'ClassNameComputerSet')][Alias('SelectProperties')][string[]]$Property = @('*'),
        [Parameter(ParameterSetName = 'ClassNameComputerSet')][switch]$KeyOnly,
        [string]$Namespace = 'root/cimv2', [Alias('CN', 'ServerName')][string[]]$ComputerName,
        [PSTypeName('Microsoft.Management.Infrastructure.CimSession')][object[]]$CimSession,
        [Alias('OT')][uint32]$OperationTimeoutSec, [switch]$Shallow, [uri]$ResourceUri
    )
    process {
        if (-not (Test-CimComputer $PSCmdlet $ComputerName)) { return }
        $from = if ($CimSession) { $CimSession[0].ComputerName } else { $ComputerName | Select-Object -First 1 }
        try {
            if ($ResourceUri) { Stop-Unavailable Get-CimInstance '-ResourceUri' }
            if ($InputObject) { Get-FreshInstance $InputObject; return }
            $text = $Query
            if ($ClassName) {
                $text = "SELECT $($Property -join ',') FROM $ClassName"
                if ($Filter) { $text += " WHERE $Filter" }
            }
            foreach ($hit in Select-WmiRow -Namespace $Namespace -Query $text) {
                $wanted = if ($KeyOnly) { $hit.Class.Key } else { $hit.Property }
                New-CimObject $hit.Class $hit.Row $wanted $from
            }
        } catch {
            Clear-CaughtError $PSCmdlet $_
            Write-CimError $PSCmdlet (ConvertTo-WmiFault $_) "$($Namespace -replace '/', '\'):$ClassName"
        }
    }
}

function Get-FreshInstance {
    <#
    .SYNOPSIS
    The instance as the device has it now.
    #>
    param($InputObject)
    $class = Get-ObjectClass $InputObject
    $key = Get-RowKey $class (Get-ObjectRow $InputObject $class)
    foreach ($row in Get-ClassRow $class.Namespace $class.Name $class) {
        if ((Get-RowKey $class $row) -eq $key) { return New-CimObject $class $row }
    }
    throw [InvalidOperationException]::new('Not found ')
}

function Set-CimInstance {
    <#
    .SYNOPSIS
    Writes properties of an instance: those of -Property, or those changed in the object.
    #>
    [CmdletBinding(SupportsShouldProcess, DefaultParameterSetName = 'CimInstanceComputerSet')]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipeline, ParameterSetName = 'CimInstanceComputerSet')][Alias('CimInstance')]
        [PSTypeName('Microsoft.Management.Infrastructure.CimInstance')]$InputObject,
        [Parameter(Mandatory, ParameterSetName = 'QueryComputerSet')][string]$Query,
        [Alias('Arguments')][Collections.IDictionary]$Property, [string]$Namespace = 'root/cimv2', [switch]$PassThru,
        [Alias('CN', 'ServerName')][string[]]$ComputerName, [object[]]$CimSession, [Alias('OT')][uint32]$OperationTimeoutSec
    )
    process {
        if (-not (Test-CimComputer $PSCmdlet $ComputerName)) { return }
        try {
            $targets = if ($InputObject) {
                $class = Get-ObjectClass $InputObject
                @{ Class = $class; Row = Get-ObjectRow $InputObject $class }
            } else { Select-WmiRow -Namespace $Namespace -Query $Query }
            foreach ($target in $targets) {
                if (-not $PSCmdlet.ShouldProcess($target.Class.Name, 'Set-CimInstance')) { continue }
                if ($Property) { Save-WmiRow $target.Class $target.Row $Property } else { $null = Save-WmiObject $InputObject }
                foreach ($name in $Property.Keys) { $target.Row[$name] = $Property[$name] }
                if ($PassThru) { New-CimObject $target.Class $target.Row }
            }
        } catch { Clear-CaughtError $PSCmdlet $_; Write-CimError $PSCmdlet (ConvertTo-WmiFault $_) '' }
    }
}

function New-CimInstance {
    <#
    .SYNOPSIS
    With -ClientOnly an instance in memory; others are refused by name.
    #>
    [CmdletBinding(SupportsShouldProcess, DefaultParameterSetName = 'ClassNameComputerSet')]
    param(
        [Parameter(Mandatory, Position = 0, ParameterSetName = 'ClassNameComputerSet')][string]$ClassName,
        [Parameter(Mandatory, Position = 0, ValueFromPipeline, ParameterSetName = 'CimClassComputerSet')]
        [PSTypeName('Microsoft.Management.Infrastructure.CimClass')]$CimClass,
        [Parameter(Position = 1)][Alias('Arguments')][Collections.IDictionary]$Property = @{},
        [string[]]$Key, [string]$Namespace = 'root/cimv2', [Alias('Local')][switch]$ClientOnly, [object[]]$CimSession,
        [Alias('CN', 'ServerName')][string[]]$ComputerName, [Alias('OT')][uint32]$OperationTimeoutSec
    )
    process {
        try {
            if ($CimClass) { $ClassName = $CimClass.CimClassName; $Namespace = $CimClass.CimSystemProperties.Namespace }
            if (-not $ClientOnly) { Stop-Unavailable New-CimInstance "new instances (class $ClassName)" }
            $row = [ordered]@{}
            foreach ($name in $Property.Keys) { $row[$name] = $Property[$name] }
            $class = try { Find-WmiClass (Resolve-WmiNamespace $Namespace) $ClassName } catch { $null }
            if (-not $class) {
                $class = [pscustomobject]@{ Namespace = $Namespace -replace '/', '\'; Name = $ClassName; Parent = ''; Key = $Key
                    Property = $row; Method = [ordered]@{} }
            }
            New-CimObject $class $row
        } catch { Clear-CaughtError $PSCmdlet $_; Write-CimError $PSCmdlet (ConvertTo-WmiFault $_) $ClassName }
    }
}

function Remove-CimInstance {
    <#
    .SYNOPSIS
    Deletes an instance: user profiles, processes, services, shares; other classes are refused.
    #>
    [CmdletBinding(SupportsShouldProcess, DefaultParameterSetName = 'CimInstanceComputerSet')]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipeline, ParameterSetName = 'CimInstanceComputerSet')][Alias('CimInstance')]
        [PSTypeName('Microsoft.Management.Infrastructure.CimInstance')]$InputObject,
        [Parameter(Mandatory, Position = 0, ParameterSetName = 'QueryComputerSet')][string]$Query,
        [string]$Namespace = 'root/cimv2', [Alias('CN', 'ServerName')][string[]]$ComputerName, [object[]]$CimSession,
        [Alias('OT')][uint32]$OperationTimeoutSec
    )
    process {
        if (-not (Test-CimComputer $PSCmdlet $ComputerName)) { return }
        try {
            $targets = if ($InputObject) { $InputObject } else {
                foreach ($hit in Select-WmiRow -Namespace $Namespace -Query $Query) { New-CimObject $hit.Class $hit.Row }
            }
            foreach ($target in $targets) {
                if ($PSCmdlet.ShouldProcess("$target", 'Remove-CimInstance')) { Remove-WmiRow $target }
            }
        } catch { Clear-CaughtError $PSCmdlet $_; Write-CimError $PSCmdlet (ConvertTo-WmiFault $_) '' }
    }
}

function Get-CimAssociatedInstance {
    <#
    .SYNOPSIS
    Instances that go together: disks, partitions and drive letters, services and processes, adapters and settings.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipeline)][Alias('CimInstance')]
        [PSTypeName('Microsoft.Management.Infrastructure.CimInstance')]$InputObject,
        [Parameter(Position = 1)][string]$Association, [string]$ResultClassName, [string]$Namespace, [switch]$KeyOnly,
        [string[]]$ComputerName, [object[]]$CimSession, [Alias('OT')][uint32]$OperationTimeoutSec
    )
    process {
        try {
            $class = Get-ObjectClass $InputObject
            $to = if ($ResultClassName) { $ResultClassName } else { $Association }
            $row = Get-ObjectRow $InputObject $class
            foreach ($hit in Select-AssociatedRow $class.Name $row $to) { New-CimObject $hit.Class $hit.Row }
        } catch { Clear-CaughtError $PSCmdlet $_; Write-CimError $PSCmdlet (ConvertTo-WmiFault $_) '' }
    }
}
