#!/bin/bash
case $PWD in
    *'#') echo "the folder ends in a number sign" ;;
    *) echo "unexpected folder $PWD" ;;
esac
cat payload.txt
