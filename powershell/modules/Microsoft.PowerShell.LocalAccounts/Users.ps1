# Commands for local users.

function Get-LocalUser {
    <#
    .SYNOPSIS
    Gets local users.
    #>
    [CmdletBinding(DefaultParameterSetName = 'Default')]
    param([Parameter(Position = 0, ParameterSetName = 'Default', ValueFromPipeline, ValueFromPipelineByPropertyName)]
        [ValidateNotNullOrEmpty()][string[]]$Name,
        [Parameter(Position = 0, ParameterSetName = 'SecurityIdentifier', ValueFromPipeline, ValueFromPipelineByPropertyName)]
        [Security.Principal.SecurityIdentifier[]]$SID)
    process {
        $ErrorActionPreference = Get-DeviceCallerPreference $PSCmdlet
        foreach ($row in Find-LocalRow $PSCmdlet User) { New-UserObject $row }
    }
}

function New-LocalUser {
    <#
    .SYNOPSIS
    Makes a local user.
    #>
    [CmdletBinding(SupportsShouldProcess, DefaultParameterSetName = 'Password')]
    param([Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)][ValidateLength(1, 20)][string]$Name,
        [datetime]$AccountExpires, [switch]$AccountNeverExpires, [ValidateLength(0, 48)][string]$Description, [switch]$Disabled,
        [string]$FullName, [Parameter(Mandatory, ParameterSetName = 'NoPassword')][switch]$NoPassword,
        [Parameter(Mandatory, ParameterSetName = 'Password')][securestring]$Password,
        [Parameter(ParameterSetName = 'Password')][switch]$PasswordNeverExpires, [switch]$UserMayNotChangePassword)
    process {
        $ErrorActionPreference = Get-DeviceCallerPreference $PSCmdlet
        if (@(Get-UserRow | Where-Object { $_['Name'] -eq $Name }).Count) { Write-LocalError $PSCmdlet UserExists $Name; return }
        if (@(Get-GroupRow | Where-Object { $_['Name'] -eq $Name }).Count) { Write-LocalError $PSCmdlet NameInUse $Name; return }
        if (-not (Test-DeviceConfirm $PSCmdlet $Name)) { return }
        $new = [ordered]@{ Name = $Name; Enabled = -not $Disabled; Description = $Description; FullName = $FullName
            PasswordRequired = $true
            UserMayChangePassword = -not $UserMayNotChangePassword; PasswordNeverExpires = [bool]$PasswordNeverExpires }
        if ($Password) { $new['PasswordLastSet'] = [datetime]::UtcNow }
        if ($PSBoundParameters.ContainsKey('AccountExpires')) { $new['AccountExpires'] = $AccountExpires.ToUniversalTime() }
        $added = Add-LocalRow localUsers $new
        if ($added) { New-UserObject $added } else { Write-LocalError $PSCmdlet UserExists $Name }
    }
}

function Set-LocalUser {
    <#
    .SYNOPSIS
    Changes a local user.
    #>
    [CmdletBinding(SupportsShouldProcess, DefaultParameterSetName = 'Name')]
    param([Parameter(Mandatory, Position = 0, ParameterSetName = 'Name', ValueFromPipeline, ValueFromPipelineByPropertyName)][string]$Name,
        [Parameter(Mandatory, Position = 0, ParameterSetName = 'InputObject', ValueFromPipeline)]
        [Microsoft.PowerShell.Commands.LocalUser]$InputObject,
        [Parameter(Mandatory, Position = 0, ParameterSetName = 'SecurityIdentifier', ValueFromPipeline)]
        [Security.Principal.SecurityIdentifier]$SID,
        [datetime]$AccountExpires, [switch]$AccountNeverExpires, [string]$Description, [string]$FullName, [securestring]$Password,
        [bool]$PasswordNeverExpires, [bool]$UserMayChangePassword)
    process {
        $ErrorActionPreference = Get-DeviceCallerPreference $PSCmdlet
        $fields = @{}
        foreach ($field in 'AccountExpires', 'Description', 'FullName', 'PasswordNeverExpires', 'UserMayChangePassword') {
            if ($PSBoundParameters.ContainsKey($field)) { $fields[$field] = $PSBoundParameters[$field] }
        }
        if ($fields['AccountExpires']) { $fields['AccountExpires'] = $AccountExpires.ToUniversalTime() }
        if ($AccountNeverExpires) { $fields['AccountExpires'] = $null }
        if ($Password) { $fields['PasswordLastSet'] = [datetime]::UtcNow }
        foreach ($row in Find-LocalRow $PSCmdlet User -Literal) {
            if (Test-DeviceConfirm $PSCmdlet $row['Name']) { Edit-LocalRow localUsers $row['Name'] $fields }
        }
    }
}

