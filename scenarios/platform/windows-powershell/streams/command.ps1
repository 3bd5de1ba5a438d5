Write-Host 'by the host'
Write-Output 'by the pipeline'
Write-Warning 'careful'
Write-Verbose 'in detail' -Verbose
Write-Information 'not shown'
Write-Error 'by the error stream'
[Console]::Error.WriteLine('by the console')
