#!/bin/bash
printf 'caf\351 cr\350me\n'
echo "still here"