function Set-UserState {
    # Enable- and Disable-LocalUser.
    param($Cmdlet, [bool]$Enabled)
    foreach ($row in Find-LocalRow $Cmdlet User -Literal) {
        if (Test-DeviceConfirm $Cmdlet $row['Name']) { Edit-LocalRow localUsers $row['Name'] @{ Enabled = $Enabled } }
    }
}

function Enable-LocalUser {
    <#
    .SYNOPSIS
    Enables a local user.
    #>
    [CmdletBinding(SupportsShouldProcess, DefaultParameterSetName = 'Default')]
    param([Parameter(Mandatory, Position = 0, ParameterSetName = 'Default', ValueFromPipeline, ValueFromPipelineByPropertyName)]
        [string[]]$Name,
        [Parameter(Mandatory, Position = 0, ParameterSetName = 'InputObject', ValueFromPipeline)]
        [Microsoft.PowerShell.Commands.LocalUser[]]$InputObject,
        [Parameter(Mandatory, Position = 0, ParameterSetName = 'SecurityIdentifier')][Security.Principal.SecurityIdentifier[]]$SID)
    process {
        $ErrorActionPreference = Get-DeviceCallerPreference $PSCmdlet
        Set-UserState $PSCmdlet $true
    }
}

function Disable-LocalUser {
    <#
    .SYNOPSIS
    Disables a local user.
    #>
    [CmdletBinding(SupportsShouldProcess, DefaultParameterSetName = 'Default')]
    param([Parameter(Mandatory, Position = 0, ParameterSetName = 'Default', ValueFromPipeline, ValueFromPipelineByPropertyName)]
        [string[]]$Name,
        [Parameter(Mandatory, Position = 0, ParameterSetName = 'InputObject', ValueFromPipeline)]
        [Microsoft.PowerShell.Commands.LocalUser[]]$InputObject,
        [Parameter(Mandatory, Position = 0, ParameterSetName = 'SecurityIdentifier')][Security.Principal.SecurityIdentifier[]]$SID)
    process {
        $ErrorActionPreference = Get-DeviceCallerPreference $PSCmdlet
        Set-UserState $PSCmdlet $false
    }
}

function Remove-LocalUser {
    <#
    .SYNOPSIS
    Removes a local user and its memberships.
    #>
    [CmdletBinding(SupportsShouldProcess, DefaultParameterSetName = 'Default')]
    param([Parameter(Mandatory, Position = 0, ParameterSetName = 'Default', ValueFromPipeline, ValueFromPipelineByPropertyName)]
        [string[]]$Name,
        [Parameter(Mandatory, Position = 0, ParameterSetName = 'InputObject', ValueFromPipeline)]
        [Microsoft.PowerShell.Commands.LocalUser[]]$InputObject,
        [Parameter(Mandatory, Position = 0, ParameterSetName = 'SecurityIdentifier')][Security.Principal.SecurityIdentifier[]]$SID)
    process {
        $ErrorActionPreference = Get-DeviceCallerPreference $PSCmdlet
        foreach ($row in Find-LocalRow $PSCmdlet User -Literal) {
            $user = [string]$row['Name']
            if ([int]$row['Rid'] -lt 1000) { Write-BuiltInError $PSCmdlet $user; continue }
            if (-not (Test-DeviceConfirm $PSCmdlet $user)) { continue }
            Remove-DeviceRow -Name localUsers -Key $user
            foreach ($group in Get-GroupRow) {
                if (@($group['Members']) -contains $user) { Edit-Member $group['Name'] { param($one) if ($one -ne $user) { $one } } }
            }
        }
    }
}

function Rename-LocalUser {
    <#
    .SYNOPSIS
    Renames a local user.
    #>
    [CmdletBinding(SupportsShouldProcess, DefaultParameterSetName = 'Default')]
    param([Parameter(Mandatory, Position = 0, ParameterSetName = 'Default', ValueFromPipeline, ValueFromPipelineByPropertyName)]
        [string]$Name,
        [Parameter(Mandatory, Position = 0, ParameterSetName = 'InputObject', ValueFromPipeline)]
        [Microsoft.PowerShell.Commands.LocalUser]$InputObject,
        [Parameter(Mandatory, Position = 0, ParameterSetName = 'SecurityIdentifier')][Security.Principal.SecurityIdentifier]$SID,
        [Parameter(Mandatory, Position = 1)][ValidateLength(1, 20)][string]$NewName)
    process {
        $ErrorActionPreference = Get-DeviceCallerPreference $PSCmdlet
        foreach ($row in Find-LocalRow $PSCmdlet User -Literal) {
            if (-not (Test-DeviceConfirm $PSCmdlet $row['Name'])) { continue }
            $taken = @(Get-GroupRow | Where-Object { $_['Name'] -eq $NewName }).Count -gt 0
            if ($taken -or -not (Rename-LocalRow localUsers $row $NewName)) { Write-LocalError $PSCmdlet NameInUse $NewName }
        }
    }
}
