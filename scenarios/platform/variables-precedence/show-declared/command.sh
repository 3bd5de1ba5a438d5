#!/bin/bash
printf 'region=%s\n' "$brightRegion"
