# Rows of users and groups, the objects made of them, errors.

function Get-UserRow { Get-DeviceTable -Name localUsers -Key Name }

function Get-GroupRow { Get-DeviceTable -Name localGroups -Key Name }

function Get-RowSid {
    # SID of a user's or group's row.
    param($Row)
    if ($Row['Sid']) { return [string]$Row['Sid'] }
    "$(Invoke-Device -Ask facts -Name machineSid)-$($Row['Rid'])"
}

function Get-RowDate {
    param($Row, [string]$Name)
    if (-not $Row[$Name]) { return }
    $date = [datetime]$Row[$Name]
    # A text with a zone comes as local time; a date that was just written is still UTC.
    if ($date.Kind -eq 'Utc') { $date.ToLocalTime() } else { $date }
}

function New-UserObject {
    param($Row)
    $user = [Microsoft.PowerShell.Commands.LocalUser]::new()
    $user.Name = $Row['Name']
    $user.SID = Get-RowSid $Row
    $user.ObjectClass = 'User'
    $user.PrincipalSource = if ($Row['PrincipalSource']) { $Row['PrincipalSource'] } else { 'Local' }
    $user.Description = [string]$Row['Description']
    $user.FullName = [string]$Row['FullName']
    foreach ($name in 'PasswordRequired', 'UserMayChangePassword', 'Enabled') { $user.$name = [bool]$Row[$name] }
    foreach ($name in 'AccountExpires', 'LastLogon', 'PasswordLastSet') {
        $date = Get-RowDate $Row $name
        if ($date) { $user.$name = $date }
    }
    $set = Get-RowDate $Row 'PasswordLastSet'
    if ($set) {
        $user.PasswordChangeableDate = $set
        if (-not $Row['PasswordNeverExpires']) { $user.PasswordExpires = $set.AddDays($script:passwordAge) }
    }
    $user
}

function New-GroupObject {
    param($Row)
    $group = [Microsoft.PowerShell.Commands.LocalGroup]::new()
    $group.Name = $Row['Name']
    $group.SID = Get-RowSid $Row
    $group.ObjectClass = 'Group'
    $group.PrincipalSource = 'Local'
    $group.Description = [string]$Row['Description']
    $group
}

function Write-LocalError {
    # The module's errors: exception type, id and category as compiled there.
    param($Cmdlet, [string]$Kind, [string]$Target, [string]$Group)
    $message = @{
        UserNotFound = "User $Target was not found."
        GroupNotFound = "Group $Target was not found."
        PrincipalNotFound = "Principal $Target was not found."
        MemberNotFound = "Member $Target was not found in group $Group."
        UserExists = "User $Target already exists."
        GroupExists = "Group $Target already exists."
        MemberExists = "$Target is already a member of group $Group."
        NameInUse = "Name $Target is already in use."
    }[$Kind]
    $exception = ("Microsoft.PowerShell.Commands.${Kind}Exception" -as [type])::new($message)
    $exception.Target = $Target
    $category = if ($Kind -like '*NotFound') { 'ObjectNotFound' } else { 'ResourceExists' }
    $command = $Cmdlet.MyInvocation.MyCommand.Name.Replace('-', '')
    $Cmdlet.WriteError((New-DeviceError $message "$Kind,Microsoft.PowerShell.Commands.${command}Command" $category $Target $exception))
}

function Write-BuiltInError {
    # What Windows says where a built-in account would go.
    param($Cmdlet, [string]$Name)
    $text = 'Cannot perform this operation on built-in accounts.'
    $Cmdlet.WriteError((New-DeviceError $text 'InvalidOperation' InvalidOperation $Name ([InvalidOperationException]::new($text))))
}

function Get-PlainName {
    # A name without the name of this device in front.
    param([string]$Name)
    $Name -replace "^(\.|$([regex]::Escape([Environment]::MachineName)))\\", ''
}

