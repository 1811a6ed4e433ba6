"""Whether a file can be trusted: faults in its form and in the numbers, dates and times that everything hangs on.

A plan that a spreadsheet saved can be read, but its people are others: nothing that is made of it may look sound.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..checking.collector import MOST_KEPT
from ..checking.examining import examine
from ..checking.sources import Source
from ..findings import Finding, Role
from ..layouts import KINDS as FILE_KINDS
from ..layouts import layout
from .kinds import KINDS, NOT_COMPARED

_PREFIXES = ("E-CSV-", "E-CHAR-", "E-FIELD-")
# The file is read all the same: an older version, a header row; an empty one is told as such.
_HARMLESS = ("E-CSV-VERSION", "E-CSV-HEADER", "E-CSV-EMPTY")
_PERSON = ("insurer_number", "insured_person_number")
_VISIT = ("service_date", "service_start_time", "service_end_time", "service_code", "service_office_number")
_TYPES = ("date", "month", "time", "end_time", "office", "service_code")
_MOST_NAMED = 5


@dataclass(frozen=True)
class Faulty:
    """A file with faults on `places` items or records, or more where `has_more`.

    >>> Faulty("UPPLAN.CSV", 3).label
    'UPPLAN.CSV には 3 か所の誤りがあります。この結果は当てになりません。先に renkei check で確かめてください。'
    """

    path: str
    places: int
    has_more: bool = False

    @property
    def label(self) -> str:
        """One line for people."""
        places = f"{self.places} か所{'より多く' if self.has_more else ''}"
        return (
            f"{self.path} には {places}の誤りがあります。"
            "この結果は当てになりません。先に renkei check で確かめてください。"
        )


def faults_of(path: str, data: bytes) -> Faulty | None:
    """What is wrong with one file, or None; the last part of the path is its name. Never raises.

    >>> name = "DLTPLAN_202612_1370100016_43_1370200014_11_20261126090000.CSV"
    >>> faults_of(name, b"202407,132019,1,2026/12").places
    2
    >>> faults_of(name, b"202407,132019,0000000001,202612")
    """
    examined = examine(Source(path, data), Role.RECIPIENT, MOST_KEPT)
    kind = examined.name.kind if examined.name else None
    if kind not in FILE_KINDS:
        return None
    found = [one for one in examined.collector.findings() if one.code.startswith(_PREFIXES)]
    items, keys = _items(kind)
    places = [one for one in found if one.code not in _HARMLESS and _matters(one, items, keys)]
    if not places:
        return None
    return Faulty(path, len(places), has_more=len(found) >= MOST_KEPT)


def fault_lines(faulty: Iterable[Faulty]) -> tuple[str, ...]:
    """What stands at the top of a result: a line a file, and one for the rest where there are many.

    >>> [len(fault_lines([Faulty("a.CSV", 1)] * count)) for count in (0, 2, 50)]
    [0, 2, 6]
    """
    faulty = list(faulty)
    lines = [one.label for one in faulty[:_MOST_NAMED]]
    if len(faulty) > _MOST_NAMED:
        lines.append(f"ほかに {len(faulty) - _MOST_NAMED}個のファイルにも誤りがあります。")
    return tuple(lines)


def _items(kind: str) -> tuple[frozenset[str], frozenset[str]]:
    """The Japanese names of the items whose form matters, and of those that may not be empty either."""
    keys = {*_PERSON, *_VISIT, *KINDS[kind].versions}
    fields = layout(kind).fields
    items = {one.name_ja for one in fields if one.type in _TYPES and one.name not in NOT_COMPARED}
    needed = {one.name_ja for one in fields if one.name in keys}
    return frozenset(items | needed), frozenset(needed)


def _matters(one: Finding, items: frozenset[str], keys: frozenset[str]) -> bool:
    if one.field is None:
        return not one.code.startswith("E-FIELD-")  # the sum of what was not kept says nothing of its items
    return one.field in (keys if one.code == "E-FIELD-REQUIRED" else items)
