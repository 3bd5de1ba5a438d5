#!/bin/sh
echo "scan of release 1"
