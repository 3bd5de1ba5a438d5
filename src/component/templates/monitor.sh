#!/bin/bash
# Alerts while a file of trouble is there. Replace the test by your own.
#
# Variables: usrFile (string), the file whose presence means trouble.
# Exit code: 0 healthy; 1 alert. There is no third state, and nothing is kept from run to run.
set -u

file="${usrFile:-/var/lib/example-product/trouble}"

if [ ! -e "$file" ]; then
    echo '<-Start Result->'
    echo "Status=OK"
    echo '<-End Result->'
    exit 0
fi

echo '<-Start Result->'
echo "Status=ALERT: $file is there"
echo '<-End Result->'
echo '<-Start Diagnostic->'
cat -- "$file"
echo '<-End Diagnostic->'
exit 1
