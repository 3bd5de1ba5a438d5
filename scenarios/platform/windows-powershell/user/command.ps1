$ErrorActionPreference = 'Stop'
$name = 'shakedown-ann'
if ($env:usrDo -eq 'remove') {
    Remove-LocalUser -Name $name
    Write-Host "left=$([bool](Get-LocalUser -Name $name -ErrorAction SilentlyContinue))"
    exit 0
}
$password = ConvertTo-SecureString -String 'Rehearsal-4711!' -AsPlainText -Force
$user = New-LocalUser -Name $name -Password $password -FullName 'Ann Rehearsal' -Description 'Made by a component' -PasswordNeverExpires
Write-Host "made=$($user.Name) enabled=$($user.Enabled)"
# By its identifier: the group has another name in every language.
$group = Get-LocalGroup -SID 'S-1-5-32-544'
Add-LocalGroupMember -Group $group -Member $name
$members = @(Get-LocalGroupMember -Group $group | ForEach-Object { $_.Name.Split('\')[-1] })
Write-Host "administrator=$($members -contains $name)"
try {
    $null = New-LocalUser -Name $name -NoPassword
} catch {
    Write-Host "again=$($_.CategoryInfo.Category)"
}
