@echo off
rem Installs one file. Replace this by your product's silent installer.
rem
rem Variables: usrFolder (string), where to install.
rem Exit code: 0 installed; 1 usrFolder is no absolute path; 2 the installation failed.
rem A job can answer no questions: give every program its silent switch, and <nul where it might ask.
setlocal EnableDelayedExpansion

if not "!usrFolder:~1,2!"==":\" (
    echo usrFolder is not an absolute path: "!usrFolder!" 1>&2
    exit /b 1
)

if not exist "!usrFolder!\" md "!usrFolder!"
echo version 1 > "!usrFolder!\version"
if not exist "!usrFolder!\version" (
    echo The installation into "!usrFolder!" failed. 1>&2
    exit /b 2
)

echo Installed into "!usrFolder!".
exit /b 0
