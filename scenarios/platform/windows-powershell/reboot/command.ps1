switch ($env:usrHow) {
    'restart' { Restart-Computer -Force }
    'stop' { Stop-Computer -Force }
    'program' { & "$env:SystemRoot\System32\shutdown.exe" /r /t 0 }
}
Write-Host 'the script goes on'
exit 0
