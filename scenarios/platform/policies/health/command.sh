#!/bin/bash
# Well unless something is written in this file; nothing of an earlier run is kept.
trouble=$(cat /var/lib/health/broken 2>/dev/null)
echo '<-Start Result->'
if [ -n "$trouble" ]; then
  echo "Status=broken $trouble"
else
  echo 'Status=well'
fi
echo '<-End Result->'
if [ -n "$trouble" ]; then
  echo '<-Start Diagnostic->'
  echo "found in /var/lib/health/broken"
  echo '<-End Diagnostic->'
  exit 1
fi
