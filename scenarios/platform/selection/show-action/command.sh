#!/bin/bash
printf 'action=%s\n' "$usrAction"
