#!/bin/bash
# Keeps a folder of spool files small: what is older goes, and the monitor tells what it did.
shopt -s nullglob
spool=(/var/spool/vendor/*)
if [ ${#spool[@]} -gt 3 ]; then
  rm -f "${spool[@]}"
  result="Status=${#spool[@]} files removed"
else
  result="Status=${#spool[@]} files"
fi
printf '%s\n' '<-Start Result->' "$result" '<-End Result->'
