#!/bin/bash
folder=/var/root/.mono/registry/CurrentUser/software/centrastage
mkdir -p "$folder"
printf '<values><value name="Custom6" type="string">from a Mac</value></values>\n' >"$folder/values.xml"
