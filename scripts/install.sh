#!/usr/bin/env bash
# Brings into .venv what requirements/$1.txt says, and the project itself, editable, on top.
set -euo pipefail
cd "$(dirname "$0")/.."
set=$1

uv() { .venv/bin/uv --quiet pip "$@"; }

echo "ライブラリを入れています(requirements/$set.txt)…"
if [[ $set == dev ]]; then
    # Exactly these and no others: a test must not pass on a library that nobody declared.
    uv sync --python .venv/bin/python --require-hashes requirements/dev.txt
else
    # Adding is enough here; taking away would undo a developer's own set-up at every change of pyproject.toml.
    uv install --python .venv/bin/python --require-hashes --requirements "requirements/$set.txt"
fi
uv install --python .venv/bin/python --no-deps --no-build-isolation --editable .
