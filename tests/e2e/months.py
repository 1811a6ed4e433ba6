"""The invented months that are on the hub while Chromium looks at it."""

from __future__ import annotations

from functools import cache

from renkei.conformance import Month, Office, make_month
from renkei.conformance.varied import make_varied_month

__all__ = ["LOGIN", "OPERATOR", "PASSWORD", "Month", "Office", "entrusting", "entrusting_offices", "invented_months"]

LOGIN = "staff-{}"  # with the office number
OPERATOR = "unei"
PASSWORD = "しずかな朝の提供票が届く"
MONTHS = ("202612", "202611", "202610")  # the newest first


@cache
def invented_months() -> tuple[Month, ...]:
    """Three months of the same offices, so that a list has a second page."""
    return tuple(make_month(seed=5, month=month, clients=7) for month in MONTHS)


@cache
def entrusting() -> Month:
    """A month with a support centre that entrusts an office with a client."""
    return make_varied_month()


def entrusting_offices() -> list[Office]:
    """The centre, the office that it entrusts, and who serves the client."""
    wanted = {("1309200010", "46"), ("1379200023", "43"), ("1369400013", "63"), ("1379400037", "67")}
    return [office for office in entrusting().offices if (office.number, office.service) in wanted]
