#!/bin/bash
printf 'key=%s\n' "${licenceKey-unset}"
