#!/bin/sh
set -eu
token=$(printf 'grant_type=password&username=%s&password=%s' "$usrKey" "$usrSecret" |
    curl --silent --fail --user public-client:public --data @- "$usrPlatform/auth/oauth/token" |
    sed 's/.*"access_token":"\([^"]*\)".*/\1/')
printf 'header = "Authorization: Bearer %s"\n' "$token" |
    curl --silent --fail --config - --json '{"udf7":"linked by its own client"}' \
        "$usrPlatform/api/v2/device/$usrDevice/udf"
echo linked
