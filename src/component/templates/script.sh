#!/bin/bash
# Says a message. Replace this by what your component does.
#
# Variables: usrMessage (string), what to say.
# Exit code: 0 it was said; 1 usrMessage is empty.
# A job can answer no questions: read nothing from stdin, pass -y and the like to every program.
set -u

message="${usrMessage:-}"

if [ -z "$message" ]; then
    echo "usrMessage is empty: set it in the job, or give it a default." >&2
    exit 1
fi

echo "$message (site: ${CS_PROFILE_NAME:-unknown})"
exit 0
