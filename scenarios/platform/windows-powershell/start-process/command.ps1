# In the form of the whitepaper's sample: a program of the device is asked, and its code decides.
if ($env:usrPassThru -eq 'yes') {
    $process = Start-Process cmd.exe -ArgumentList '/c exit 3' -Wait -PassThru -WindowStyle Hidden
    $code = $process.ExitCode
} else {
    $code = Start-Process cmd.exe -ArgumentList '/c exit 3' -Wait -WindowStyle Hidden
}
Write-Host '<-Start Result->'
Write-Host "Code=$code"
Write-Host '<-End Result->'
if ($code -gt 0) {
    exit 1
}
exit 0
