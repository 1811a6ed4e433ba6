#!/usr/bin/env bash
# Makes .venv with the given Python and puts the pinned installer into it.
set -euo pipefail
cd "$(dirname "$0")/.."
python=${1:-python3}

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "Python 3.11 以上が要ります。別の Python を使うときは: make setup PYTHON=/usr/bin/python3.11" >&2
    exit 1
fi
echo "環境を用意しています(.venv)…"
if ! "$python" -m venv .venv; then
    echo "仮想環境(venv)を作れませんでした。Debian では root で: apt-get install python3-venv" >&2
    exit 1
fi
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
