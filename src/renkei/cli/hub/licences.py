"""`renkei hub`: what the use of the hub costs, and who has paid until when."""

from __future__ import annotations

from pathlib import Path

from .shared import OFFICE, Deeds, Given, actor, day

DEEDS: Deeds = {
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
            OFFICE,
            ("--apply", {"type": day, "metavar": "日付", "help": "事業所が申請した日 (2026-11-22 のように)"}),
        ),
    ),
}
GIVEN: Given = {
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
