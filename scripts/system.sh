#!/usr/bin/env bash
# System packages that the tests use and pip cannot bring.
#   system.sh install   installs what is missing (root on Debian), says so otherwise and fails
#   system.sh missing   prints the missing packages, one a line
set -euo pipefail

missing() {
    compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || echo postgresql
    command -v chromium >/dev/null || echo chromium
    compgen -G '/usr/share/fonts/*/*/*UDPGothic*' >/dev/null || echo fonts-morisawa-bizud-gothic
    command -v pdftotext >/dev/null || echo poppler-utils
    command -v curl >/dev/null || echo curl
    command -v openssl >/dev/null || echo openssl
    command -v jq >/dev/null || echo jq
    compgen -G '/usr/lib/softhsm/libsofthsm2.so' >/dev/null || echo softhsm2
    [[ -x /usr/sbin/clamd ]] || command -v clamd >/dev/null || echo clamav-daemon
    [[ -x /usr/sbin/nginx ]] || command -v nginx >/dev/null || echo nginx-light
}

install() {
    local packages
    mapfile -t packages < <(missing)
    if ((${#packages[@]} == 0)); then
        echo "システムの部品はそろっています。"
        return
    fi
    if ! command -v apt-get >/dev/null; then
        echo "Debian(apt-get)ではないので、自動では入れられません。入れてください: ${packages[*]}" >&2
        return 1
    fi
    if ((EUID != 0)); then
        echo "root で実行してください: sudo make system(足りないもの: ${packages[*]})" >&2
        return 1
    fi
    echo "システムの部品を入れています: ${packages[*]}"
    export DEBIAN_FRONTEND=noninteractive
    apt-get -qq update
    apt-get -qq install -y --no-install-recommends "${packages[@]}" </dev/null
}

case "${1:-}" in
install) install ;;
missing) missing ;;
*) echo "使い方: scripts/system.sh install|missing" >&2; exit 2 ;;
esac
