[ -n "$BASH_VERSION" ] && echo "bash by default"
