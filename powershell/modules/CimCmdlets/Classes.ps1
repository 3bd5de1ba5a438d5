# Classes, their methods and events.

function Get-CimClass {
    <#
    .SYNOPSIS
    Gets the classes that the played device knows.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Position = 0, ValueFromPipelineByPropertyName)][string]$ClassName = '*',
        [Parameter(Position = 1, ValueFromPipelineByPropertyName)][string]$Namespace = 'root/cimv2',
        [string]$MethodName, [string]$PropertyName, [string]$QualifierName, [switch]$Amended,
        [Alias('CN', 'ServerName')][string[]]$ComputerName, [object[]]$CimSession, [Alias('OT')][uint32]$OperationTimeoutSec
    )
    process {
        if (-not (Test-CimComputer $PSCmdlet $ComputerName)) { return }
        try {
            if ($QualifierName) { Stop-Unavailable Get-CimClass '-QualifierName' }
            # Scripts write the class behind the namespace, too: root/Microsoft/Windows/TaskScheduler:MSFT_TaskEventTrigger.
            $Namespace = $Namespace -replace ':[^:]*$'
            $found = if ([wildcardpattern]::ContainsWildcardCharacters($ClassName)) {
                Get-WmiClassName -Namespace $Namespace -Pattern $ClassName
            } else { Find-WmiClass (Resolve-WmiNamespace $Namespace) $ClassName }
            foreach ($class in $found) {
                if ($MethodName -and -not (@($class.Method.Keys) -like $MethodName)) { continue }
                if ($PropertyName -and -not (@($class.Property.Keys) -like $PropertyName)) { continue }
                New-CimClassObject $class
            }
        } catch {
            Clear-CaughtError $PSCmdlet $_
            Write-CimError $PSCmdlet (ConvertTo-WmiFault $_) "$($Namespace -replace '/', '\'):$ClassName"
        }
    }
}

function Invoke-CimMethod {
    <#
    .SYNOPSIS
    Calls a method of a class or of an instance.
    #>
    [CmdletBinding(SupportsShouldProcess, DefaultParameterSetName = 'ClassNameComputerSet')]
    param(
        [Parameter(Mandatory, Position = 0, ParameterSetName = 'ClassNameComputerSet')][Alias('Class')][string]$ClassName,
        [Parameter(Mandatory, Position = 0, ValueFromPipeline, ParameterSetName = 'CimInstanceComputerSet')][Alias('CimInstance')]
        [PSTypeName('Microsoft.Management.Infrastructure.CimInstance')]$InputObject,
        [Parameter(Mandatory, ParameterSetName = 'QueryComputerSet')][string]$Query,
        [Parameter(Mandatory, Position = 0, ParameterSetName = 'CimClassComputerSet')]
        [PSTypeName('Microsoft.Management.Infrastructure.CimClass')]$CimClass,
        [Parameter(Mandatory, Position = 1)][Alias('Name')][string]$MethodName,
        [Parameter(Position = 2)][Collections.IDictionary]$Arguments = @{},
        [string]$Namespace = 'root/cimv2', [Alias('CN', 'ServerName')][string[]]$ComputerName, [object[]]$CimSession,
        [Alias('OT')][uint32]$OperationTimeoutSec
    )
    process {
        if (-not (Test-CimComputer $PSCmdlet $ComputerName)) { return }
        try {
            $targets = if ($InputObject) {
                $class = Get-ObjectClass $InputObject
                @{ Class = $class; Row = Get-ObjectRow $InputObject $class }
            } elseif ($Query) { Select-WmiRow -Namespace $Namespace -Query $Query }
            else {
                if ($CimClass) { $ClassName = $CimClass.CimClassName; $Namespace = $CimClass.CimSystemProperties.Namespace }
                @{ Class = Find-WmiClass (Resolve-WmiNamespace $Namespace) $ClassName; Row = $null }
            }
            foreach ($target in $targets) {
                if (-not $PSCmdlet.ShouldProcess($target.Class.Name, "Invoke-CimMethod: $MethodName")) { continue }
                Invoke-WmiMethodCore $target.Class $target.Row $MethodName $Arguments -Cim
            }
        } catch { Clear-CaughtError $PSCmdlet $_; Write-CimError $PSCmdlet (ConvertTo-WmiFault $_) $ClassName }
    }
}

function Register-CimIndicationEvent {
    <#
    .SYNOPSIS
    Refused: the played device has no CIM indications.
    #>
    [CmdletBinding(DefaultParameterSetName = 'ClassNameComputerSet')]
    param(
        [Parameter(Mandatory, Position = 0, ParameterSetName = 'ClassNameComputerSet')][string]$ClassName,
        [Parameter(Mandatory, Position = 0, ParameterSetName = 'QueryExpressionComputerSet')][string]$Query,
        [Parameter(Position = 100)][string]$SourceIdentifier, [Parameter(Position = 101)][scriptblock]$Action, [string]$Namespace,
        [string]$QueryDialect, [uint32]$OperationTimeoutSec, [string]$ComputerName, $CimSession, [psobject]$MessageData,
        [switch]$SupportEvent, [switch]$Forward, [int]$MaxTriggerCount
    )
    Deny-DeviceCommand -Cmdlet $PSCmdlet -Why "events ($ClassName$Query)"
}
