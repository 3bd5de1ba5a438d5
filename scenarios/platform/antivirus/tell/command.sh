#!/bin/bash
folder=/usr/local/share/CentraStage/AEMAgent
mkdir -p "$folder"
# In one step: half a file could be read.
printf '{"product":"Bright Antivirus","running":%s,"upToDate":%s}' "$usrRunning" "$usrUpToDate" >"$folder/antivirus.json.part"
mv "$folder/antivirus.json.part" "$folder/antivirus.json"
