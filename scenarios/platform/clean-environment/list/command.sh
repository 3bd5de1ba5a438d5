#!/bin/bash
env | sed -e 's/=.*//' | sort
echo "home is $HOME"
