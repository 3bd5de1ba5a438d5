#!/bin/bash
# Installs one file. Replace this by your product's silent installer.
#
# Variables: usrFolder (string), where to install.
# Exit code: 0 installed; 1 usrFolder is no absolute path; 2 the installation failed.
# A job can answer no questions: read nothing from stdin, pass -y and the like to every program.
set -u

folder="${usrFolder:-}"

case "$folder" in
    /?*) ;;
    *)
        echo "usrFolder is not an absolute path: '$folder'" >&2
        exit 1
        ;;
esac

if ! mkdir -p "$folder" || ! echo 'version 1' > "$folder/version"; then
    echo "The installation into $folder failed." >&2
    exit 2
fi

echo "Installed into $folder."
exit 0
