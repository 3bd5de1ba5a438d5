# Plug and Play devices: the table `pnpDevices`, which Win32_PnPEntity reads too. A row: InstanceId, FriendlyName, Class, ClassGuid,
# Manufacturer, Service, HardwareID and CompatibleID (lists), Present, Problem (a CM_PROB_ number), Properties (DEVPKEY name to value).

$shown = 'Status', 'Class', 'FriendlyName', 'InstanceId'
Update-TypeData -TypeName 'Shakedown.PnpDevice' -DefaultDisplayPropertySet $shown -Force

# Names of the CM_PROB_ numbers that devices are declared with (cfg.h of the Windows SDK; Microsoft Learn, "Device Manager error messages").
$script:Problems = @{
    0 = 'CM_PROB_NONE'; 1 = 'CM_PROB_NOT_CONFIGURED'; 3 = 'CM_PROB_OUT_OF_MEMORY'; 10 = 'CM_PROB_FAILED_START'
    12 = 'CM_PROB_NORMAL_CONFLICT'; 14 = 'CM_PROB_NEED_RESTART'; 18 = 'CM_PROB_REINSTALL'; 21 = 'CM_PROB_WILL_BE_REMOVED'
    22 = 'CM_PROB_DISABLED'; 24 = 'CM_PROB_DEVICE_NOT_THERE'; 28 = 'CM_PROB_FAILED_INSTALL'; 29 = 'CM_PROB_HARDWARE_DISABLED'
    31 = 'CM_PROB_FAILED_ADD'; 32 = 'CM_PROB_DISABLED_SERVICE'; 37 = 'CM_PROB_FAILED_DRIVER_ENTRY'
    39 = 'CM_PROB_DRIVER_FAILED_LOAD'; 43 = 'CM_PROB_FAILED_POST_START'; 45 = 'CM_PROB_PHANTOM'; 52 = 'CM_PROB_UNSIGNED_DRIVER'
}
$script:Disabled = 22
$script:Phantom = 45

function Get-PnpStatus {
    <#
    .SYNOPSIS
    Status of a device: OK, Error where it has a problem, Unknown where it is not there.
    #>
    param([Collections.IDictionary]$Row)
    if (-not $Row.Present) { return 'Unknown' }
    if ([int]$Row.Problem -eq 0) { 'OK' } else { 'Error' }
}

function New-PnpObject {
    <#
    .SYNOPSIS
    A device as Get-PnpDevice gives it.
    #>
    param([Collections.IDictionary]$Row)
    $problem = [int]$Row.Problem
    if (-not $Row.Present -and $problem -eq 0) { $problem = $script:Phantom }
    $name = $script:Problems[$problem]
    $status = Get-PnpStatus $Row
    $object = [pscustomobject][ordered]@{
        Caption = $Row.FriendlyName; Description = $Row.FriendlyName; InstallDate = $null; Name = $Row.FriendlyName; Status = $status
        Availability = $null; ConfigManagerErrorCode = if ($name) { $name } else { $problem }; ConfigManagerUserConfig = $false
        CreationClassName = 'Win32_PnPEntity'; DeviceID = $Row.InstanceId; PNPDeviceID = $Row.InstanceId
        SystemCreationClassName = 'Win32_ComputerSystem'; SystemName = [Environment]::MachineName; ClassGuid = $Row.ClassGuid
        CompatibleID = [string[]]@($Row.CompatibleID | Where-Object { $_ }); Manufacturer = $Row.Manufacturer
        HardwareID = [string[]]@($Row.HardwareID | Where-Object { $_ })
        PNPClass = $Row.Class; Present = [bool]$Row.Present; Service = $Row.Service; PSComputerName = $null; Class = $Row.Class
        FriendlyName = $Row.FriendlyName; InstanceId = $Row.InstanceId; Problem = if ($name) { $name } else { $problem }
        ProblemDescription = $null
    }
    $object.PSObject.TypeNames.Insert(0, 'Microsoft.Management.Infrastructure.CimInstance')
    $object.PSObject.TypeNames.Insert(0, 'Shakedown.PnpDevice')
    $object.PSObject.TypeNames.Insert(0, 'Microsoft.Management.Infrastructure.CimInstance#ROOT/cimv2/Win32_PnPEntity')
    $object
}

