#!/usr/bin/env bash
# All tests in their order: unit, contract on both databases, end to end. `test.sh long` runs the long ones alone.
set -euo pipefail
cd "$(dirname "$0")/.."
# Four runs of several processes each: the first compiles, the others read.
unset PYTHONDONTWRITEBYTECODE
# Hundreds of hubs are made and thrown away; no test pulls the plug of a machine.
if [[ -w /dev/shm ]] && (($(df --output=avail -k /dev/shm | tail -1) > 4 * 1024 * 1024)); then
    export TMPDIR=/dev/shm
fi

prepare_system() {
    local missing
    missing=$(scripts/system.sh missing | paste -sd ' ')
    [[ -z $missing ]] && return
    if ((EUID == 0)) && command -v apt-get >/dev/null; then
        scripts/system.sh install
    elif [[ ${CI:-} == true ]]; then
        echo "システムの部品が足りません: $missing" >&2
        return 1
    else
        echo "システムの部品が足りないので、それを使うテストは飛ばします: $missing(入れるには: sudo make system)"
    fi
}

run() {
    echo
    echo "── $1"
    shift
    .venv/bin/python -m pytest "$@"
}

prepare_system
if [[ ${1:-} == long ]]; then
    run "時間のかかるテスト" tests -m long
    exit
fi
run "単体" tests --ignore tests/contract --ignore tests/e2e -n 2
for database in sqlite postgresql; do
    RENKEI_TEST_DATABASE=$database run "約束ごと($database)" tests/contract -n 3
done
run "通し(ブラウザと本物のサーバー)" tests/e2e -n 2
