# `make` か `make help` で、できることの一覧を表示します。
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PYTHON ?=
BIN := .venv/bin
UV := $(BIN)/uv

.PHONY: help setup demo serve system test test-long fuzz check format docs shots bench dist requirements assets clean

help: ## この一覧を表示します
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: .venv/.run .venv/.assets ## 動かすための用意をします(.venv を作ります)
	@echo "用意ができています(.venv/bin/renkei)。"

demo: setup ## 架空の1か月を、5つの事業所で実演します
	@$(BIN)/renkei demo

serve: setup ## 実演のデータをブラウザで開きます
	@test -f var/demo/sign-in.txt || { echo "実演のデータがありません。先に make demo をしてください。" >&2; exit 2; }
	@cat var/demo/sign-in.txt
	@RENKEI_AUTHORITY=var/demo/authority exec $(BIN)/renkei serve --data var/demo/hub

system: ## テストに使うシステムの部品を入れます(root、Debian)
	@scripts/system.sh install

test: .venv/.dev .venv/.assets ## すべてのテストをします(長いものを除く)
	@scripts/test.sh

test-long: .venv/.dev .venv/.assets ## 時間のかかるテストをします
	@scripts/test.sh long

fuzz: .venv/.dev ## でたらめなバイト列で、読むところを試します(1つ60秒。EACH=600 で長く)
	@scripts/fuzz.sh $(or $(EACH),60)

check: .venv/.dev ## 書き方、型、層のきまりを調べます
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: .venv/.dev ## 書き方を整えます
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

docs: .venv/.dev ## コマンド・設定・指摘の一覧と、同期の SDK を、プログラムから作りなおします
	@$(BIN)/python scripts/document.py
	@$(BIN)/python scripts/unasync.py

shots: .venv/.dev .venv/.assets ## README.ja.md の絵を撮りなおします(Chromium が要ります)
	@$(BIN)/python scripts/shots.py

bench: .venv/.dev ## 速さを測ります
	@scripts/bench.sh

dist: .venv/.dev .venv/.assets ## 配布用の wheel を作り、別の環境で動くことを確かめます
	@scripts/dist.sh

requirements: $(UV) ## 使うライブラリの版を決めなおします(requirements/*.txt)
	@scripts/requirements.sh $(if $(UPGRADE),--upgrade)

assets: .venv/.run ## 画面と様式の文字(フォント)、色の定義を取りなおします
	@$(BIN)/python scripts/vendor_assets.py --force
	@touch .venv/.assets

clean: ## 作られたものを消します(.venv と実演のデータも)
	@rm -rf .venv var/demo dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache \
		src/renkei/hub/core/static/vendor src/renkei/forms/fonts
	@find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps say what .venv holds. The development one builds on the other, so that a change of either is seen.
$(UV): requirements/uv.txt
	@scripts/venv.sh $(PYTHON)
	@touch $@

.venv/.run: $(UV) requirements/run.txt pyproject.toml
	@scripts/install.sh run
	@touch $@

.venv/.dev: .venv/.run requirements/dev.txt
	@scripts/install.sh dev
	@touch $@

# Fetching may fail (no network); it is then tried again by `make assets` alone, not by every start.
.venv/.assets: scripts/vendor_assets.py scripts/vendor_assets.json requirements/assets.txt | .venv/.run
	@$(BIN)/python scripts/vendor_assets.py
	@touch $@
