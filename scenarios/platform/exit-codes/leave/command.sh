#!/bin/bash
echo "leaving with $usrCode"
exit "$usrCode"
