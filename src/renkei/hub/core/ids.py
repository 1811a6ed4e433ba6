"""Ids that sort by time: new rows go to the end of every index, and an id tells the month of its partition."""

from __future__ import annotations

import functools
import secrets
import time
import uuid
from collections.abc import Iterable
from datetime import date, datetime, timedelta, timezone

_TOKYO = timezone(timedelta(hours=9))
_HOUR = 3_600_000  # milliseconds


def new_id(after: uuid.UUID | None = None) -> uuid.UUID:
    """A UUID of version 7 (RFC 9562): milliseconds since 1970 in 48 bits, then 74 random bits.

    With `after`, never of an earlier millisecond than that one: a clock that was set back makes no event older than what
    it is about.
    """
    milliseconds = time.time_ns() // 1_000_000
    if after is not None:
        milliseconds = max(milliseconds, after.int >> 80)
    number = milliseconds << 80 | secrets.randbits(80)
    number = number & ~(0xF << 76) | 0x7 << 76
    return uuid.UUID(int=number & ~(0x3 << 62) | 0x2 << 62)


def first_id_of(at: datetime) -> uuid.UUID:
    """Not later than any id that is made from then on, for a query of what is new."""
    return uuid.UUID(int=int(at.timestamp() * 1000) << 80)


def month_of(id_: uuid.UUID) -> date:
    """The first day of the month in Tokyo in which an id of ours was made: the partition of its row.

    Raises ValueError for an id of another version.

    >>> month_of(uuid.UUID("019afe10-3b00-7000-8000-000000000000"))
    datetime.date(2025, 12, 1)
    """
    if id_.version != 7:
        raise ValueError("not an id of ours")
    return _month((id_.int >> 80) // _HOUR)


@functools.lru_cache(maxsize=1024)
def _month(hours: int) -> date:
    """The month by hours since 1970: in Tokyo, months begin with a full one."""
    return datetime.fromtimestamp(hours * _HOUR // 1000, _TOKYO).date().replace(day=1)


def months_of(ids: Iterable[uuid.UUID]) -> set[date]:
    """The months of some ids, for a query that is to touch no other partition."""
    return {month_of(id_) for id_ in ids}
