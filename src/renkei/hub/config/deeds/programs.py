"""Deeds about accounts of programs, as plain functions of JSON values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from renkei.hub.core.words import moment_words
from renkei.hub.parties import services
from renkei.hub.parties.machines import accounts
from renkei.hub.parties.models import Account

Arguments = Mapping[str, Any]


def account(given: Arguments) -> str:
    """Make or close an account of an office's program, or list them."""
    party = services.office(given["office"])
    if given["new"]:
        made = accounts.make(party, given["actor"])
        return (
            f"ID: {made.account.login}\nパスワード: {made.password}\n"
            "パスワードはここでだけ表示します。事業所に直接伝えてください。"
        )
    if given["close"]:
        accounts.close(party, given["close"], given["actor"])
        return f"やめました: {given['close']}"
    return "\n".join(map(_account_words, accounts.of(party))) or "プログラムの ID はありません。"


def _account_words(row: Account) -> str:
    used = f"最後に使った日時 {moment_words(row.last_used_at)}" if row.last_used_at else "まだ使っていません"
    return f"{row.login}  {used}" + (f"  {moment_words(row.closed_at)} にやめました" if row.closed_at else "")


DEEDS: dict[str, Callable[[Arguments], str]] = {"account": account}
