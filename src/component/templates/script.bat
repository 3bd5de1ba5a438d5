@echo off
rem Says a message. Replace this by what your component does.
rem
rem Variables: usrMessage (string), what to say.
rem Exit code: 0 it was said; 1 usrMessage is empty.
rem A job can answer no questions: give every program its silent switch, and <nul where it might ask.
setlocal EnableDelayedExpansion

if not defined usrMessage (
    echo usrMessage is empty: set it in the job, or give it a default. 1>&2
    exit /b 1
)

echo !usrMessage! (site: !CS_PROFILE_NAME!)
exit /b 0
