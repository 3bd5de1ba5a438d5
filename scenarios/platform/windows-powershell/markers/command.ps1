if ($env:usrWay -eq 'calls') {
    Write-Host '<-Start Result->'
    Write-Host 'Output=ALERT! 1 threat'
    Write-Host 'Count=1'
    Write-Host '<-End Result->'
} elseif ($env:usrWay -eq 'text') {
    Write-Host @"
<-Start Result->
Output=ALERT! 1 threat
Count=1
<-End Result->
"@
} else {
    Write-Output '<-Start Result->', 'Output=ALERT! 1 threat', "Count=1`r`n<-End Result->"
}
Write-Host "<-Start Diagnostic->`nquarantined: invoice.exe`n<-End Diagnostic->"
exit 1
