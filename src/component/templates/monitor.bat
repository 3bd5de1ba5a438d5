@echo off
rem Alerts while a file of trouble is there. Replace the test by your own.
rem
rem Variables: usrFile (string), the file whose presence means trouble.
rem Exit code: 0 healthy; 1 alert. There is no third state, and nothing is kept from run to run.
setlocal EnableDelayedExpansion

if not defined usrFile set "usrFile=C:\ProgramData\Example Product\trouble"

if not exist "!usrFile!" (
    echo ^<-Start Result-^>
    echo Status=OK
    echo ^<-End Result-^>
    exit /b 0
)

echo ^<-Start Result-^>
echo Status=ALERT: !usrFile! is there
echo ^<-End Result-^>
echo ^<-Start Diagnostic-^>
type "!usrFile!"
echo.
echo ^<-End Diagnostic-^>
exit /b 1
