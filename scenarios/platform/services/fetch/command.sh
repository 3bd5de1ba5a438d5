#!/bin/bash
# Plain http with bash alone, so that it runs on every device.
host=cloud.acme.example
exec 3<>"/dev/tcp/$host/80" || { echo "no connection"; exit 7; }
printf 'GET /package HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n' "$host" >&3
answer=$(cat <&3)
[ -n "$answer" ] || { echo "no answer"; exit 52; }
status=${answer#* }
status=${status%% *}
body=${answer##*$'\r\n\r\n'}
length=$(printf '%s\n' "$answer" | tr -d '\r' | awk -F': ' 'tolower($1) == "content-length" { print $2 }')
echo "status=$status body=$body"
[ "$status" = 200 ] || exit 22
[ "${#body}" -eq "${length:-0}" ] || { echo "cut short: ${#body} of $length"; exit 18; }
[ "$body" = "0123456789-the-package-9876543210" ] || { echo "damaged"; exit 19; }
echo "whole"
