#!/bin/bash
printf 'category=%s next=%s\n' "$UDF_7" "$UDF_8"
