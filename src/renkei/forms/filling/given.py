"""What a form is filled from: the records of one unit about one person. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from renkei.services.table import ServiceTable
from renkei.standard.checking.prevention import PICTURE_ITEM
from renkei.standard.comparing.in_force import merge_actuals
from renkei.standard.comparing.papers import Paper, Person, names_of, person_of, received, withdrawn
from renkei.standard.names import FileName

from .office_names import OfficeNames

Row = Mapping[str, str]
# Files of one unit share these: sender and recipient with their services, and the sequence number.
Address = tuple[str, str, str, str, str]

# The kinds whose records name services by code.
_SLIPS = ("UPPLAN", "UPSIKYU", "UPJSK")

# A picture as it came, or the file in which it lies.
Picture = bytes | Path


@dataclass(frozen=True)
class Given:
    """One unit's records about one person, by file kind (`rows`), with what other files know beside them.

    `sender` and `recipient` are (office number, service type). `offices` are names by office number, `client` is the person's
    name and kana, empty where no file says them. `actual` are the records of UPJSK of the same person and month, where any are
    there. `pictures` are those that the records name, by file name in small letters. `services` are names of this person's
    services by month (YYYYMM) and code, as far as a table was imported that knows them.
    """

    person: Person
    sender: tuple[str, str]
    recipient: tuple[str, str]
    sequence: str
    rows: Mapping[str, Sequence[Row]]
    client: tuple[str, str] = ("", "")
    offices: Mapping[str, str] = field(default_factory=dict)
    actual: Sequence[Row] = ()
    pictures: Mapping[str, Picture] = field(default_factory=dict)
    services: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def of(self, kind: str) -> Sequence[Row]:
        """The records of one file kind; none where the unit has no such file.

        >>> Given(("132019", "0000000001"), ("", ""), ("", ""), "", {}).of("UPPLAN")
        ()
        """
        return self.rows.get(kind, ())

    def first(self, kind: str) -> Row:
        """The first record of a kind, for items that all records share; empty items where there is none.

        >>> Given(("132019", "0000000001"), ("", ""), ("", ""), "", {}).first("UPHOSOKU")["client_name"]
        ''
        """
        return _Empty(next(iter(self.of(kind)), {}))


class _Empty(dict[str, str]):
    """A record whose missing items are empty: an older version lacks some, a unit may lack the file."""

    def __missing__(self, _item: str) -> str:
        return ""


def given_of(
    papers: Iterable[Paper],
    pictures: Mapping[str, Picture] | None = None,
    offices: Mapping[str, str] | None = None,
    services: ServiceTable | None = None,
) -> list[Given]:
    """Each unit of these files, person by person, units in the order of their sequence numbers.

    `pictures` are those that came with the files (`family_chart.charts_of`). `offices` are names by number, where more is known
    than these files say. `services` tells what service codes are called.

    >>> given_of([])
    []
    """
    papers = list(papers)
    names = names_of(papers)
    offices = OfficeNames(papers).by_number() if offices is None else offices
    actual = _actual(papers)
    called = _called(papers, services or ServiceTable())
    found: list[Given] = []
    for (sender, sender_service, recipient, recipient_service, sequence), own in sorted(_units(papers).items()):
        for person, rows in sorted(_people(own).items()):
            month = next((row["target_year_month"] for row in rows.get("UPPLAN", ())), "")
            found.append(
                Given(
                    person,
                    (sender, sender_service),
                    (recipient, recipient_service),
                    sequence,
                    rows,
                    names.get(person, ("", "")),
                    offices,
                    actual.get((person, month), ()),
                    _named(rows, pictures or {}),
                    called.get(person, {}),
                )
            )
    return sorted(found, key=lambda one: (one.sequence, one.person))


def address_of(name: FileName) -> Address:
    """To which unit a file belongs."""
    return name.sender, name.sender_service, name.recipient, name.recipient_service, name.sequence


def _units(papers: Iterable[Paper]) -> dict[Address, list[Paper]]:
    units: dict[Address, list[Paper]] = {}
    for paper in papers:
        units.setdefault(address_of(paper.name), []).append(paper)
    return units


def _people(papers: Iterable[Paper]) -> dict[Person, dict[str, list[Row]]]:
    people: dict[Person, dict[str, list[Row]]] = {}
    for paper in papers:
        for row in paper.rows:
            people.setdefault(person_of(row), {}).setdefault(paper.kind, []).append(row)
    return people


def _named(rows: Mapping[str, Sequence[Row]], pictures: Mapping[str, Picture]) -> dict[str, Picture]:
    names = {row.get(PICTURE_ITEM, "").lower() for row in rows.get("UPKIHON", ())}
    return {name: pictures[name] for name in names if name in pictures}


def _called(papers: Iterable[Paper], table: ServiceTable) -> dict[Person, dict[tuple[str, str], str]]:
    """The names of everybody's own services: a form may show what another unit says of the same person."""
    called: dict[Person, dict[tuple[str, str], str]] = {}
    if not len(table):
        return called
    for row in (row for paper in papers if paper.kind in _SLIPS for row in paper.rows):
        person, month, code = person_of(row), row["target_year_month"], row["service_code"]
        if name := table.name(code, month, insurer=person[0]):
            called.setdefault(person, {})[month, code] = name
    return called


def _actual(papers: Iterable[Paper]) -> dict[tuple[Person, str], list[Row]]:
    """The records of UPJSK in force, by person and month: an office may send one person's month again, or take it back."""
    actual: dict[tuple[Person, str], list[Row]] = {}
    papers = list(papers)
    for row in merge_actuals(received(papers, "UPJSK"), withdrawn(papers, "DLTJSK")):
        actual.setdefault((person_of(row), row["target_year_month"]), []).append(row)
    return actual
