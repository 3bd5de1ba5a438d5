$child = Join-Path $env:TEMP 'shakedown-child.ps1'
[IO.File]::WriteAllText($child, "'$([char]0xE9)'.Length")
Write-Host "without=$(& powershell.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass -File $child)"
[IO.File]::WriteAllText($child, "'$([char]0xE9)'.Length", [Text.UTF8Encoding]::new($true))
Write-Host "with=$(& powershell.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass -File $child)"
Remove-Item -LiteralPath $child
