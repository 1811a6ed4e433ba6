"""The monthly partitions of PostgreSQL: made ahead, and dropped when nothing in them is alive. SQLite has none.

Bodies, events, looks and their subjects lie in one partition for each month of their ids. A month without one does not
stop the hub: its rows lie in the partition for the rest until `ensure` moves them, and health says so before.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

import structlog
from django.db import DatabaseError, connection
from django.utils import timezone

from renkei.hub.core.writing import write

BODIES = "core_body"
PARTITIONED = (BODIES, "core_event", "core_look", "core_looksubject")
AHEAD = 3
_log = structlog.get_logger(__name__)


def ensure(today: date) -> list[date]:
    """Make the partitions of today's month and the three after it, and of months whose rows lie with the rest.

    For every day: it costs a glance when all are there. Returns the months that it made. Raises DatabaseError.
    """
    if connection.vendor != "postgresql":
        return []
    lacking = (set(_months(today, AHEAD)) - _complete_months()) | _months_with_the_rest()
    return [month for month in sorted(lacking) if _called("renkei_make_partition", month)]


def missing(today: date) -> list[date]:
    """Months near enough to warn of that have no partition: with `ensure` every day, none ever is."""
    if connection.vendor != "postgresql":
        return []
    return sorted(set(_months(today, AHEAD - 1)) - _complete_months())


def drop_empty() -> list[date]:
    """Drop the partitions of bodies that are all erased, of months before the last one; returns those months.

    Looks and events stay: they say what happened to a body that is gone. Raises DatabaseError.
    """
    if connection.vendor != "postgresql":
        return []
    old = sorted(month for month in _months_there(BODIES) if month < timezone.localdate().replace(day=1))
    return [month for month in old if _called("renkei_drop_empty_partition", month)]


def keep_ahead() -> None:
    """`ensure` for today, when the hub starts: one that fails is logged, and the hub serves all the same."""
    try:
        ensure(timezone.localdate())
    except DatabaseError:
        _log.exception("partitions could not be made ahead")


def warnings() -> list[str]:
    """What an operator should see to, in Japanese: what would have made them has failed for a month."""
    lacking = missing(timezone.localdate())
    if not lacking:
        return []
    names = "、".join(f"{month.year}年{month.month}月" for month in lacking)
    return [f"データベースに {names} の置き場がありません。renkei hub upgrade を実行してください。"]


def _months(first: date, more: int) -> list[date]:
    months = [first.replace(day=1)]
    for _ in range(more):
        months.append((months[-1] + timedelta(days=31)).replace(day=1))
    return months


def _called(function: str, month: date) -> bool:
    with write(), connection.cursor() as cursor:
        cursor.execute(f"SELECT public.{function}(%s)", [month])
        done: bool = cursor.fetchone()[0]
        return done


def _complete_months() -> set[date]:
    return set.intersection(*map(_months_there, PARTITIONED))


def _months_there(table: str) -> set[date]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid WHERE inhparent = %s::regclass",
            [f"public.{table}"],
        )
        found = (re.search(r"_(\d{4})(\d{2})$", name) for (name,) in cursor.fetchall())
    return {date(int(match[1]), int(match[2]), 1) for match in found if match}


def _months_with_the_rest() -> set[date]:
    found: set[date] = set()
    with connection.cursor() as cursor:
        for table in PARTITIONED:
            cursor.execute(f"SELECT DISTINCT month FROM public.{table}_other")  # noqa: S608  (our names)
            found |= {month for (month,) in cursor.fetchall()}
    return found
