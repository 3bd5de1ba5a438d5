#!/bin/bash
# A run that finds another one at work leaves at once (whitepaper page 9).
if ! mkdir /tmp/locked.lock 2>/dev/null; then
    printf '%s\n' '<-Start Result->' 'Output=another run is at work' '<-End Result->'
    exit 0
fi
trap 'rmdir /tmp/locked.lock' EXIT
count=$(cat /tmp/locked.count 2>/dev/null || echo 0)
sleep 0.3
echo $((count + 1)) >/tmp/locked.count
printf '%s\n' '<-Start Result->' 'Output=looked' '<-End Result->'
