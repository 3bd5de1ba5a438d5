#!/bin/bash
echo "Hello $usrName"
echo "said on purpose" >&2
