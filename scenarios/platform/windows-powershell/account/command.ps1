Write-Host "user=$env:USERNAME profile=$env:USERPROFILE"
Write-Host "temp=$env:TEMP"
