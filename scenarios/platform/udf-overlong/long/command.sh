#!/bin/bash
folder=/root/.mono/registry/CurrentUser/software/centrastage
mkdir -p "$folder"
text=$(printf '%300s' | tr ' ' u)
printf '<values><value name="Custom3" type="string">%s</value></values>\n' "$text" >"$folder/values.xml"
