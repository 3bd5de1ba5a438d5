#!/bin/bash
printf 'since=%s\n' "$usrSince"
