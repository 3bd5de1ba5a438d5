#!/bin/sh
echo "shell ${BASH_VERSION:+bash}"
[ -z "${BASH_VERSION:-}" ] || case $SHELLOPTS in *posix*) ;; *) exit 1 ;; esac
echo done
