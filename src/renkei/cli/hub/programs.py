"""`renkei hub`: accounts of programs."""

from __future__ import annotations

from .shared import OFFICE, Deeds, Given, actor

DEEDS: Deeds = {
    "account": (
        "事業所のプログラムがサインインする ID を作る・やめる・一覧にする",
        "--office 1379100017 --new",
        (
            OFFICE,
            ("--new", {"action": "store_true", "help": "新しい ID を作り、パスワードを表示します"}),
            ("--close", {"metavar": "ID", "help": "この ID を使えなくします"}),
        ),
    ),
}
GIVEN: Given = {
    "account": lambda options: {"office": options.office, "new": options.new, "close": options.close, "actor": actor()},
}
