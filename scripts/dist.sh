#!/usr/bin/env bash
# Builds the wheel, then proves that the bare part of it works where nothing else is installed.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD

rm -rf dist
.venv/bin/python -m build --wheel --no-isolation --outdir dist . >/dev/null
wheel=$(echo "$root"/dist/renkei-*.whl)
echo "作りました: dist/${wheel##*/}"
# Whoever embeds the library sees its types.
.venv/bin/python -m zipfile --list "$wheel" | grep renkei/py.typed >/dev/null
if [[ -f src/renkei/hub/core/static/vendor/pins.json ]]; then
    .venv/bin/python -m zipfile --list "$wheel" | grep vendor/pins.json >/dev/null
else
    echo "画面と様式のフォント、色の定義は入っていません。入れるには: make assets"
fi

outside=$(mktemp -d)
trap 'rm -rf "$outside"' EXIT
cd "$outside"
"$root/.venv/bin/python" -m venv venv
# No dependency may be needed, so none is offered.
venv/bin/python -m pip install --quiet --disable-pip-version-check --no-index "$wheel"

venv/bin/renkei --version
venv/bin/renkei check "$root/examples"
venv/bin/python - <<'PYTHON'
import importlib.metadata
import renkei.standard

parts = set(importlib.metadata.metadata("renkei").get_all("Provides-Extra"))
assert parts == {"attachments", "client", "forms", "hub", "token"}, parts
assert "site-packages" in renkei.standard.__file__, renkei.standard.__file__
PYTHON
echo "確かめました: 追加の部品なしで入り、動きます。"
