#!/bin/bash
# Detached as it should be: own session, none of the script's files.
setsid sleep 300 </dev/null >/dev/null 2>&1 &
echo started
