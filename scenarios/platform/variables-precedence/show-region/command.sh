#!/bin/bash
# The variable is declared nowhere in the component: site and account may fill it.
printf 'region=%s\n' "${brightRegion-unset}"
