$child = "$env:SystemRoot\SysWOW64\WindowsPowerShell\v1.0\powershell.exe"
$code = '$null = New-Item -Path HKLM:\SOFTWARE\CentraStage -ErrorAction SilentlyContinue; ' +
    'Set-ItemProperty -Path HKLM:\SOFTWARE\CentraStage -Name Custom5 -Value lost; [Environment]::Is64BitProcess'
& $child -NoProfile -NonInteractive -ExecutionPolicy Bypass -Command $code
exit $LASTEXITCODE
