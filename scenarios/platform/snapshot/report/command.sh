#!/bin/bash
cat <<'END'
disk   ok
memory ok
END
