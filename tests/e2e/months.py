"""The invented months that are on the hub while Chromium looks at it."""

from __future__ import annotations

from functools import cache

from renkei.conformance import Month, Office, make_month

__all__ = ["LOGIN", "OPERATOR", "PASSWORD", "Month", "Office", "invented_months"]

LOGIN = "staff-{}"  # with the office number
OPERATOR = "unei"
PASSWORD = "しずかな朝の提供票が届く"
MONTHS = ("202612", "202611", "202610")  # the newest first


@cache
def invented_months() -> tuple[Month, ...]:
    """Three months of the same offices, so that a list has a second page."""
    return tuple(make_month(seed=5, month=month, clients=7) for month in MONTHS)
