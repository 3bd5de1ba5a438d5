#!/bin/bash
@echo off
goto WindowsScript
echo "the Unix half on $(uname -s)"
exit 0
:WindowsScript
echo the Windows half
