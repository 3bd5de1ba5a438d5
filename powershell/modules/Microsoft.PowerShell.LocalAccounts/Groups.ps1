# Commands for local groups.

function Get-LocalGroup {
    <#
    .SYNOPSIS
    Gets local groups.
    #>
    [CmdletBinding(DefaultParameterSetName = 'Default')]
    param([Parameter(Position = 0, ParameterSetName = 'Default', ValueFromPipeline, ValueFromPipelineByPropertyName)][string[]]$Name,
        [Parameter(Position = 0, ParameterSetName = 'SecurityIdentifier', ValueFromPipeline, ValueFromPipelineByPropertyName)]
        [Security.Principal.SecurityIdentifier[]]$SID)
    process {
        $ErrorActionPreference = Get-DeviceCallerPreference $PSCmdlet
        foreach ($row in Find-LocalRow $PSCmdlet Group) { New-GroupObject $row }
    }
}

function New-LocalGroup {
    <#
    .SYNOPSIS
    Makes a local group.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)][ValidateLength(1, 256)][string]$Name,
        [ValidateLength(0, 48)][string]$Description)
    process {
        $ErrorActionPreference = Get-DeviceCallerPreference $PSCmdlet
        if (@(Get-GroupRow | Where-Object { $_['Name'] -eq $Name }).Count) { Write-LocalError $PSCmdlet GroupExists $Name; return }
        if (@(Get-UserRow | Where-Object { $_['Name'] -eq $Name }).Count) { Write-LocalError $PSCmdlet NameInUse $Name; return }
        if (-not (Test-DeviceConfirm $PSCmdlet $Name)) { return }
        $added = Add-LocalRow localGroups ([ordered]@{ Name = $Name; Description = $Description; Members = @() })
        if ($added) { New-GroupObject $added } else { Write-LocalError $PSCmdlet GroupExists $Name }
    }
}

function Set-LocalGroup {
    <#
    .SYNOPSIS
    Changes the description of a local group.
    #>
    [CmdletBinding(SupportsShouldProcess, DefaultParameterSetName = 'Default')]
    param([Parameter(Mandatory, Position = 0, ParameterSetName = 'Default', ValueFromPipeline, ValueFromPipelineByPropertyName)]
        [string]$Name,
        [Parameter(Mandatory, Position = 0, ParameterSetName = 'InputObject', ValueFromPipeline)]
        [Microsoft.PowerShell.Commands.LocalGroup]$InputObject,
        [Parameter(Mandatory, Position = 0, ParameterSetName = 'SecurityIdentifier')][Security.Principal.SecurityIdentifier]$SID,
        [Parameter(Mandatory)][ValidateLength(0, 48)][string]$Description)
    process {
        $ErrorActionPreference = Get-DeviceCallerPreference $PSCmdlet
        foreach ($row in Find-LocalRow $PSCmdlet Group -Literal) {
            if (Test-DeviceConfirm $PSCmdlet $row['Name']) { Edit-LocalRow localGroups $row['Name'] @{ Description = $Description } }
        }
    }
}

function Remove-LocalGroup {
    <#
    .SYNOPSIS
    Removes a local group.
    #>
    [CmdletBinding(SupportsShouldProcess, DefaultParameterSetName = 'Default')]
    param([Parameter(Mandatory, Position = 0, ParameterSetName = 'Default', ValueFromPipeline, ValueFromPipelineByPropertyName)]
        [string[]]$Name,
        [Parameter(Mandatory, Position = 0, ParameterSetName = 'InputObject', ValueFromPipeline)]
        [Microsoft.PowerShell.Commands.LocalGroup[]]$InputObject,
        [Parameter(Mandatory, Position = 0, ParameterSetName = 'SecurityIdentifier')][Security.Principal.SecurityIdentifier[]]$SID)
    process {
        $ErrorActionPreference = Get-DeviceCallerPreference $PSCmdlet
        foreach ($row in Find-LocalRow $PSCmdlet Group -Literal) {
            if ([string]$row['Sid'] -like 'S-1-5-32-*') { Write-BuiltInError $PSCmdlet $row['Name']; continue }
            if (Test-DeviceConfirm $PSCmdlet $row['Name']) { Remove-DeviceRow -Name localGroups -Key $row['Name'] }
        }
    }
}

function Rename-LocalGroup {
    <#
    .SYNOPSIS
    Renames a local group.
    #>
    [CmdletBinding(SupportsShouldProcess, DefaultParameterSetName = 'Default')]
    param([Parameter(Mandatory, Position = 0, ParameterSetName = 'Default', ValueFromPipeline, ValueFromPipelineByPropertyName)]
        [string]$Name,
        [Parameter(Mandatory, Position = 0, ParameterSetName = 'InputObject', ValueFromPipeline)]
        [Microsoft.PowerShell.Commands.LocalGroup]$InputObject,
        [Parameter(Mandatory, Position = 0, ParameterSetName = 'SecurityIdentifier')][Security.Principal.SecurityIdentifier]$SID,
        [Parameter(Mandatory, Position = 1)][ValidateLength(1, 256)][string]$NewName)
    process {
        $ErrorActionPreference = Get-DeviceCallerPreference $PSCmdlet
        foreach ($row in Find-LocalRow $PSCmdlet Group -Literal) {
            if (-not (Test-DeviceConfirm $PSCmdlet $row['Name'])) { continue }
            $taken = @(Get-UserRow | Where-Object { $_['Name'] -eq $NewName }).Count -gt 0
            if ($taken -or -not (Rename-LocalRow localGroups $row $NewName)) { Write-LocalError $PSCmdlet NameInUse $NewName }
        }
    }
}
