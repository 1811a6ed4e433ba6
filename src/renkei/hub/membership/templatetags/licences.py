"""What pages about licences say: days, prices, how sure a price is."""

from __future__ import annotations

from django import template

from renkei.hub.membership.notices import day_words, price_words
from renkei.hub.membership.rules import Basis, Kind

register = template.Library()
register.filter("whole_day", day_words)
register.filter("yen", price_words)


@register.filter
def kind_words(kind: str) -> str:
    """新規, 更新, 再開"""
    return Kind(kind).label


@register.filter
def sureness(basis: str) -> str:
    """A sentence where we are not sure."""
    return "(公表された確かな資料がなく、推定です)" if basis == Basis.GUESS else ""
