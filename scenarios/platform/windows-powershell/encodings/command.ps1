$folder = Join-Path $env:TEMP 'shakedown-encodings'
$null = New-Item -ItemType Directory -Path $folder -Force
function Show-Start([string]$Name) {
    $bytes = [IO.File]::ReadAllBytes((Join-Path $folder $Name))
    Write-Host "$Name=$(($bytes | Select-Object -First 8 | ForEach-Object { $_.ToString('x2') }) -join ' ')"
}
$text = [string][char]0xE9
$text > (Join-Path $folder 'redirected')
$text | Out-File -FilePath (Join-Path $folder 'out-file')
$text | Out-File -FilePath (Join-Path $folder 'out-file-utf8') -Encoding UTF8
Set-Content -Path (Join-Path $folder 'set-content') -Value $text
Set-Content -Path (Join-Path $folder 'set-content-utf8') -Value $text -Encoding UTF8
[IO.File]::WriteAllText((Join-Path $folder 'net'), $text)
foreach ($name in 'redirected', 'out-file', 'out-file-utf8', 'set-content', 'set-content-utf8', 'net') { Show-Start $name }

# The Agent writes the script with a byte order mark; without it this literal would be two letters.
$start = [IO.File]::ReadAllBytes($PSCommandPath) | Select-Object -First 3 | ForEach-Object { $_.ToString('x2') }
Write-Host "script=$($start -join ' ')"
Write-Host "literal=$('é'.Length)"
Remove-Item -Path $folder -Recurse -Force
