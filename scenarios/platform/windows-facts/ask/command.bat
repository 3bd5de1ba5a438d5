@echo off
systeminfo
reg query "HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion" /v CurrentBuild
wmic os get Caption /value
