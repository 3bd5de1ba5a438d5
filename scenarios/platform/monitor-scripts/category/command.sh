#!/bin/bash
# UDF 7 says which kind of machine it is; the portal sets it.
case "$UDF_7" in
  kiosk) echo locked > /var/lib/vendor.mode ;;
  *) echo open > /var/lib/vendor.mode ;;
esac
