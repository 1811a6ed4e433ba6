"""Numbers without gaps."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import F

from renkei.hub.core.models import Counter


def create(names: Iterable[str]) -> None:
    """Begin counters at nought; one that exists stays as it is. Call it inside `write()`."""
    Counter.objects.bulk_create((Counter(name=name) for name in names), ignore_conflicts=True)


def advance(names: Iterable[str]) -> dict[str, int]:
    """The next number of each counter. Call it inside `write()`: the rows stay locked until its end.

    Locked in the order of their ids, so that two deeds that share counters never wait for each other.
    """
    wanted = set(names)
    rows = list(Counter.objects.select_for_update().filter(name__in=wanted).order_by("id"))
    if len(rows) != len(wanted):
        missing = wanted - {row.name for row in rows}
        raise LookupError(f"no counter {sorted(missing)}")
    Counter.objects.filter(id__in=[row.id for row in rows]).update(value=F("value") + 1)
    return {row.name: row.value + 1 for row in rows}
