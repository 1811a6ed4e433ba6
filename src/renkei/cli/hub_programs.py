"""`renkei hub`: what concerns programs and licences."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from .hub_parties import Options, actor

_OFFICE = ("--office", {"required": True, "metavar": "番号", "help": "事業所番号 (10桁)"})


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError("日付は 2026-11-22 のように書いてください。") from error


# name → (what it does, example, options as argparse takes them)
DEEDS: dict[str, tuple[str, str, Options]] = {
    "account": (
        "事業所のプログラムがサインインする ID を作る・やめる・一覧にする",
        "--office 1379100017 --new",
        (
            _OFFICE,
            ("--new", {"action": "store_true", "help": "新しい ID を作り、パスワードを表示します"}),
            ("--close", {"metavar": "ID", "help": "この ID を使えなくします"}),
        ),
    ),
    "prices": (
        "利用料の料金表を表示します・入れかえます",
        "--show",
        (
            ("--show", {"action": "store_true", "help": "いまの料金表を表示します (何も指定しないときも)"}),
            (
                "--import",
                {"type": Path, "dest": "file", "metavar": "ファイル", "help": "この料金表 (タブ区切り) に入れかえます"},
            ),
            ("--reset", {"action": "store_true", "help": "はじめから入っている料金表に戻します"}),
        ),
    ),
    "licence": (
        "事業所の利用期間を表示します・申請を記録します",
        "--office 1379100017",
        (
            _OFFICE,
            ("--apply", {"type": _day, "metavar": "日付", "help": "事業所が申請した日 (2026-11-22 のように)"}),
        ),
    ),
}
GIVEN: dict[str, Callable[[argparse.Namespace], dict[str, Any]]] = {
    "account": lambda options: {"office": options.office, "new": options.new, "close": options.close, "actor": actor()},
    "prices": lambda options: {
        "text": options.file.read_text(encoding="utf-8", errors="replace") if options.file else None,
        "reset": options.reset,
        "actor": actor(),
    },
    "licence": lambda options: {
        "office": options.office,
        "apply": options.apply.isoformat() if options.apply else None,
        "actor": actor(),
    },
}
