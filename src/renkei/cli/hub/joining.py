"""`renkei hub`: applications of offices, and inviting the others."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from pathlib import Path

from .shared import REASON, CarryOut, Deeds, Own, actor

_ID = {"type": int, "metavar": "番号"}
_OUT = ("--out", {"type": Path, "metavar": "ファイル", "help": "手紙を書くファイル (HTML。印刷して送ります)"})
DEEDS: Deeds = {
    "applications": (
        "事業所の申し込みを表示し、確かめ、決めます",
        "--send-code 12 --way post --out letter.html",
        (
            ("--show", _ID | {"help": "1つの申し込みを、公表されている内容と並べて表示します"}),
            ("--send-code", _ID | {"help": "公表されているあて先への、番号の入った手紙を作ります"}),
            ("--way", {"choices": ["post", "fax"], "default": "post", "help": "post 郵便、fax ファクス"}),
            _OUT,
            ("--agree", _ID | {"help": "登録ずみの番号の入り直しに、1人目として同意します"}),
            ("--confirm", _ID | {"help": "ほかの道で事業所に確かめたことを記録します (--reason にどうやって)"}),
            ("--refuse", _ID | {"help": "断ります (--reason は申し込んだ人が読みます)"}),
            REASON,
        ),
    ),
    "invite": (
        "市町村・都道府県・ソフト会社・運営者を招待します",
        "--kind municipality --number 131130 --name 架空市 --out letter.html",
        (
            (
                "--kind",
                {"required": True, "choices": ["municipality", "prefecture", "vendor", "operator"], "help": "種類"},
            ),
            (
                "--number",
                {"required": True, "metavar": "番号", "help": "保険者番号6桁、都道府県2桁、または英小文字の名前"},
            ),
            ("--name", {"required": True, "metavar": "名称", "help": "名前"}),
            _OUT,
        ),
    ),
}
_DECISIONS = ("show", "send_code", "agree", "confirm", "refuse")


def applications(options: argparse.Namespace, carry_out: CarryOut) -> int:
    """Show applications, or decide on one."""
    from renkei.hub.config.options import BadOption

    given = {name: getattr(options, name) for name in (*_DECISIONS, "way", "reason")} | {"actor": actor()}
    if sum(given[name] is not None for name in _DECISIONS) > 1:
        raise BadOption("することは、1度に1つだけ指定してください。")
    if options.send_code is not None and options.out is None:
        raise BadOption("手紙を書くファイルを --out で指定してください。")
    if options.send_code is not None:
        _write(options.out, lambda: carry_out("applications", given))
        print(f"手紙を作りました: {options.out}。印刷して送り、ファイルは消してください。")
        return 0
    print(carry_out("applications", given))
    return 0


def invite(options: argparse.Namespace, carry_out: CarryOut) -> int:
    """Invite the first person of a party."""
    given = {"kind": options.kind, "number": options.number, "name": options.name, "actor": actor()}
    if options.out is None:
        print(carry_out("invite", given | {"letter": False}))
        return 0
    _write(options.out, lambda: carry_out("invite", given | {"letter": True}))
    print(f"手紙を作りました: {options.out}。印刷して送り、ファイルは消してください。")
    return 0


def _write(path: Path, letter: Callable[[], str]) -> None:
    """A new file that only its owner reads, made before the code is: a code that cannot be kept would be lost."""
    file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8")
    try:
        with file:
            file.write(letter())
    except BaseException:
        path.unlink()
        raise


OWN: Own = {"applications": applications, "invite": invite}
