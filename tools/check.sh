#!/bin/sh
# Every gate, in the order in which they are cheap; all of them run, and the last line says which failed.
set -u
cd "$(dirname "$0")/.."

failed=""
gate() { # gate NAME COMMAND…
    name=$1
    shift
    echo "== $name"
    "$@" || failed="$failed $name"
}

# The faces: what one room shows to another, and the words that everybody speaks.
faces=$(find src/probata -path '*/migrations' -prune -o -name '*.py' \
    \( -path '*/terms/*' -o -path '*/engines/*' -o -path '*/services/*' -o -name services.py -o -name selectors.py \
    -o -name seam.py \) -print)

gate format ruff format --check --quiet .
gate lint ruff check --quiet .
gate contracts lint-imports --no-cache --show-timings
gate architecture python tools/architecture.py
gate docs python tools/docs.py --check
# shellcheck disable=SC2086  one word a file
gate docstrings interrogate --quiet $faces
# Arguments that a protocol of Python or Django hands over, wanted or not.
gate dead-code vulture --ignore-names trace,exception
gate gates-fire python -m pytest -q -n0 tests/architecture
gate types mypy

if [ -n "$failed" ]; then
    echo "FAILED:$failed"
    exit 1
fi
echo "All gates hold."
