# Members of local groups.

function Resolve-Member {
    # A member as it is stored ('user', 'DOMAIN\name', a SID) from what a script gives: name, SID or object; nothing for no such principal.
    param($Given)
    $text = if ($Given.PSObject.Properties['Name']) { [string]$Given.Name } else { [string]$Given }
    $text = Get-PlainName $text
    $rows = @(Get-UserRow) + @(Get-GroupRow)
    if ($text -match '^S-1-') {
        $known = $rows | Where-Object { (Get-RowSid $_) -eq $text } | Select-Object -First 1
        if ($known) { return [string]$known['Name'] }
        $name = $script:wellKnown.Keys | Where-Object { $script:wellKnown[$_] -eq $text } | Select-Object -First 1
        if ($name) { return $name } else { return $text }
    }
    $name = $script:wellKnown.Keys | Where-Object { $_ -eq $text -or $_.Split('\')[-1] -eq $text } | Select-Object -First 1
    if ($name) { return $name }
    if ($text -like '*\*' -or $text -like '*@*') { return $text }
    $known = $rows | Where-Object { $_['Name'] -eq $text } | Select-Object -First 1
    if ($known) { [string]$known['Name'] }
}

function New-MemberObject {
    # What Get-LocalGroupMember gives for a stored member.
    param([string]$Name, $Users, $Groups)
    $one = [Microsoft.PowerShell.Commands.LocalPrincipal]::new()
    $user = $Users | Where-Object { $_['Name'] -eq $Name } | Select-Object -First 1
    $inner = $Groups | Where-Object { $_['Name'] -eq $Name } | Select-Object -First 1
    $known = $script:wellKnown.Keys | Where-Object { $_ -eq $Name -or $_.Split('\')[-1] -eq $Name } | Select-Object -First 1
    $one.ObjectClass = 'User'
    $one.Name = $Name
    if ($user) {
        $one.Name = "$([Environment]::MachineName)\$Name"
        $one.SID = Get-RowSid $user
        $one.PrincipalSource = 'Local'
    } elseif ($inner) {
        $one.ObjectClass = 'Group'
        $one.Name = "$([Environment]::MachineName)\$Name"
        $one.SID = Get-RowSid $inner
        $one.PrincipalSource = 'Local'
    } elseif ($known) {
        $one.ObjectClass = 'Group'
        $one.Name = $known
        $one.SID = $script:wellKnown[$known]
        $one.PrincipalSource = 'Unknown'
    } else {
        if ($Name -match '\\(Domain|Group)') { $one.ObjectClass = 'Group' }
        if ($Name -match '^S-1-') { $one.SID = $Name }
        $one.PrincipalSource = if ($Name -like 'AzureAD\*' -or $Name -like 'S-1-12-*') { 'AzureAD' } else { 'ActiveDirectory' }
    }
    $one
}

function Get-LocalGroupMember {
    <#
    .SYNOPSIS
    Gets the members of a local group.
    #>
    [CmdletBinding(DefaultParameterSetName = 'Default')]
    param([Parameter(Mandatory, Position = 0, ParameterSetName = 'Default', ValueFromPipeline, ValueFromPipelineByPropertyName)]
        [string]$Name,
        [Parameter(Mandatory, Position = 0, ParameterSetName = 'Group', ValueFromPipeline)]
        [Microsoft.PowerShell.Commands.LocalGroup]$Group,
        [Parameter(Mandatory, Position = 0, ParameterSetName = 'SecurityIdentifier')][Security.Principal.SecurityIdentifier]$SID,
        [Parameter(Position = 1)][string]$Member)
    process {
        $ErrorActionPreference = Get-DeviceCallerPreference $PSCmdlet
        $users = @(Get-UserRow)
        $groups = @(Get-GroupRow)
        foreach ($row in Find-LocalRow $PSCmdlet Group) {
            $all = @(foreach ($one in $row['Members']) { New-MemberObject $one $users $groups })
            if (-not $Member) { $all; continue }
            $plain = Get-PlainName $Member
            $hit = @($all | Where-Object { $_.Name -like $Member -or (Get-PlainName $_.Name) -like $plain -or "$($_.SID)" -eq $Member })
            if ($hit.Count) { $hit; continue }
            if (-not [Management.Automation.WildcardPattern]::ContainsWildcardCharacters($Member)) {
                Write-LocalError $PSCmdlet PrincipalNotFound $Member
            }
        }
    }
}

function Add-LocalGroupMember {
    <#
    .SYNOPSIS
    Adds members to a local group.
    #>
    [CmdletBinding(SupportsShouldProcess, DefaultParameterSetName = 'Default')]
    param([Parameter(Mandatory, Position = 0, ParameterSetName = 'Default')][string]$Name,
        [Parameter(Mandatory, Position = 0, ParameterSetName = 'Group')][Microsoft.PowerShell.Commands.LocalGroup]$Group,
        [Parameter(Mandatory, Position = 0, ParameterSetName = 'SecurityIdentifier')][Security.Principal.SecurityIdentifier]$SID,
        [Parameter(Mandatory, Position = 1, ValueFromPipeline, ValueFromPipelineByPropertyName)][object[]]$Member)
    process {
        $ErrorActionPreference = Get-DeviceCallerPreference $PSCmdlet
        foreach ($row in Find-LocalRow $PSCmdlet Group -Literal) {
            foreach ($given in $Member) {
                $known = Resolve-Member $given
                if (-not $known) { Write-LocalError $PSCmdlet PrincipalNotFound "$given"; continue }
                if (-not (Test-DeviceConfirm $PSCmdlet $row['Name'])) { continue }
                $added = Update-DeviceRow -Name localGroups -Field Name -Key $row['Name'] -Change {
                    param($Present)
                    if ($null -ne $Present -and @($Present['Members']) -notcontains $known) {
                        $Present['Members'] = @($Present['Members'] | Where-Object { $_ }) + $known
                        $Present
                    }
                }
                if (-not $added) { Write-LocalError $PSCmdlet MemberExists "$given" $row['Name'] }
            }
        }
    }
}

function Remove-LocalGroupMember {
    <#
    .SYNOPSIS
    Removes members from a local group.
    #>
    [CmdletBinding(SupportsShouldProcess, DefaultParameterSetName = 'Default')]
    param([Parameter(Mandatory, Position = 0, ParameterSetName = 'Default')][string]$Name,
        [Parameter(Mandatory, Position = 0, ParameterSetName = 'Group')][Microsoft.PowerShell.Commands.LocalGroup]$Group,
        [Parameter(Mandatory, Position = 0, ParameterSetName = 'SecurityIdentifier')][Security.Principal.SecurityIdentifier]$SID,
        [Parameter(Mandatory, Position = 1, ValueFromPipeline, ValueFromPipelineByPropertyName)][object[]]$Member)
    process {
        $ErrorActionPreference = Get-DeviceCallerPreference $PSCmdlet
        foreach ($row in Find-LocalRow $PSCmdlet Group -Literal) {
            foreach ($given in $Member) {
                $known = Resolve-Member $given
                if (-not $known) { Write-LocalError $PSCmdlet PrincipalNotFound "$given"; continue }
                if (-not (Test-DeviceConfirm $PSCmdlet $row['Name'])) { continue }
                $short = $known.Split('\')[-1]
                $removed = Update-DeviceRow -Name localGroups -Field Name -Key $row['Name'] -Change {
                    param($Present)
                    $left = @($Present['Members'] | Where-Object { $_ -ne $known -and ($_ -ne $short -or -not $script:wellKnown[$known]) })
                    if ($null -ne $Present -and $left.Count -lt @($Present['Members']).Count) {
                        $Present['Members'] = $left
                        $Present
                    }
                }
                if (-not $removed) { Write-LocalError $PSCmdlet MemberNotFound "$given" $row['Name'] }
            }
        }
    }
}
