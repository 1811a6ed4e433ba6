"""Failures at the doors of the hub (a sign-in, a second factor, a one-time code), counted, and locked out after so many.

A door is asked three things, each outside any `write()`: `check` before what was given is looked at, then `failed` or
`succeeded`. `who` is a name as it was typed, or an id: one that nobody has is counted like any other, so that being
locked out says nothing about who is here. Requests that come at one moment may each have their try before one counts.
"""

from __future__ import annotations

import ipaddress
from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from renkei.hub.core.keyring import keyring
from renkei.hub.core.problems import Refused
from renkei.hub.core.writing import write
from renkei.hub.parties.models import Attempt

SIGN_IN, SECOND_FACTOR, RECOVERY, INVITATION = "sign-in", "second-factor", "recovery", "invitation"
DOORS_OF_STAFF = (SIGN_IN, SECOND_FACTOR, RECOVERY)
_IPV6_OF_ONE_PLACE = 64


class LockedOut(Refused):
    """Too many failures at this door; the same words for whoever is there and for a name that nobody has."""

    def __init__(self, until: datetime) -> None:
        seconds = max(1, int((until - timezone.now()).total_seconds()))
        minutes = -(-seconds // 60)
        super().__init__(
            429,
            "E-AUTH-LOCKED",
            "続けてまちがえたため、しばらく受け付けません。",
            f"{minutes}分ほど待ってから、もう一度試してください。急ぐときは、管理者に解除を頼んでください。",
            retry_after=seconds,
        )
        self.until = until


def check(door: str, who: str, address: str = "") -> None:
    """Raises LockedOut while `who`, or everybody at `address` (`address_of`), is locked out at this door."""
    locked = Attempt.objects.filter(key__in=_keys(door, who, address), locked_until__gt=timezone.now())
    if untils := [until for until in locked.values_list("locked_until", flat=True) if until]:
        raise LockedOut(max(untils))


def failed(door: str, who: str, address: str = "") -> None:
    """Count a failure for `who`, and one for `address`, which has more: a whole office may stand behind it.

    Failures that lie further back than the time of a lock-out count no more.
    """
    values = settings.RENKEI
    most = (values["LOCKOUT_FAILURES"], values["LOCKOUT_ADDRESS_FAILURES"])
    now, span = timezone.now(), timedelta(minutes=values["LOCKOUT_MINUTES"])
    with write():
        for key, limit in zip(_keys(door, who, address), most, strict=False):
            _count(key, limit, now, span)


def succeeded(door: str, who: str) -> None:
    """Forget the failures of `who`: after the right thing was given, or when an administrator unlocks. Those of an
    address stay: whoever has one account could else try all others."""
    with write():
        Attempt.objects.filter(key=_key(door, who)).delete()


def locked_until(door: str, who: str) -> datetime | None:
    """Until when `who` is locked out at this door, None when they are not."""
    row = Attempt.objects.filter(key=_key(door, who), locked_until__gt=timezone.now()).first()
    return row.locked_until if row else None


def address_of(request: HttpRequest) -> str:
    """Where a request comes from, as one place: of an IPv6 address its network, which one customer has whole."""
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address):
        return str(address.ipv4_mapped or ipaddress.ip_network((int(address), _IPV6_OF_ONE_PLACE), strict=False))
    return str(address)


def forget_before(now: datetime) -> dict[str, datetime]:
    """The filter of rows that count no more."""
    return {"last_at__lt": now - timedelta(minutes=settings.RENKEI["LOCKOUT_MINUTES"])}


def _count(key: str, limit: int, now: datetime, span: timedelta) -> None:
    row, _ = Attempt.objects.select_for_update().get_or_create(key=key, defaults={"last_at": now})
    row.failures = row.failures + 1 if row.last_at > now - span else 1
    row.last_at = now
    row.locked_until = now + span if row.failures >= limit else None
    row.save(update_fields=["failures", "last_at", "locked_until"])


def _keys(door: str, who: str, address: str) -> list[str]:
    return [_key(door, who), *([_key(f"{door}/address", address)] if address else [])]


def _key(door: str, who: str) -> str:
    return keyring().keyed("attempt", f"{door}\n{who}".encode())
