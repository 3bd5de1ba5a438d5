#!/bin/bash
if read -r answer; then
    echo "answer: $answer"
else
    echo "nobody answers"
fi
