#!/bin/bash
for n in $(seq 50); do
    setsid bash -c 'trap "" TERM; exec sleep 600' >/dev/null 2>&1 </dev/null &
done
echo "brood is out"
exec sleep 600
