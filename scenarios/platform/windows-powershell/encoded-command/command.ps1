function ConvertTo-EncodedCommand([string]$Code) { [Convert]::ToBase64String([Text.Encoding]::Unicode.GetBytes($Code)) }
# Where stderr is a pipe an encoded command writes its progress there: -OutputFormat Text keeps it plain.
$with = '-NoProfile', '-NonInteractive', '-ExecutionPolicy', 'Bypass', '-OutputFormat', 'Text', '-EncodedCommand'
$said = & powershell.exe @with (ConvertTo-EncodedCommand 'Write-Output "it is ""quoted"" & [char]233 is $([int][char]233)"; exit 7')
Write-Host "said=$said code=$LASTEXITCODE"
$null = & powershell.exe @with (ConvertTo-EncodedCommand 'throw "broken"') 2>$null
Write-Host "thrown=$LASTEXITCODE"
$null = & powershell.exe @with (ConvertTo-EncodedCommand "& cmd.exe /c 'exit 5'") 2>$null
Write-Host "program=$LASTEXITCODE"
$process = Start-Process -FilePath powershell.exe -ArgumentList ($with + (ConvertTo-EncodedCommand 'exit 3010')) -Wait -PassThru -NoNewWindow
Write-Host "process=$($process.ExitCode)"
exit 0
