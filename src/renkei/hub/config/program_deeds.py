"""Deeds about programs and licences, as plain functions of JSON values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from renkei.hub.config.options import BadOption
from renkei.hub.core.words import moment_words
from renkei.hub.membership import price_list, prices, rules
from renkei.hub.membership import services as licences
from renkei.hub.membership.models import Licence
from renkei.hub.parties import services
from renkei.hub.parties.machines import accounts
from renkei.hub.parties.models import Account

Arguments = Mapping[str, Any]
_LOOK_AHEAD = timedelta(days=3 * 365)


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


def show_prices(given: Arguments) -> str:
    """The price list in force, as text; or put another in its place."""
    if given["text"] is not None:
        return _replace_prices(given["text"], given["actor"])
    if given["reset"]:
        price_list.replace([], given["actor"])
        return "もとの料金表に戻しました。"
    return prices.write(price_list.rows()).rstrip("\n")


def licence(given: Arguments) -> str:
    """Apply for an office, on the day it did, or list its licences."""
    party = services.office(given["office"])
    if given["apply"]:
        licences.apply(party, given["actor"], date.fromisoformat(given["apply"]))
    return "\n".join(map(_licence_words, licences.history(party))) or "利用の申請はありません。"


def _replace_prices(text: str, actor: str) -> str:
    try:
        rows = prices.parse(text)
    except prices.BadPrices as error:
        raise BadOption(str(error)) from error
    price_list.replace(rows, actor)
    first = timezone.localdate()
    lines = [f"料金表を入れました ({len(rows)} 行)。上の行から順に見て、はじめに合う行を使います。"]
    for gap in rules.gaps(rows, first, first + _LOOK_AHEAD):
        lines.append(f"注意: {gap.days.first} から {gap.days.last} までの{gap.kind.label}には、料金がありません。")
    return "\n".join(lines)


def _licence_words(row: Licence) -> str:
    renewal = "自動更新" if row.renews_itself else "自動更新しない"
    return (
        f"{row.from_on} から {row.until} まで  {row.price:,}円  {row.code} ({rules.Kind(row.kind).label}、"
        f"申請 {row.applied_on})  {renewal}"
    )


DEEDS: dict[str, Callable[[Arguments], str]] = {"account": account, "prices": show_prices, "licence": licence}
