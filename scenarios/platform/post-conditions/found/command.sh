#!/bin/bash
echo "$usrText"
exit "$usrCode"
