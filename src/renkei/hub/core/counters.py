"""Numbers without gaps."""

from __future__ import annotations

from collections import Counter as Count
from collections.abc import Collection, Iterable, Iterator

from django.db import connection

from renkei.hub.core.models import Counter

# One statement each: under these locks, everybody else who needs the counters waits.
_ADVANCE = {
    "sqlite": (
        "WITH wanted (name, many) AS (VALUES {}) UPDATE core_counter SET value = value + wanted.many FROM wanted"
        " WHERE core_counter.name = wanted.name RETURNING core_counter.name, value"
    ),
    "postgresql": (
        "WITH wanted (name, many) AS (VALUES {}), locked AS"
        " (SELECT core_counter.id, wanted.many FROM core_counter JOIN wanted ON core_counter.name = wanted.name"
        " ORDER BY core_counter.id FOR UPDATE OF core_counter)"
        " UPDATE core_counter SET value = value + locked.many FROM locked WHERE core_counter.id = locked.id"
        " RETURNING name, value"
    ),
}


def create(names: Iterable[str]) -> None:
    """Begin counters at nought; one that exists stays as it is. Call it inside `write()`."""
    Counter.objects.bulk_create((Counter(name=name) for name in names), ignore_conflicts=True)


def lock(names: Collection[str]) -> None:
    """Nobody else advances these counters until the end of this `write()`: what is read now stays true for their owners.

    In the order of their ids, so that two deeds that share counters never wait for each other. On SQLite only one
    writes anyway.
    """
    if connection.vendor == "postgresql":
        list(Counter.objects.filter(name__in=names).order_by("pk").select_for_update().values_list("pk"))


def advance(names: Iterable[str]) -> dict[str, Iterator[int]]:
    """The next numbers of each counter, as many as it is named. Call it inside `write()`.

    The rows stay locked until its end; locked in the order of their ids, as `lock` does. Raises LookupError for a counter
    that does not exist.
    """
    wanted = Count(names)
    given = [one for pair in wanted.items() for one in pair]
    values = ", ".join(["(%s, %s)"] * len(wanted))
    with connection.cursor() as cursor:
        cursor.execute(_ADVANCE[connection.vendor].format(values), given)
        last = dict(cursor.fetchall())
    if missing := wanted.keys() - last.keys():
        raise LookupError(f"no counter {sorted(missing)}")
    return {name: iter(range(last[name] - many + 1, last[name] + 1)) for name, many in wanted.items()}
