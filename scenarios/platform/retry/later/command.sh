#!/bin/bash
setsid bash -c 'sleep 0.15; echo ready >/tmp/ready' </dev/null >/dev/null 2>&1 &
