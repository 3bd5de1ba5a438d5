#!/bin/bash
echo "to stdout"
echo "to stderr" >&2
printf 'no newline at the end'
