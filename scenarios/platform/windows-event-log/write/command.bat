@echo off
eventcreate /l APPLICATION /t ERROR /so Bright /id 108 /d "threat found"
