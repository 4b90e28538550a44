#!/bin/sh
# The command `youthvoice` of a checkout, which `make install` copies into .venv/bin.
top=$(cd "$(dirname "$0")/../.." && pwd) || exit
export PYTHONPATH="$top${PYTHONPATH:+:$PYTHONPATH}"
exec "$top/.venv/bin/python" -P -c 'import sys; del sys.argv[0]; from youthvoice.factory import main; main()' "$0" "$@"
