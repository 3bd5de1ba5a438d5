switch ($env:usrHow) {
    'end' { Write-Host 'the script just ends' }
    'exit' { exit }
    'exit-7' { exit 7 }
    'exit-3010' { exit 3010 }
    'exit-minus-1' { exit -1 }
    'throw' { throw 'a broken promise' }
    'write-error' { Write-Error 'an error that does not stop' }
    'stop' { Get-Item -LiteralPath 'C:\no such file' -ErrorAction Stop }
    'no-such-command' { Invoke-NoSuchCommand }
    'preference' { $ErrorActionPreference = 'Stop'; Get-Item -LiteralPath 'C:\no such file' }
    'program' { & "$env:SystemRoot\System32\cmd.exe" /c 'exit 5' }
    'program-told' { & "$env:SystemRoot\System32\cmd.exe" /c 'exit 5'; exit $LASTEXITCODE }
    'process' {
        $process = Start-Process -FilePath "$env:SystemRoot\System32\cmd.exe" -ArgumentList '/c', 'exit 1603' -Wait -PassThru -NoNewWindow
        exit $process.ExitCode
    }
    'caught' { try { throw 'a broken promise' } catch { Write-Host "caught: $($_.Exception.Message)"; exit 4 } }
    'trapped' { & { trap { exit 6 }; throw 'a broken promise' } }
}
