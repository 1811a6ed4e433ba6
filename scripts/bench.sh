#!/usr/bin/env bash
# Runs every benchmark of bench/ in turn; each prints its own lines.
set -euo pipefail
cd "$(dirname "$0")/.."

for file in bench/[a-z]*.py; do
    echo "── $file"
    .venv/bin/python "$file"
done
