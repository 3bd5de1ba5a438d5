#!/bin/bash
if [ -e ./tool.conf ]; then result='Status=there'; else result='Status=not there'; fi
printf '%s\n' '<-Start Result->' "$result" '<-End Result->'
[ -e ./tool.conf ]
