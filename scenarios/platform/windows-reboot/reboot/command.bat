@echo off
shutdown /r /t 0
