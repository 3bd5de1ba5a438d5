#!/bin/bash
head -c 2000000 /dev/zero | tr '\0' 'x'
echo
echo "the end"
