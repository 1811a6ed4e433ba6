#!/usr/bin/env bash
# Pins requirements/*.in into *.txt, with hashes and without the name of any host.
set -euo pipefail
cd "$(dirname "$0")/.."

for name in uv assets run dev bench bench-mesh bench-as2 bench-forms fuzz; do
    echo "requirements/$name.txt"
    .venv/bin/uv pip compile --quiet --python-version 3.11 --generate-hashes \
        --no-header --no-annotate --no-emit-index-url --no-emit-find-links --no-emit-package renkei \
        "$@" --output-file "requirements/$name.txt" "requirements/$name.in"
done
