#!/bin/bash
# Lays the text of usrBody as the Agent's values.xml, so that each shape of the file can be tried.
folder=/root/.mono/registry/CurrentUser/software/centrastage
mkdir -p "$folder"
printf '%s' "$usrBody" >"$folder/values.xml"
