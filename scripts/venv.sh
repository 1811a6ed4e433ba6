#!/usr/bin/env bash
# Makes .venv with the given Python and puts the pinned installer into it. Without one, the system's own Python comes first:
# distributions build it with profile-guided optimisation, version managers often do not, and a hub feels that (a sixth).
set -euo pipefail
cd "$(dirname "$0")/.."

usable() {
    "$1" -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

choices=("$@")
(($#)) || choices=(/usr/bin/python3 python3)
for python in "${choices[@]}"; do
    usable "$python" && break
done
if ! usable "$python"; then
    echo "Python 3.11 以上と、その venv が要ります(Debian では root で: apt-get install python3-venv)。別の Python を使うときは: make setup PYTHON=python3.12" >&2
    exit 1
fi
echo "環境を用意しています(.venv)…"
"$python" -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
