#!/bin/bash
[ -n "$CS_ACCOUNT_UID" ] || exit 1
echo "account=$CS_ACCOUNT_UID"
echo "hash=$(printf '%s' "$CS_ACCOUNT_UID" | sha256sum | cut -c1-64)"
