#!/bin/bash
# bash's own /dev/tcp asks the resolver; nobody answers on this device.
(exec 3<>/dev/tcp/telemetry.acme.example/443) 2>/dev/null && echo connected
(exec 3<>/dev/tcp/203.0.113.9/8443) 2>/dev/null && echo connected
echo done
