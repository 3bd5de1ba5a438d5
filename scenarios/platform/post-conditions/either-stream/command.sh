#!/bin/bash
echo "half done" >&2
