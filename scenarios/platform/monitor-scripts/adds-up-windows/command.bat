@echo off
setlocal
set sum=0
for /f "tokens=3" %%v in ('reg query HKLM\SOFTWARE\Vendor /v Errors 2^>nul') do set /a sum=%%v
for /f %%n in (C:\vendor\errors.txt) do set /a sum=sum+%%n
reg add HKLM\SOFTWARE\Vendor /v Errors /t REG_DWORD /d %sum% /f >nul
echo ^<-Start Result-^>
echo Errors=%sum%
echo ^<-End Result-^>
if %sum% GEQ 5 exit /b 1
exit /b 0
