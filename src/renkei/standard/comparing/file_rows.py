"""The records of one file, with the numbers of those that are none: cut off, broken, or without a person."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from .. import cp932
from ..checking.collector import Collector
from ..checking.lines import numbered
from ..findings import Role
from ..layouts import layout, version_of
from ..names import FileName

_INSURER = re.compile(r"[0-9]{1,6}")
_INSURED = re.compile(r"[0-9A-Z]{1,10}")
_MOST_TOLD = 5


@dataclass(frozen=True)
class FileRows:
    """`version` is the layout that the `rows` follow. `broken` and `strangers` are the numbers, counted as a check
    counts them, of records with another number of items and of records without a person's number.

    >>> name = FileName.parse("DLTPLAN_202612_1370100016_43_1370200014_11_20261126090000.CSV")
    >>> found = read_rows(name, b"202407,132019,0000000001,202612\\r\\n202407,1320")
    >>> len(found.rows), found.broken, found.strangers
    (1, (2,), ())
    """

    version: str
    rows: tuple[dict[str, str], ...]
    broken: tuple[int, ...]
    strangers: tuple[int, ...]

    @property
    def left_out(self) -> tuple[int, ...]:
        """The numbers of all records that were not read."""
        return tuple(sorted((*self.broken, *self.strangers)))


def read_rows(name: FileName, data: bytes) -> FileRows:
    """Raises cp932.CharacterError. Header row and blank lines are passed over; a record that was cut off is never
    filled up, because half a number is somebody else's.
    """
    text = cp932.decode(data)
    version = name.edition.version
    rows: list[dict[str, str]] = []
    broken: list[int] = []
    strangers: list[int] = []
    names: list[str] | None = None
    # Nearly every value stands in a file again and again: kept once, a month of a thousand people takes half the memory.
    values: dict[str, str] = {}
    for number, record in numbered((text,), str(name), Collector(Role.RECIPIENT)):
        if names is None:
            version = version_of(name.kind, record.cells[0], len(record.cells), name.edition.version)
            names = [field.name for field in layout(name.kind, version).fields]
        if record.fault or len(record.cells) != len(names):
            broken.append(number)
            continue
        row = {name: values.setdefault(cell, cell) for name, cell in zip(names, record.cells, strict=True)}
        if _INSURER.fullmatch(row["insurer_number"]) and _INSURED.fullmatch(row["insured_person_number"]):
            rows.append(row)
        else:
            strangers.append(number)
    return FileRows(version, tuple(rows), tuple(broken), tuple(strangers))


def records_words(numbers: Iterable[int]) -> str:
    """Which records, the first few by number.

    >>> records_words([3, 7]), records_words(range(1, 9))
    ('3件目・7件目', '1件目・2件目・3件目・4件目・5件目ほか3件')
    """
    numbers = list(numbers)
    told = "・".join(f"{number}件目" for number in numbers[:_MOST_TOLD])
    return told + (f"ほか{len(numbers) - _MOST_TOLD}件" if len(numbers) > _MOST_TOLD else "")
