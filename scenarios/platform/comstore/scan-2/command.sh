#!/bin/sh
echo "scan of release 2"