function Get-PnpDevice {
    <#
    .SYNOPSIS
    Plug and Play devices of the device, all or those that match.
    .NOTES
    Parameters and properties: Microsoft Learn, Get-PnpDevice.
    #>
    [CmdletBinding(DefaultParameterSetName = 'ByInstanceId')]
    param(
        [Parameter(ParameterSetName = 'ByInstanceId', Position = 0, ValueFromPipelineByPropertyName)][Alias('DeviceID', 'PNPDeviceID')]
        [string[]]$InstanceId,
        [Parameter(ParameterSetName = 'ByFriendlyName', Mandatory)][string[]]$FriendlyName,
        [string[]]$Class, [switch]$PresentOnly, [ValidateSet('OK', 'ERROR', 'DEGRADED', 'UNKNOWN')][string[]]$Status,
        [object[]]$CimSession, [int]$ThrottleLimit, [switch]$AsJob
    )
    process {
        if ($AsJob) { Deny-DeviceCommand -Cmdlet $PSCmdlet -Why '-AsJob' }
        $rows = @(Get-DeviceTable -Name pnpDevices -Key InstanceId | ForEach-Object { New-PnpObject $_ })
        if ($PresentOnly) { $rows = @($rows | Where-Object { $_.Present }) }
        Select-DeviceRow -Cmdlet $PSCmdlet -Row $rows -Class Win32_PnPEntity -Filter ([ordered]@{
                InstanceId = $InstanceId; FriendlyName = $FriendlyName; Class = $Class; Status = $Status
            })
    }
}

function Get-PnpDeviceProperty {
    <#
    .SYNOPSIS
    Properties of a device that it declares (Properties, a DEVPKEY name to value); of a device that declares none, refused by name.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)][Alias('DeviceID', 'PNPDeviceID')][string[]]$InstanceId,
        [Parameter(Position = 1)][string[]]$KeyName, [object[]]$CimSession, [int]$ThrottleLimit
    )
    process {
        foreach ($id in $InstanceId) {
            $row = Get-PnpRow $PSCmdlet $id
            if ($null -eq $row) { continue }
            if ($row.Properties -isnot [Collections.IDictionary]) {
                Write-NotJudged -Cmdlet $PSCmdlet -Why "properties of the device $id"
                continue
            }
            foreach ($entry in $row.Properties.GetEnumerator()) {
                if ($KeyName -and $entry.Key -notin $KeyName) { continue }
                $type = switch ($entry.Value) {
                    { $_ -is [bool] } { 'Boolean'; break }
                    { $_ -is [ValueType] } { 'UInt32'; break }
                    default { 'String' }
                }
                [pscustomobject]@{ InstanceId = $id; KeyName = $entry.Key; Type = $type; Data = $entry.Value }
            }
        }
    }
}

function Get-PnpRow {
    <#
    .SYNOPSIS
    The row of one device; where there is none, the error of the command.
    #>
    param($Caller, [string]$Id)
    $row = Get-DeviceTable -Name pnpDevices -Key InstanceId | Where-Object { $_.InstanceId -eq $Id } | Select-Object -First 1
    if ($null -ne $row) { return $row }
    $text = "No Win32_PnPEntity objects found with property 'InstanceId' equal to '$Id'.  Verify the value of the property and retry."
    Write-DeviceError $Caller (New-DeviceError $text 'CmdletizationQuery_NotFound_InstanceId' ObjectNotFound $Id)
}

function Set-PnpProblem {
    <#
    .SYNOPSIS
    Enable-PnpDevice and Disable-PnpDevice on behalf of -Caller: writes the problem of each device that is there and confirmed.
    #>
    param($Caller, [string[]]$InstanceId, [int]$Problem)
    foreach ($id in $InstanceId) {
        $row = Get-PnpRow $Caller $id
        if ($null -eq $row) { continue }
        if (-not (Test-DeviceConfirm $Caller "$($row.FriendlyName) ($id)")) { continue }
        $null = Update-DeviceRow -Name pnpDevices -Field InstanceId -Key $id -Change {
            param($Present)
            $Present.Problem = $Problem
            $Present
        }
    }
}

function Enable-PnpDevice {
    <#
    .SYNOPSIS
    Enables devices.
    #>
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)][Alias('DeviceID', 'PNPDeviceID')][string[]]$InstanceId,
        [object[]]$CimSession, [int]$ThrottleLimit
    )
    process { Set-PnpProblem $PSCmdlet $InstanceId 0 }
}

function Disable-PnpDevice {
    <#
    .SYNOPSIS
    Disables devices.
    #>
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)][Alias('DeviceID', 'PNPDeviceID')][string[]]$InstanceId,
        [object[]]$CimSession, [int]$ThrottleLimit
    )
    process { Set-PnpProblem $PSCmdlet $InstanceId $script:Disabled }
}
