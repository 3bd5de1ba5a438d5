@echo off
echo user=%USERNAME% profile=%USERPROFILE%
echo site=%CS_PROFILE_NAME% udf7=%UDF_7%
if not defined UDF_8 echo udf8 is not set
if not defined usrEmpty echo usrEmpty is not set
echo folder=%CD%
echo x86=%ProgramFiles(x86)%
