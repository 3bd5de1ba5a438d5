@echo off
reg query "HKLM\SOFTWARE\Bright Software\Antivirus" /v Licence >nul 2>&1
if errorlevel 1 (
    echo ^<-Start Result-^>
    echo Output=no licence
    echo ^<-End Result-^>
    exit /b 1
)
echo ^<-Start Result-^>
echo Output=licensed
echo ^<-End Result-^>
exit /b 0
