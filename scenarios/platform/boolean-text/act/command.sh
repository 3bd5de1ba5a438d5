#!/bin/bash
# Text, never a truth value: "false" is not empty. The case of its letters is not promised.
case $(printf '%s' "$usrForce" | tr '[:upper:]' '[:lower:]') in
    true) echo "forced ($usrForce)" ;;
    false) echo "careful ($usrForce)" ;;
    *) echo "unexpected ($usrForce)"; exit 1 ;;
esac
