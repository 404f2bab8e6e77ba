#!/bin/sh
# Names the system packages that development needs, and installs them when it can: as root on Debian.
# The product itself needs none of them: bubblewrap is a second wall of the jail where it is present, and without
# Tesseract text on pictures is not looked for.
set -eu

wanted=""
need() { # need COMMAND PACKAGE
    command -v "$1" >/dev/null 2>&1 || wanted="$wanted $2"
}
need chromium chromium      # browser tests
need msgfmt gettext          # compiles the translations of the workbench
need openssl openssl        # the local timestamp authority of the tests
need bwrap bubblewrap       # the jail's optional second wall
need node nodejs            # builds the front end
need npm npm
need tesseract tesseract-ocr # reads text on pictures; used as a library
for language in rus ukr eng ara; do # what it knows of each language
    ls /usr/share/tesseract-ocr/*/tessdata/$language.traineddata >/dev/null 2>&1 || wanted="$wanted tesseract-ocr-$language"
done

[ -n "$wanted" ] || exit 0
if [ "$(id -u)" = 0 ] && [ -f /etc/debian_version ]; then
    echo "Installing system packages:$wanted"
    apt-get update -qq
    # shellcheck disable=SC2086  one word a package
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $wanted >/dev/null
else
    echo "Please install these system packages, then run this again:$wanted" >&2
    case "$wanted" in *node*|*npm*) exit 1 ;; esac
    echo "Going on without them: tests that need them will say so." >&2
fi
