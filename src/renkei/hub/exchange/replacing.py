"""Which unit a new one takes the place of: the last of the same kind and month about some of the same people.

A replacement is the field's habit, not a form of the standard's: the newer sequence number counts (convention), and the
reader of both puts it in force person by person. Here the two are only tied together, so that each side sees it.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

from django.db import connection

from renkei.hub.exchange.models import Transmission
from renkei.hub.exchange.rules import State

# Services, kind and months, as in `Coming`.
_Alike = tuple[int, int, str, str]
_ID = Transmission._meta.pk
# Units of one pair, kind and month that are looked at: one for each client's replaced slip is many.
MOST = 50
_PORTION = 100  # parts of one statement; SQLite takes 500
_ENDED = (State.WITHDRAWN.value, State.EXPIRED.value)
# The newest before some unit and whom each is about, as one part of a UNION: an index search, in one trip to the database.
_BEFORE = (
    "SELECT part.*, subject FROM (SELECT id, sequence, CAST(%s AS integer) AS place FROM exchange_transmission"
    " WHERE sender_id = %s AND recipient_id = %s AND kind = %s AND months = %s AND sequence < %s"
    " AND state NOT IN (%s, %s) ORDER BY sequence DESC LIMIT %s) AS part"
    " JOIN exchange_subject ON transmission_id = part.id"
)


class Coming(NamedTuple):
    """What decides it of a unit that comes in: the services' ids, kind, months as stored, sequence number, people."""

    sender: int
    recipient: int
    kind: str
    months: str
    sequence: str
    subjects: frozenset[str]

    @property
    def about(self) -> list[tuple[_Alike, str]]:
        """Only what has one of these may be replaced by it."""
        return [(self[:4], subject) for subject in self.subjects]


class Before(NamedTuple):
    """A unit that may be replaced; its id as the database gives it."""

    sequence: str
    id: Any


# By what has to be the same.
Earlier = dict[tuple[_Alike, str], list[Before]]


def stored_before(units: Iterable[Coming]) -> Earlier:
    """What these may replace of that which is stored. One query for a hundred units."""
    newest: dict[_Alike, str] = {}
    for unit in units:
        newest[unit[:4]] = max(unit.sequence, newest.get(unit[:4], ""))
    found: Earlier = defaultdict(list)
    sought = list(newest.items())
    for start in range(0, len(sought), _PORTION):
        portion = sought[start : start + _PORTION]
        given = [
            one for place, (alike, sequence) in enumerate(portion) for one in (place, *alike, sequence, *_ENDED, MOST)
        ]
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join([_BEFORE] * len(portion)), given)
            for id_, sequence, place, subject in cursor.fetchall():
                found[portion[place][0], subject].append(Before(sequence, id_))
    return found


def replaced(units: Sequence[tuple[uuid.UUID, Coming]], stored: Earlier) -> dict[uuid.UUID, uuid.UUID]:
    """By unit the newest one that it replaces, of what is `stored` and of what comes before it among these."""
    by_unit: dict[uuid.UUID, uuid.UUID] = {}
    among: Earlier = defaultdict(list)
    for id_, coming in units:
        known = [one for key in coming.about for one in (*stored.get(key, ()), *among[key])]
        earlier = (one for one in known if one.sequence < coming.sequence)
        newest = max(earlier, key=attrgetter("sequence"), default=None)
        if newest:
            by_unit[id_] = _ID.to_python(newest.id)
        for key in coming.about:
            among[key].append(Before(coming.sequence, id_))
    return by_unit
