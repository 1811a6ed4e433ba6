"""Numbers without gaps."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from renkei.hub.core.models import Counter

# One statement each: under these locks, everybody else who needs the counters waits.
_ADVANCE = {
    "sqlite": "UPDATE core_counter SET value = value + 1 WHERE name IN ({}) RETURNING name, value",
    "postgresql": (
        "WITH locked AS (SELECT id FROM core_counter WHERE name IN ({}) ORDER BY id FOR UPDATE)"
        " UPDATE core_counter SET value = value + 1 FROM locked WHERE core_counter.id = locked.id RETURNING name, value"
    ),
}


def create(names: Iterable[str]) -> None:
    """Begin counters at nought; one that exists stays as it is. Call it inside `write()`."""
    Counter.objects.bulk_create((Counter(name=name) for name in names), ignore_conflicts=True)


def advance(names: Iterable[str]) -> dict[str, int]:
    """The next number of each counter. Call it inside `write()`: the rows stay locked until its end.

    Locked in the order of their ids, so that two deeds that share counters never wait for each other.
    """
    wanted = set(names)
    with connection.cursor() as cursor:
        cursor.execute(_ADVANCE[connection.vendor].format(", ".join(["%s"] * len(wanted))), list(wanted))
        numbers: dict[str, int] = dict(cursor.fetchall())
    if missing := wanted - numbers.keys():
        raise LookupError(f"no counter {sorted(missing)}")
    return numbers
