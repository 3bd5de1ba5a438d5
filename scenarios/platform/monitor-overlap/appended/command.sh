#!/bin/bash
# Each run makes a folder of its own: mkdir makes it or fails, so that no run can undo what another one did.
folder=/var/lib/vendor/runs
mkdir -p "$folder"
n=1
until mkdir "$folder/$n" 2>/dev/null; do
  n=$((n + 1))
  [ "$n" -le 1000 ] || exit 1
done
echo '<-Start Result->'
echo "Status=run $n"
echo '<-End Result->'
