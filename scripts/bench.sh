#!/usr/bin/env bash
# Runs the benchmarks of bench/, each printing its own tables: scripts/bench.sh [check|accept|backlog [options…]]; the
# first two without.
# The libraries that check.py measures beside ours live in an environment of their own.
set -euo pipefail
cd "$(dirname "$0")/.."

prepare_peers() {
    [[ -e .venv/bench/made && ! requirements/bench.txt -nt .venv/bench/made ]] && return
    echo "比べるライブラリを入れています(.venv/bench、requirements/bench.txt)…"
    .venv/bin/python -m venv .venv/bench
    .venv/bin/uv --quiet pip sync --compile-bytecode --require-hashes requirements/bench.txt --python .venv/bench/bin/python
    touch .venv/bench/made
}

run() {
    local name=$1
    shift
    echo "── bench/$name.py"
    if [[ $name == check ]]; then
        prepare_peers
        PYTHONPATH=src .venv/bench/bin/python bench/check.py "$@"
    else
        .venv/bin/python "bench/$name.py" "$@"
    fi
}

if (($#)); then
    run "$@"
else
    run check
    run accept
fi
