#!/bin/bash
# Tells what a run before it has left, and then leaves the same.
state=/var/lib/leaves
runs=$(cat "$state/runs" 2>/dev/null)
if [ "$PWD" = "$state" ]; then folder=left; else folder=own; fi
if { true >&9; } 2>/dev/null; then descriptor=open; else descriptor=closed; fi
echo '<-Start Result->'
echo "Left=value ${LEAVES_VALUE:-none}, folder $folder, descriptor $descriptor, runs ${runs:-0}"
echo '<-End Result->'
mkdir -p "$state"
echo $((${runs:-0} + 1)) > "$state/runs"
export LEAVES_VALUE=left
cd "$state" || exit 1
exec 9> "$state/open"
