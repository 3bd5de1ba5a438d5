#!/bin/bash
printf '%s\n' "$usrBody"
exit "$usrCode"
