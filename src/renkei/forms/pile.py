"""Records put by, person by person, and packed until their turn comes: a thousand people's months take hundreds of megabytes
as records, and a few like this. Nothing of it is written to the disk.
"""

from __future__ import annotations

import pickle
import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from renkei.standard.comparing.papers import Paper, Person, person_of

from .filling.given import Address, Given, address_of
from .filling.office_names import OfficeNames

_QUICKLY = 1  # zlib's level: the slower ones save little


class Pile:
    """Papers that are asked for person by person.

    >>> Pile().people
    []
    """

    def __init__(self, papers: Iterable[Paper] = ()) -> None:
        self._papers: list[Paper] = []  # without their rows
        self._units: dict[Address, list[int]] = defaultdict(list)
        self._rows: dict[Person, dict[int, bytes]] = defaultdict(dict)
        self._offices = OfficeNames()
        for paper in papers:
            self.add(paper)

    def add(self, paper: Paper) -> None:
        """One more, of which nothing is held any longer."""
        place = len(self._papers)
        self._papers.append(replace(paper, rows=()))
        self._units[address_of(paper.name)].append(place)
        self._offices.add(paper)
        people: dict[Person, list[dict[str, str]]] = defaultdict(list)
        for row in paper.rows:
            people[person_of(row)].append(row)
        for person, rows in people.items():
            self._rows[person][place] = _pack(tuple(rows))

    @property
    def people(self) -> list[Person]:
        """Everybody, by number."""
        return sorted(self._rows)

    def offices(self) -> dict[str, str]:
        """Names by office number, from all of them."""
        return self._offices.by_number()

    def papers(self, person: Person) -> list[Paper]:
        """What the files of this person's units say of this person: of some of them that may be nothing."""
        own = self._rows.get(person, {})
        units = {address_of(self._papers[place].name) for place in own}
        places = sorted(place for unit in units for place in self._units[unit])
        return [replace(self._papers[place], rows=_unpack(own[place]) if place in own else ()) for place in places]


@dataclass(frozen=True)
class PackedGiven:
    """What a form is filled from, packed. What is asked of many without their being drawn stands beside."""

    person: Person
    sender: tuple[str, str]
    recipient: tuple[str, str]
    client: tuple[str, str]
    offices: Mapping[str, str]  # the same for all, packed with none
    _packed: bytes

    @classmethod
    def of(cls, given: Given) -> PackedGiven:
        """Packs it."""
        packed = _pack(replace(given, offices={}))
        return cls(given.person, given.sender, given.recipient, given.client, given.offices, packed)

    def unpacked(self) -> Given:
        """The records again."""
        given: Given = _unpack(self._packed)
        return replace(given, offices=self.offices)


def _pack(value: Any) -> bytes:
    return zlib.compress(pickle.dumps(value), _QUICKLY)


def _unpack(packed: bytes) -> Any:
    return pickle.loads(zlib.decompress(packed))  # noqa: S301 - never from a file or from another machine
