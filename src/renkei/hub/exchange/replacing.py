"""Which unit a new one takes the place of: the last of the same kind and month about some of the same people.

A replacement is the field's habit, not a form of the standard's: the newer sequence number counts (convention), and the
reader of both puts it in force person by person. Here the two are only tied together, so that each side sees it.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from renkei.hub.exchange.models import Subject, Transmission
from renkei.hub.exchange.rules import State

# Units of one pair, kind and month that are looked at: one for each client's replaced slip is many.
MOST = 50
_PORTION = 100  # units in one statement; SQLite takes 500 parts
_ENDED = (State.WITHDRAWN.value, State.EXPIRED.value)
# The newest before one unit, as one part of a UNION: each an index search, in one trip to the database.
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
    found = [before for start in range(0, len(units), _PORTION) for before in _rows(units[start : start + _PORTION])]
    about = _subjects(row.id for rows in found for row in rows)
    return [
        next((row for row in rows if not unit.subjects.isdisjoint(about[row.id])), None)
        for unit, rows in zip(units, found, strict=True)
    ]


def _rows(units: Sequence[Coming]) -> list[list[Before]]:
    """The newest units before each of these, newest first."""
    sql = " UNION ALL ".join([_BEFORE] * len(units))
    given = [one for place, unit in enumerate(units) for one in (place, *unit[:5], *_ENDED, MOST)]
    rows: list[list[Before]] = [[] for _ in units]
    for row in Transmission.objects.raw(sql, given):
        place: int = row.place  # type: ignore[attr-defined]  # named in the statement alone
        rows[place].append(Before(row.sequence, row.pk))
    return [sorted(own, reverse=True) for own in rows]


def _subjects(transmissions: Iterable[uuid.UUID]) -> dict[uuid.UUID, set[str]]:
    about: dict[uuid.UUID, set[str]] = defaultdict(set)
    ids = set(transmissions)
    if ids:
        for id_, subject in Subject.objects.filter(transmission__in=ids).values_list("transmission", "subject"):
            about[id_].add(subject)
    return about
