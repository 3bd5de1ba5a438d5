#!/bin/bash
# The shape that the vendor's knowledge base gives and that most partners copied: an unquoted echo
# puts the whole file on one line.
folder=/root/.mono/registry/CurrentUser/software/centrastage
mkdir -p "$folder"
XMLPath=$folder/values.xml
[ -f "$XMLPath" ] || printf '<values>\n</values>\n' >"$XMLPath"
XMLTemp=$(cat $XMLPath | grep -v "</values>")
XMLTemp="$XMLTemp
  <value name=\"Custom6\" type=\"string\">$usrText</value>
</values>"
rm $XMLPath
echo $XMLTemp >>$XMLPath
