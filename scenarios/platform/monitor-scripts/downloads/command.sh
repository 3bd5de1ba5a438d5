#!/bin/bash
# Fetches its list of bad words where it is not there, holds it against the published digest, and checks with it.
list=/var/lib/vendor/list
url=https://downloads.vendor.example
say() {
  printf '%s\n' '<-Start Result->' "Status=$1" '<-End Result->'
  exit "$2"
}
if [ ! -e "$list" ]; then
  mkdir -p /var/lib/vendor
  curl -fsS -o "$list.new" "$url/list" && curl -fsS -o "$list.sha256" "$url/list.sha256" ||
    say 'cannot check: the list could not be downloaded' 1
  digest=$(sha256sum < "$list.new")
  if [ "${digest%% *}" != "$(cat "$list.sha256")" ]; then
    rm -f "$list.new"
    say 'cannot check: the list is damaged' 1
  fi
  mv "$list.new" "$list"
fi
if grep -qFf "$list" /var/log/vendor.log 2>/dev/null; then
  say 'a bad word is in the log' 1
fi
say 'checked' 0
