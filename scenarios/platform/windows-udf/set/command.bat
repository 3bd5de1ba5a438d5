@echo off
reg add "%usrKey%\SOFTWARE\CentraStage" /v Custom%usrUDF% /t REG_SZ /d "%usrValue%" /f %usrView%
