$ErrorActionPreference = 'Stop'
$found = @(Get-WinEvent -FilterHashtable @{ LogName = 'Application'; Id = 26108 } -ErrorAction SilentlyContinue)
Write-Host "found=$($found.Count)"
foreach ($one in $found) { Write-Host "message=$($one.Message)" }
