#!/bin/bash
@echo off
goto WindowsScript
folder=/var/root/.mono/registry/CurrentUser/software/centrastage
mkdir -p "$folder" || exit 1
printf '<values>\n<value name="Custom%s" type="string">Bright on %s</value>\n</values>\n' "$usrUDF" "$(sw_vers -productName)" >"$folder/values.xml" || exit 1
echo "the field $usrUDF is set"
exit 0
:WindowsScript
reg add HKLM\SOFTWARE\CentraStage /v Custom%usrUDF% /t REG_SZ /d "Bright on %OS%" /f /reg:64 >nul || exit /b 1
echo the field %usrUDF% is set
exit /b 0
