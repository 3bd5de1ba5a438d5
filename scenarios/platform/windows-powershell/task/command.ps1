$ErrorActionPreference = 'Stop'
$folder = '\Shakedown Rehearsal\'
$file = Join-Path $env:ProgramData 'shakedown-scan.txt'
switch ($env:usrDo) {
    'create' {
        $action = New-ScheduledTaskAction -Execute "$env:SystemRoot\System32\cmd.exe" -Argument "/c echo scanned>$file"
        $principal = New-ScheduledTaskPrincipal -UserId 'SYSTEM' -LogonType ServiceAccount -RunLevel Highest
        $task = Register-ScheduledTask -TaskName Scan -TaskPath $folder -Action $action -Principal $principal -Force
        Write-Host "registered=$($task.TaskPath)$($task.TaskName) $($task.State)"
        Write-Host "runs=$($task.Actions[0].Execute) as $($task.Principal.UserId)"
    }
    'start' {
        Start-ScheduledTask -TaskName Scan -TaskPath $folder
        foreach ($try in 1..100) {
            if ((Test-Path -LiteralPath $file) -and (Get-ScheduledTask -TaskName Scan -TaskPath $folder).State -eq 'Ready') { break }
            Start-Sleep -Milliseconds 200
        }
        $info = Get-ScheduledTaskInfo -TaskName Scan -TaskPath $folder
        Write-Host "result=$($info.LastTaskResult) said=$((Get-Content -LiteralPath $file).Trim())"
    }
    'remove' {
        Unregister-ScheduledTask -TaskName Scan -TaskPath $folder -Confirm:$false
        Remove-Item -LiteralPath $file -Force -ErrorAction SilentlyContinue
        Write-Host "left=$(@(Get-ScheduledTask -TaskPath $folder -ErrorAction SilentlyContinue).Count)"
    }
}
