#!/bin/bash
case $usrAct in
    create) mkdir -p /opt/acme/bin && echo one >/opt/acme/bin/tool && echo keep >/opt/acme/keep ;;
    change) echo two >>/opt/acme/bin/tool ;;
    chmod) chmod 0700 /opt/acme/bin/tool ;;
    delete) rm -r /opt/acme ;;
    nothing) true ;;
esac
