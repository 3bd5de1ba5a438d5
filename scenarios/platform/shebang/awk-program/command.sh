#!/usr/bin/awk -f
BEGIN { print "said by awk"; exit 0 }
