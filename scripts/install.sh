#!/usr/bin/env bash
# Brings into .venv what requirements/$1.txt says, and the project itself, editable, on top.
set -euo pipefail
cd "$(dirname "$0")/.."
set=$1

uv() { .venv/bin/uv --quiet pip "$@" --python .venv/bin/python; }

echo "ライブラリを入れています(requirements/$set.txt)…"
# Compiled now, because some machines forbid Python to keep what it compiles, and every start would do it anew.
if [[ $set == dev ]]; then
    # Exactly these and no others: a test must not pass on a library that nobody declared.
    uv sync --compile-bytecode --require-hashes requirements/dev.txt
else
    # Adding is enough here; taking away would undo a developer's own set-up at every change of pyproject.toml.
    uv install --compile-bytecode --require-hashes --requirements "requirements/$set.txt"
fi
uv install --no-deps --no-build-isolation --editable .
.venv/bin/python -m compileall -q src
