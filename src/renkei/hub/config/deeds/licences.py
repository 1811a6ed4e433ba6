"""Deeds about the price list and licences, as plain functions of JSON values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from renkei.hub.config.options import BadOption
from renkei.hub.membership import price_list, prices, rules
from renkei.hub.membership import services as licences
from renkei.hub.membership.models import Licence
from renkei.hub.parties import services

Arguments = Mapping[str, Any]
_LOOK_AHEAD = timedelta(days=3 * 365)


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


DEEDS: dict[str, Callable[[Arguments], str]] = {"prices": show_prices, "licence": licence}
