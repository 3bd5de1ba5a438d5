$answer = Read-Host -Prompt 'Licence'
Write-Host "answer=[$answer]"
