#!/bin/bash
echo '<-Start Result->'
echo "Status=UDF 5 is '$UDF_5'"
echo '<-End Result->'
[ "$UDF_5" = "$usrWanted" ]
