#!/bin/sh
# The command `youthvoice` of a checkout, which `make install` copies into .venv/bin.
# It may be linked from elsewhere: its own links are followed, those of folders are not, for .venv may be one.
here=$0
while [ -L "$here" ]; do
    link=$(readlink "$here")
    case $link in /*) here=$link ;; *) here=$(dirname "$here")/$link ;; esac
done
top=$(CDPATH='' cd -- "$(dirname "$here")/../.." && pwd) || exit
export PYTHONPATH="$top${PYTHONPATH:+:$PYTHONPATH}"
exec "$top/.venv/bin/python" -P -c 'import sys; del sys.argv[0]; from youthvoice.factory import main; main()' "$0" "$@"
