#!/bin/bash
# Sound: the kernel lets go of the lock however a run ends, and a new count takes the old one's place in one step.
mkdir -p /var/lib/vendor
cd /var/lib/vendor || exit 1
exec 9>lock
flock 9
count=$(cat runs 2>/dev/null)
echo "$((${count:-0} + 1))" > runs.new
mv runs.new runs
printf '%s\n' '<-Start Result->' 'Status=run counted' '<-End Result->'
