#!/bin/bash
count=$(($(cat /tmp/tries 2>/dev/null || echo 0) + 1))
echo "$count" >/tmp/tries
echo "try $count"
[ "$count" -ge 3 ]
