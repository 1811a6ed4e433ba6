"""How many units an office may send in a day: a bound for what runs away, not for what is much."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import F
from django.utils import timezone

from renkei.hub.core import deeds
from renkei.hub.core.problems import Refused
from renkei.hub.core.writing import write
from renkei.hub.exchange.models import Quota
from renkei.hub.parties.models import Party

# One statement, and one row however much was sent.
_COUNT = (
    "INSERT INTO exchange_quota (party_id, day, units) VALUES (%s, %s, %s)"
    " ON CONFLICT (party_id) DO UPDATE SET units = CASE WHEN exchange_quota.day = excluded.day"
    " THEN exchange_quota.units + excluded.units ELSE excluded.units END, day = excluded.day RETURNING units, units_a_day"
)


def count(party: Party, at: datetime, wanted: int = 1) -> int:
    """So many more units of this office today (Asia/Tokyo); returns for how many of them there is room within the bound.

    Call it inside the `write()` that takes them on, which undoes it.
    """
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [party.pk, timezone.localdate(at), wanted])
        row: tuple[int, int | None] = cursor.fetchone()
    units, own = row
    over = min(max(units - bound(own), 0), wanted)
    if over:
        Quota.objects.filter(party=party).update(units=F("units") - over)
    return wanted - over


def used_up(party: Party) -> Refused:
    """Why the units are refused for which there was no room."""
    return Refused(
        429,
        "E-LIMIT-DAY",
        f"1日に送れるのは {bound(of(party)[1]):,} 件までです。",
        "残りは明日送ってください。多く送る必要があるときは、運営者に知らせてください。",
        retry_after=_until_midnight(),
    )


def _until_midnight() -> int:
    """Seconds until the next day begins in Tokyo."""
    now = timezone.localtime()
    tomorrow = timezone.make_aware(datetime.combine(now.date() + timedelta(days=1), time()))
    return int((tomorrow - now).total_seconds()) + 1


def bound(own: int | None) -> int:
    """Units a day: the office's own bound, else the hub's."""
    return own if own is not None else int(settings.RENKEI["LIMIT_UNITS_A_DAY"])


def of(party: Party) -> tuple[int, int | None]:
    """How many units this office has sent today, and its own bound."""
    row = Quota.objects.filter(party=party).first()
    if row is None:
        return 0, None
    return (row.units if row.day == timezone.localdate() else 0), row.units_a_day


def set_bound(party: Party, units_a_day: int | None, actor: str, reason: str) -> None:
    """Give an office a bound of its own; None for the hub's."""
    with write():
        Quota.objects.update_or_create(
            party=party,
            defaults={"units_a_day": units_a_day},
            create_defaults={"units_a_day": units_a_day, "day": timezone.localdate(), "units": 0},
        )
        deeds.record(actor, "quota", f"party:{party.pk}", party=party.pk, reason=reason, units_a_day=units_a_day)
