#!/bin/bash
echo "first"
exit 0
