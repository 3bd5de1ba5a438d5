# Capabilities (fact and store capabilities).

function Get-CapabilityRow {
    <#
    .SYNOPSIS
    The rows of all capabilities; a release of Windows of which none are known is refused by name.
    #>
    param($Cmdlet)
    $rows = @(Get-DeviceTable -Name capabilities -Key Name)
    if (-not $rows.Count) { Write-DeviceUnavailable $Cmdlet 'capabilities of this release of Windows (declare the fact capabilities)' }
    $rows
}

function Get-WindowsCapability {
    <#
    .SYNOPSIS
    Gets capabilities.
    #>
    [CmdletBinding()]
    param(
        [switch]$Online,
        [string]$Path,
        [Parameter(Position = 0, ValueFromPipelineByPropertyName)][string]$Name = '*',
        [switch]$LimitAccess,
        [string[]]$Source
    )
    process {
        if (-not (Test-Online $PSCmdlet)) { return }
        foreach ($row in Get-CapabilityRow $PSCmdlet) {
            if ($row.Name -notlike $Name) { continue }
            $values = [ordered]@{ Name = $row.Name; State = $row.State; Online = $true; Path = '' }
            New-DeviceObject -TypeName Microsoft.Dism.Commands.BasicCapabilityObject -Row $values
        }
    }
}

function Set-Capability {
    <#
    .SYNOPSIS
    Stores a new state of a capability; gives whether it is there.
    #>
    param($Cmdlet, [string]$Name, [string]$State)
    $row = Get-CapabilityRow $Cmdlet | Where-Object { $_.Name -eq $Name } | Select-Object -First 1
    if (-not $row) { return $false }
    $null = Update-DeviceRow -Name capabilities -Field Name -Key $row.Name -Change {
        param($Present)
        if ($null -eq $Present) { return }
        $Present['State'] = $State
        $Present
    }
    Write-DeviceEffect $Cmdlet @{ capability = $row.Name; state = $State }
    $true
}

function Add-WindowsCapability {
    <#
    .SYNOPSIS
    Adds a capability.
    #>
    [CmdletBinding()]
    param(
        [switch]$Online,
        [string]$Path,
        [Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)][string]$Name,
        [switch]$LimitAccess,
        [string[]]$Source
    )
    process {
        if (-not (Test-Online $PSCmdlet)) { return }
        if (Set-Capability $PSCmdlet $Name Installed) { New-ImageObject $false; return }
        # 0x800f0954: no such capability can be got.
        Write-DismError $PSCmdlet 'Add-WindowsCapability failed. Error code = 0x800f0954' -2146498220 $Name
    }
}

function Remove-WindowsCapability {
    <#
    .SYNOPSIS
    Removes a capability.
    #>
    [CmdletBinding()]
    param(
        [switch]$Online,
        [string]$Path,
        [Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)][string]$Name
    )
    process {
        if (-not (Test-Online $PSCmdlet)) { return }
        if (Set-Capability $PSCmdlet $Name NotPresent) { New-ImageObject $false; return }
        # 0x800f080c: unknown update.
        Write-DismError $PSCmdlet 'Remove-WindowsCapability failed. Error code = 0x800f080c' -2146498548 $Name
    }
}
