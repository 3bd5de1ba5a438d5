$paths = $env:PSModulePath -split ';'
Write-Host "all users: $($paths -contains 'C:\Program Files\WindowsPowerShell\Modules')"
Write-Host "own: $($paths -contains 'C:\Rehearsal\Modules')"
Write-Host "in the script: $(Get-ShakedownRehearsal)"
Write-Host "in a job: $(Start-Job -ScriptBlock { Get-ShakedownRehearsal } | Wait-Job | Receive-Job)"
Write-Host "in a child: $(& powershell.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass -Command Get-ShakedownRehearsal)"
# What a job changes in its environment is gone with it.
$env:PSModulePath += ';C:\Rehearsal\Modules'
