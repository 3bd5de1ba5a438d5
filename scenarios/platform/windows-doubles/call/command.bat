@echo off
bvcmd --status
echo code=%ERRORLEVEL%
exit /b %ERRORLEVEL%
