#!/usr/bin/env bash
# Throws bytes at the reader, guided by coverage: scripts/fuzz.sh [seconds a target] [targets…]; all without names.
# What a target fails on is left in var/fuzz; the inputs found on the way stay there for the next time.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-60}
shift || true
python=.venv/fuzz/bin/python

if [[ ! -e .venv/fuzz/made || requirements/fuzz.txt -nt .venv/fuzz/made ]]; then
    echo "環境を用意しています(.venv/fuzz)…"
    .venv/bin/python -m venv .venv/fuzz
    .venv/bin/uv --quiet pip sync --require-hashes requirements/fuzz.txt --python "$python"
    touch .venv/fuzz/made
fi
export PYTHONPATH=src:.
(($#)) || mapfile -t targets < <("$python" -m tests.fuzz 2>/dev/null)
failed=()
for target in "${@:-${targets[@]}}"; do
    echo "── $target(${seconds}秒)"
    found=var/fuzz/$target
    mkdir -p "$found/corpus"
    "$python" -m tests.fuzz "$target" -max_total_time="$seconds" -max_len=4096 -timeout=60 -rss_limit_mb=2048 \
        -print_final_stats=1 -artifact_prefix="$found/" "$found/corpus" >"$found/log" 2>&1 || failed+=("$target")
    grep -E '^(stat::number_of_executed|SUMMARY|[A-Za-z.]*(Error|Exception)\b)' "$found/log" | cut -c1-600 || true
done
if ((${#failed[@]})); then
    echo "だめだった入力が var/fuzz にあります: ${failed[*]}" >&2
    exit 1
fi
