#!/bin/bash
echo "registered, id=A-$((40 + 2))"
mkdir -p /opt/acme && echo "token-77" >/opt/acme/token
