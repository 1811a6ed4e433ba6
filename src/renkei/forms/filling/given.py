"""What a form is filled from: the records of one unit about one person. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from renkei.standard.checking.prevention import PICTURE_ITEM
from renkei.standard.comparing.in_force import merge_actuals
from renkei.standard.comparing.papers import Paper, Person, names_of, office_names, person_of, received, withdrawn

Row = Mapping[str, str]
# Files of one unit share these: sender and recipient with their services, and the sequence number.
Address = tuple[str, str, str, str, str]

# Where plans name an office, beside its number.
_NAMED_IN = {
    "UP1KYO": ("care_management_office_number", "care_management_office_name"),
    "UP2KYO": ("service_office_number", "service_office_name"),
}


@dataclass(frozen=True)
class Given:
    """One unit's records about one person, by file kind (`rows`), with what other files know beside them.

    `sender` and `recipient` are (office number, service type). `offices` are names by office number, `client` is the person's
    name and kana, empty where no file says them. `actual` are the records of UPJSK of the same person and month, where any are
    there. `pictures` are those that the records name, as they came, by file name in small letters.
    """

    person: Person
    sender: tuple[str, str]
    recipient: tuple[str, str]
    sequence: str
    rows: Mapping[str, Sequence[Row]]
    client: tuple[str, str] = ("", "")
    offices: Mapping[str, str] = field(default_factory=dict)
    actual: Sequence[Row] = ()
    pictures: Mapping[str, bytes] = field(default_factory=dict)

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


def given_of(papers: Iterable[Paper], pictures: Mapping[str, bytes] | None = None) -> list[Given]:
    """Each unit of these files, person by person, units in the order of their sequence numbers.

    `pictures` are those that came with the files (`family_chart.charts_of`).

    >>> given_of([])
    []
    """
    papers = list(papers)
    names, offices = names_of(papers), offices_of(papers)
    actual = _actual(papers)
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
                )
            )
    return sorted(found, key=lambda one: (one.sequence, one.person))


def offices_of(papers: Sequence[Paper]) -> dict[str, str]:
    """Names by number: of care managers' offices as their plans have them, of service offices as slips and 実績 do too.

    >>> offices_of([])
    {}
    """
    names: dict[str, str] = {}
    for paper in sorted(papers, key=lambda one: one.name.sequence):
        number, name = _NAMED_IN.get(paper.kind, ("", ""))
        names |= {row[number]: row[name] for row in paper.rows if name and row[name] and row[number]}
    return names | office_names(papers)


def _units(papers: Iterable[Paper]) -> dict[Address, list[Paper]]:
    units: dict[Address, list[Paper]] = {}
    for paper in papers:
        name = paper.name
        address = (name.sender, name.sender_service, name.recipient, name.recipient_service, name.sequence)
        units.setdefault(address, []).append(paper)
    return units


def _people(papers: Iterable[Paper]) -> dict[Person, dict[str, list[Row]]]:
    people: dict[Person, dict[str, list[Row]]] = {}
    for paper in papers:
        for row in paper.rows:
            people.setdefault(person_of(row), {}).setdefault(paper.kind, []).append(row)
    return people


def _named(rows: Mapping[str, Sequence[Row]], pictures: Mapping[str, bytes]) -> dict[str, bytes]:
    names = {row.get(PICTURE_ITEM, "").lower() for row in rows.get("UPKIHON", ())}
    return {name: pictures[name] for name in names if name in pictures}


def _actual(papers: Iterable[Paper]) -> dict[tuple[Person, str], list[Row]]:
    """The records of UPJSK in force, by person and month: an office may send one person's month again, or take it back."""
    actual: dict[tuple[Person, str], list[Row]] = {}
    papers = list(papers)
    for row in merge_actuals(received(papers, "UPJSK"), withdrawn(papers, "DLTJSK")):
        actual.setdefault((person_of(row), row["target_year_month"]), []).append(row)
    return actual
