"""The files of a unit as people read them: by person, sheet by sheet, items under their Japanese names. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from .. import records
from ..cp932 import CharacterError
from ..layouts import KINDS, Field, Layout, code_lists, layout
from ..names import BadName, FileName
from .month_grid import Grid, grid, service_words
from .words import clock, date_words, month_words

Row = Mapping[str, str]
_GRID_KINDS = ("UPPLAN", "UPJSK")
# They stand above the sheet or say nothing to people.
_LEFT_OUT = {"csv_version", "insurer_number", "insured_person_number"}


@dataclass(frozen=True)
class Entry:
    """One item: its name on the form, and its value in words."""

    label: str
    value: str


@dataclass(frozen=True)
class Sheet:
    """One file's part about one person: items that all its rows share, then a table or a month grid."""

    title: str
    shared: tuple[Entry, ...]
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    grid: Grid | None = None


@dataclass
class PersonSheets:
    """All that a unit says of one person. `name` is empty where no file of the unit has it (実績)."""

    insurer: str
    insured: str
    name: str = ""
    kana: str = ""
    sheets: list[Sheet] = field(default_factory=list)


@dataclass(frozen=True)
class Contents:
    """A unit, read. `unreadable` are names of files that this page cannot show (pictures, damaged text)."""

    people: tuple[PersonSheets, ...]
    unreadable: tuple[str, ...]


def contents(files: Mapping[str, bytes]) -> Contents:
    """Read the files of one unit, in the standard's order."""
    people: dict[tuple[str, str], PersonSheets] = {}
    unreadable = []
    for name in sorted(files, key=_standard_order):
        rows = read_file(name, files[name])
        if rows is None:
            unreadable.append(name)
            continue
        kind = FileName.parse(name).kind
        for key, own in _by_person(rows).items():
            person = people.setdefault(key, PersonSheets(*key))
            person.sheets.append(_sheet(kind, own))
            if kind == "UPHOSOKU":
                person.name, person.kana = own[0]["client_name"], own[0]["client_name_kana"]
    return Contents(tuple(people[key] for key in sorted(people)), tuple(unreadable))


def read_file(name: str, data: bytes) -> list[dict[str, str]] | None:
    """The records of one file; None for what is no table or cannot be read."""
    try:
        kind = FileName.parse(name).kind
        return records.read(data, kind) if kind in KINDS else None
    except (BadName, CharacterError):
        return None


def value_words(item: Field, value: str) -> str:
    """A value as people write it; what does not fit its type is shown as it is."""
    if item.codes:
        meaning = code_lists()[item.codes].get(value)
        return f"{meaning}({value})" if meaning else value
    if item.type in ("date", "month") and not value.strip("0"):
        return "なし"  # the standard writes noughts where there is no date
    if item.type == "date":
        return date_words(value)
    if item.type == "month":
        return month_words(value)
    if item.type in ("time", "end_time"):
        return "時間の定めなし" if value == item.sentinel else clock(value)
    if item.type == "service_code":
        return service_words(value)
    if item.type == "integer" and value.isdecimal() and len(value) > 3:
        return f"{int(value):,}" if not value.startswith("0") else value
    return value


def _standard_order(name: str) -> tuple[int, str]:
    try:
        kind = FileName.parse(name).kind
    except BadName:
        return len(KINDS), name
    # The supplement comes last: the form is what people came for.
    return (KINDS.index(kind) if kind in KINDS and kind != "UPHOSOKU" else len(KINDS)), name


def _by_person(rows: Iterable[dict[str, str]]) -> dict[tuple[str, str], list[dict[str, str]]]:
    people: dict[tuple[str, str], list[dict[str, str]]] = {}
    for row in rows:
        people.setdefault((row["insurer_number"], row["insured_person_number"]), []).append(row)
    return people


def _sheet(kind: str, rows: Sequence[Row]) -> Sheet:
    form = layout(kind)
    month = rows[0].get("target_year_month", "")
    if kind in _GRID_KINDS:
        shared = ("document_created_date", "target_year_month", "care_manager_name")
        return Sheet(form.name_ja, _entries(form, rows[0], shared), grid=grid(rows, month))
    used = [item for item in form.fields if item.name not in _LEFT_OUT and any(row[item.name] for row in rows)]
    same = {item.name for item in used if len({row[item.name] for row in rows}) == 1}
    differing = [item for item in used if item.name not in same]
    return Sheet(
        title=form.name_ja,
        shared=_entries(form, rows[0], [item.name for item in used if item.name in same]),
        columns=tuple(item.name_ja for item in differing),
        rows=tuple(tuple(value_words(item, row[item.name]) for item in differing) for row in rows) if differing else (),
    )


def _entries(form: Layout, row: Row, names: Iterable[str]) -> tuple[Entry, ...]:
    items = [form.field(name) for name in names]
    return tuple(Entry(item.name_ja, value_words(item, row[item.name])) for item in items if row[item.name])
