#!/bin/bash
# The script has the secret in plain text and must not show it.
printf 'characters=%s\n' "${#apiSecret}"
