# Alerts while a file of trouble is there. Replace the test by your own.
#
# Variables: usrFile (string), the file whose presence means trouble.
# Exit code: 0 healthy; 1 alert. There is no third state, and nothing is kept from run to run.
# It runs in Windows PowerShell 5.1, as SYSTEM: nothing of PowerShell 7, and no HKCU of a user's.

# An error ends the script, with exit code 1: an alert, not a monitor that is silent.
$ErrorActionPreference = 'Stop'

$file = $env:usrFile
if (-not $file) { $file = 'C:\ProgramData\Example Product\trouble' }

# Each marker stands alone on its line.
if (-not (Test-Path -LiteralPath $file)) {
    Write-Host '<-Start Result->'
    Write-Host 'Status=OK'
    Write-Host '<-End Result->'
    exit 0
}

Write-Host '<-Start Result->'
Write-Host "Status=ALERT: $file is there"
Write-Host '<-End Result->'
Write-Host '<-Start Diagnostic->'
Get-Content -LiteralPath $file | Write-Host
Write-Host '<-End Diagnostic->'
exit 1
