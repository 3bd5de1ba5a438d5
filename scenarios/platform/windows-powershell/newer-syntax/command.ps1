Write-Host 'first' && Write-Host 'second'
