"""Files that go on: new names, the records of those who concern the next office, and nothing else changed. Pure.

A file whose records all go on keeps its bytes. Clients who do not concern the recipient must not be sent (standard 2.6),
so others lose records. The family picture is named by its record, so both are renamed together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from renkei.hub.workspace.relaying.rules import Address, is_prevention
from renkei.standard import records
from renkei.standard.checking.prevention import PICTURE_ITEM
from renkei.standard.comparing import Received, Withdrawal, merge_actuals
from renkei.standard.names import IMAGE, FileName
from renkei.standard.units import UnitKind

Row = dict[str, str]
Files = Mapping[str, bytes]
Keep = Callable[[Row], bool]
_TABLES = ("UPPLAN", "UPSIKYU", "UPHOSOKU")
_ACTUAL, _ACTUAL_GONE = "UPJSK", "DLTJSK"
# Client, office, day, time, code (convention C18).
_ORDER = (
    "insurer_number",
    "insured_person_number",
    "service_office_number",
    "service_date",
    "service_start_time",
    "service_code",
)


@dataclass(frozen=True)
class Letter:
    """From whom, to whom and under which sequence number a unit goes."""

    sender: Address
    to: Address
    sequence: str

    def name(self, kind: str, month: str | None) -> str:
        """The name of its file of one kind."""
        return str(FileName(kind, month, *self.sender, *self.to, self.sequence))

    def renamed(self, name: FileName) -> str:
        """A file's name as it goes on."""
        (sender, sender_service), (to, to_service) = self.sender, self.to
        fresh = name.current()._replace(sender=sender, recipient=to, sequence=self.sequence)
        return str(fresh.with_services(sender_service, to_service))


@dataclass(frozen=True)
class Opened:
    """A unit that came or went, opened."""

    sender: str
    recipient: str
    sequence: str
    kind: UnitKind
    files: Files
    _read: dict[str, list[Row]] = field(default_factory=dict, compare=False, repr=False)

    def rows(self, kind: str) -> list[Row]:
        """The records of its files of one kind, read once."""
        if kind not in self._read:
            names = [name for name in self.files if FileName.parse(name).kind == kind]
            self._read[kind] = [row for name in names for row in records.read(self.files[name], kind)]
        return self._read[kind]


def readdressed(files: Files, letter: Letter, keep: Keep) -> dict[str, bytes]:
    """The files of a unit for another office, with the records that `keep` says; no file without any.

    Raises cp932.CharacterError for bytes that are no text of the standard.
    """
    parsed = {name: FileName.parse(name) for name in files}
    pictures = {name.lower(): letter.renamed(one) for name, one in parsed.items() if one.kind == IMAGE}
    made: dict[str, bytes] = {}
    named: set[str] = set()
    for name, one in parsed.items():
        if one.kind == IMAGE:
            continue
        version = records.version(files[name], one.kind)
        rows = records.read(files[name], one.kind, version)
        kept = [row for row in rows if keep(row)]
        fresh = [_with_picture(row, pictures, named) for row in kept]
        if fresh:
            made[letter.renamed(one)] = files[name] if fresh == rows else records.write(one.kind, fresh, version)
    return made | {pictures[name.lower()]: data for name, data in files.items() if name.lower() in named}


def offices_in(unit: Opened) -> dict[Address, set[tuple[str, str]]]:
    """The services of 介護予防 that a use table names, each with its people: insurer and insured number."""
    found: dict[Address, set[tuple[str, str]]] = {}
    for row in unit.rows("UPPLAN"):
        address = row["service_office_number"], row["service_code"][:2]
        if is_prevention(address[1]):
            found.setdefault(address, set()).add(person_of(row))
    return found


def actuals(units: Iterable[Opened], letter: Letter, month: str, keep: Keep) -> dict[str, bytes]:
    """One file of all that is in force of these people, whichever offices told it: the standard wants the whole set again
    where one line was corrected (5.1.2.1). Nothing where no line is left."""
    units = list(units)
    came: list[Received] = []
    gone: list[Withdrawal] = []
    for unit in units:
        rows = [row for row in unit.rows(_ACTUAL) if row["target_year_month"] == month and keep(row)]
        came.append(Received(unit.sequence, unit.sender, rows, unit.recipient))
        away = [row for row in unit.rows(_ACTUAL_GONE) if row["delete_target_year_month"] == month]
        gone.append((unit.sequence, unit.sender, unit.recipient, away))
    rows = [row for row in merge_actuals(came, gone) if is_prevention(row["service_code"][:2])]
    return _file(_ACTUAL, month, letter, sorted(rows, key=lambda row: [row[name] for name in _ORDER]))


def tables(plans: Mapping[tuple[str, str], Opened], letter: Letter, month: str) -> dict[str, bytes]:
    """The use tables of these people (insurer and insured number), each from the unit that has the one in force."""
    made: dict[str, bytes] = {}
    units = list({id(unit): unit for unit in plans.values()}.values())
    for kind in _TABLES:
        rows = [row for unit in units for row in unit.rows(kind) if plans.get(person_of(row)) is unit]
        made |= _file(kind, month, letter, sorted(rows, key=person_of))
    return made


def person_of(row: Row) -> tuple[str, str]:
    """Insurer and insured number."""
    return row["insurer_number"], row["insured_person_number"]


def _file(kind: str, month: str, letter: Letter, rows: Iterable[Row]) -> dict[str, bytes]:
    # Each may have come in another version; together they go in ours.
    plain = [{name: value for name, value in row.items() if name != "csv_version"} for row in rows]
    return {letter.name(kind, month): records.write(kind, plain)} if plain else {}


def _with_picture(row: Row, pictures: Mapping[str, str], named: set[str]) -> Row:
    """The record with the picture's new name, where it names one that is here; notes it in `named`."""
    name = row.get(PICTURE_ITEM, "").lower()
    if name not in pictures:
        return row
    named.add(name)
    return row | {PICTURE_ITEM: pictures[name]}
