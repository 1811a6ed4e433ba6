"""`renkei hub`: the first people, who then invite the others in the browser."""

from __future__ import annotations

import argparse
import secrets
from pathlib import Path
from typing import Any

from .shared import OFFICE, CarryOut, Deeds, Options, Own, actor

LEVELS = {"office": "事業所", "administrator": "管理者", "member": "一般"}
JOBS = {
    "care_manager": "介護支援専門員",
    "clerk": "事務員",
    "coordinator": "サービス提供責任者・相談員",
    "carer": "介護職員",
    "nurse": "看護職員",
    "therapist": "リハビリ職員",
    "doctor": "医師",
    "municipal": "市町村職員",
    "operator": "運営職員",
    "person": "本人・家族",
    "other": "その他",
}


def _words(known: dict[str, str]) -> str:
    return "、".join(f"{key} {words}" for key, words in known.items())


_PERSON: Options = (
    ("--login", {"required": True, "metavar": "名前", "help": "ログイン名"}),
    ("--name", {"required": True, "metavar": "氏名", "help": "氏名"}),
    (
        "--password-file",
        {"type": Path, "metavar": "ファイル", "help": "パスワードを書いたファイル (なければ決めて表示)"},
    ),
)
_LEVEL = {"choices": list(LEVELS), "default": "administrator", "help": _words(LEVELS)}

DEEDS: Deeds = {
    "staff": (
        "画面を使う人を登録し、パスワードを決めます",
        "--office 1379100017 --login suzuran --name 佐藤",
        (
            OFFICE,
            *_PERSON,
            ("--level", _LEVEL),
            ("--job", {"choices": list(JOBS), "default": "other", "metavar": "職種", "help": _words(JOBS)}),
        ),
    ),
    "operator": (
        "運営者のページを使う人を登録し、パスワードを決めます",
        "--login unei --name 高橋",
        (*_PERSON, ("--level", _LEVEL)),
    ),
}


def _person(options: argparse.Namespace) -> dict[str, Any]:
    file: Path | None = options.password_file
    password = file.read_text(encoding="utf-8").strip() if file else secrets.token_urlsafe(12)
    person = {"login": options.login, "name": options.name, "level": options.level, "password": password}
    return person | {"actor": actor()}


def enter(options: argparse.Namespace, carry_out: CarryOut) -> int:
    """Enter a person; a password that was made here is shown, once."""
    given = _person(options)
    if options.deed == "staff":
        given |= {"office": options.office, "job": options.job}
    print(carry_out(options.deed, given))
    if not options.password_file:
        print(f"パスワード: {given['password']}")
        print("パスワードはここでだけ表示します。本人に直接伝えてください。")
    return 0


OWN: Own = {"staff": enter, "operator": enter}
