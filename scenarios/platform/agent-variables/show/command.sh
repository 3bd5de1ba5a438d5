#!/bin/bash
printf '%s\n' "site=$CS_PROFILE_NAME" "about=$CS_PROFILE_DESC" "domain=$CS_DOMAIN" "proxy=$CS_PROFILE_PROXY_TYPE"
printf '%s\n' "portal=$CS_CSM_ADDRESS" "port=$CS_CC_PORT1"
[ -n "$CS_ACCOUNT_UID" ] && [ -n "$CS_PROFILE_UID" ] && echo "ids are there"
[ -n "${CS_PROFILE_PROXY_HOST-}" ] && echo "through $CS_PROFILE_PROXY_HOST:$CS_PROFILE_PROXY_PORT"
exit 0