function Find-LocalRow {
    # Users or groups by -Name (wildcards unless -Literal), -SID or -InputObject of the calling command; -Group stands for all three.
    param($Cmdlet, [string]$Kind, [switch]$Literal)
    $bound = $Cmdlet.MyInvocation.BoundParameters
    $rows = @(if ($Kind -eq 'User') { Get-UserRow } else { Get-GroupRow })
    if ($bound.ContainsKey('SID')) {
        foreach ($sid in $bound['SID']) {
            $hit = @($rows | Where-Object { (Get-RowSid $_) -eq [string]$sid })
            if ($hit.Count) { $hit } else { Write-LocalError $Cmdlet "${Kind}NotFound" ([string]$sid) }
        }
        return
    }
    $given = $bound['Name']
    foreach ($object in 'InputObject', 'Group') {
        if ($bound.ContainsKey($object)) { $given = @($bound[$object] | ForEach-Object { $_.Name }) }
    }
    if ($null -eq $given) { return $rows }
    foreach ($name in $given) {
        $plain = Get-PlainName $name
        $hit = @($rows | Where-Object { $_['Name'] -eq $plain -or (-not $Literal -and $_['Name'] -like $plain) })
        if (-not $hit.Count -and $plain -match '^S-1-') { $hit = @($rows | Where-Object { (Get-RowSid $_) -eq $plain }) }
        if ($hit.Count) { $hit; continue }
        $pattern = -not $Literal -and [Management.Automation.WildcardPattern]::ContainsWildcardCharacters($plain)
        if (-not $pattern) { Write-LocalError $Cmdlet "${Kind}NotFound" $plain }
    }
}

function New-Rid {
    # A number above all that are in use or were ever given, from 1001 on; `net user` takes its numbers there, too.
    $last = 1000
    foreach ($row in @(Get-UserRow) + @(Get-GroupRow)) { if ([int]$row['Rid'] -gt $last) { $last = [int]$row['Rid'] } }
    $given = Update-DeviceObject -Name machine -Key lastRid -Change {
        param($Present)
        @{ rid = 1 + [Math]::Max($last, [int]$Present.rid) }
    }
    [int]$given.rid
}

function Add-LocalRow {
    # Adds a row unless there is one of its name meanwhile; the row, or nothing.
    param([string]$Table, [Collections.IDictionary]$New)
    Update-DeviceRow -Name $Table -Field Name -Key $New['Name'] -Change {
        param($Present)
        if ($null -eq $Present) {
            $New['Rid'] = New-Rid
            $New
        }
    }
}

function Edit-LocalRow {
    # Changes fields of a row that is there.
    param([string]$Table, [string]$Name, [Collections.IDictionary]$Fields)
    $null = Update-DeviceRow -Name $Table -Field Name -Key $Name -Change {
        param($Present)
        if ($null -ne $Present) {
            foreach ($field in $Fields.Keys) { $Present[$field] = $Fields[$field] }
            $Present
        }
    }
}

function Edit-Member {
    # Puts another list in place of a group's members; -Edit gets a member and gives what it becomes, nothing removes it.
    param([string]$Group, [scriptblock]$Edit)
    $null = Update-DeviceRow -Name localGroups -Field Name -Key $Group -Change {
        param($Present)
        if ($null -ne $Present) {
            $Present['Members'] = @(foreach ($member in $Present['Members']) { & $Edit $member })
            $Present
        }
    }
}

function Rename-LocalRow {
    # Gives a row another name; whether that was free.
    param([string]$Table, $Row, [string]$NewName)
    $old = [string]$Row['Name']
    $moved = [ordered]@{}
    foreach ($field in $Row.Keys) { $moved[$field] = $Row[$field] }
    $moved['Name'] = $NewName
    $added = Update-DeviceRow -Name $Table -Field Name -Key $NewName -Change { param($Present) if ($null -eq $Present) { $moved } }
    if ($null -eq $added) { return $false }
    Remove-DeviceRow -Name $Table -Key $old
    foreach ($group in Get-GroupRow) {
        if (@($group['Members']) -notcontains $old) { continue }
        Edit-Member $group['Name'] { param($one) if ($one -eq $old) { $NewName } else { $one } }
    }
    $true
}
