#!/bin/bash
if [ -e /tmp/sick ]; then
    printf '%s\n' '<-Start Result->' "Output=sick: $(cat /tmp/sick)" '<-End Result->'
    exit 1
fi
printf '%s\n' '<-Start Result->' 'Output=well' '<-End Result->'
