"""Which unit a new one takes the place of: the last of the same kind and month about some of the same people.

A replacement is the field's habit, not a form of the standard's: the newer sequence number counts (convention), and the
reader of both puts it in force person by person. Here the two are only tied together, so that each side sees it.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db import connection

from renkei.hub.exchange.models import Subject, Transmission
from renkei.hub.exchange.rules import State

# Services, kind and months, as in `Coming`.
_Alike = tuple[int, int, str, str]
_ID = Transmission._meta.pk
# Units of one pair, kind and month that are looked at: one for each client's replaced slip is many.
MOST = 50
_PORTION = 100  # parts of one statement; SQLite takes 500
_ENDED = (State.WITHDRAWN.value, State.EXPIRED.value)
# The newest before some unit, as one part of a UNION: each an index search, in one trip to the database.
_BEFORE = (
    "SELECT * FROM (SELECT id, sequence, CAST(%s AS integer) AS place FROM exchange_transmission WHERE sender_id = %s"
    " AND recipient_id = %s AND kind = %s AND months = %s AND sequence < %s AND state NOT IN (%s, %s)"
    " ORDER BY sequence DESC LIMIT %s) AS part"
)


class Coming(NamedTuple):
    """What decides it of a unit that comes in: the services' ids, kind, months as stored, sequence number, people."""

    sender: int
    recipient: int
    kind: str
    months: str
    sequence: str
    subjects: frozenset[str]

    def may_replace(self, other: Coming) -> bool:
        """Whether the other one is an earlier unit of the same, about some of the same people."""
        return self[:4] == other[:4] and self.sequence > other.sequence and not self.subjects.isdisjoint(other.subjects)


class Before(NamedTuple):
    """A unit that is replaced."""

    sequence: str
    id: uuid.UUID


def stored_before(units: Sequence[Coming]) -> list[Before | None]:
    """The stored unit that each of these replaces, None for a first one. Two queries for a hundred units."""
    newest: dict[_Alike, str] = {}
    for unit in units:
        newest[unit[:4]] = max(unit.sequence, newest.get(unit[:4], ""))
    rows = _rows(list(newest.items()))
    about = _subjects(row.id for own in rows.values() for row in own)
    return [
        next(
            (
                row
                for row in rows[unit[:4]]
                if row.sequence < unit.sequence and not unit.subjects.isdisjoint(about[row.id])
            ),
            None,
        )
        for unit in units
    ]


def _rows(newest: Sequence[tuple[_Alike, str]]) -> dict[_Alike, list[Before]]:
    """What is stored of each kind, pair and month, with lower sequence numbers than the one given; newest first."""
    rows: dict[_Alike, list[Before]] = {alike: [] for alike, _ in newest}
    for start in range(0, len(newest), _PORTION):
        portion = newest[start : start + _PORTION]
        given = [
            one for place, (alike, sequence) in enumerate(portion) for one in (place, *alike, sequence, *_ENDED, MOST)
        ]
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join([_BEFORE] * len(portion)), given)
            for id_, sequence, place in cursor.fetchall():
                rows[portion[place][0]].append(Before(sequence, _ID.to_python(id_)))
    return {alike: sorted(own, reverse=True) for alike, own in rows.items()}


def _subjects(transmissions: Iterable[uuid.UUID]) -> dict[uuid.UUID, set[str]]:
    about: dict[uuid.UUID, set[str]] = defaultdict(set)
    ids = set(transmissions)
    if ids:
        for id_, subject in Subject.objects.filter(transmission__in=ids).values_list("transmission", "subject"):
            about[id_].add(subject)
    return about
