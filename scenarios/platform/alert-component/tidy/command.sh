#!/bin/bash
# Takes what the monitor complains of away.
rm -f "$usrPath" && echo "removed $usrPath"
