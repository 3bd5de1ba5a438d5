#!/bin/bash
file=$(find /root/.mono/registry -name values.xml)
rm "$file" && mkfifo "$file"
