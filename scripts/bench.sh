#!/usr/bin/env bash
# Runs the benchmarks of bench/, each printing its own tables: scripts/bench.sh
# [check|exchange|backlog|forms|pages|reconcile [options…]]; check, exchange and forms without. The Python libraries and servers that stand beside ours live in an environment of their own; Postfix,
# Dovecot and OpenSSH come from the distribution (docs/performance.md).
set -euo pipefail
cd "$(dirname "$0")/.."

# prepare NAME: makes the environment .venv/NAME where it is older than requirements/NAME.txt.
prepare() {
    [[ -e .venv/$1/made && ! requirements/$1.txt -nt .venv/$1/made ]] && return
    echo "比べるものを入れています(.venv/$1、requirements/$1.txt)…"
    .venv/bin/python -m venv ".venv/$1"
    .venv/bin/uv --quiet pip sync --compile-bytecode --require-hashes "requirements/$1.txt" --python ".venv/$1/bin/python"
    touch ".venv/$1/made"
}

prepare_servers() {
    prepare bench-mesh
    prepare bench-as2
    # The pattern by which this library reads OpenSSL's version knows no two-digit number, and it would refuse to load.
    sed -i 's/(\\\\d\\\\.\\\\d\\\\.\\\\d\[a-z\]\*)/([0-9.]+[a-z]*)/' .venv/bench-as2/lib/python3*/site-packages/oscrypto/_openssl/_libcrypto_c*.py
}

run() {
    local name=$1
    shift
    echo "── bench/$name.py"
    if [[ $name == check || $name == reconcile ]]; then
        prepare bench
        PYTHONPATH=src .venv/bench/bin/python "bench/$name.py" "$@"
    elif [[ $name == forms ]]; then
        prepare bench-forms
        PYTHONPATH=src .venv/bench-forms/bin/python bench/forms.py "$@"
    else
        [[ $name != exchange ]] || prepare_servers
        .venv/bin/python "bench/$name.py" "$@"
    fi
}

if (($#)); then
    run "$@"
else
    run check
    run exchange
    run forms
fi
