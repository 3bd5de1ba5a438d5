#!/bin/bash
echo "input for the tool" | acmectl $usrArgs
exit $?
