#!/bin/bash
echo "partial output"
echo "partial trouble" >&2
exec sleep 600
