"""One file of any edition as V4.1 has it, and what several files together say of the service types that names lack."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from ..names import IMAGE, BadName, Edition, FileName
from ..older_names import Answer, answers, types_in_records
from .csv_form import Row, Sheet
from .notes import Notes, Stopped
from .raising import current_name, raised

# What files of one transmission unit share in a name without service types.
_Unit = tuple[str, str, str]


@dataclass
class ServiceTypes:
    """Who can say the service types of names of the third edition: a person, the register, the records.

    Give every file of the third edition to `take` before the first is converted: a plan without any service code is
    named after the use table that came with it.

    >>> types = ServiceTypes(register={"1370200014": ["11"]})
    >>> name = FileName.parse("DLT1KYO_1370100016_1370200014_20261126090000.CSV")
    >>> [answer.service for answer in types.answers(name)]
    ['43', '11']
    """

    from_type: str | None = None
    to_type: str | None = None
    register: Mapping[str, Collection[str]] = field(default_factory=dict)
    _units: dict[_Unit, dict[str, set[str]]] = field(default_factory=dict, repr=False)
    _everywhere: dict[str, set[str]] = field(default_factory=dict, repr=False)

    def take(self, name: str, data: bytes) -> None:
        """Remembers which types this file gives for which office; nothing of other editions and unreadable files."""
        try:
            parsed = FileName.parse(name)
            if parsed.edition is not Edition.V3:
                return
            sheet = Sheet(name, parsed.kind, data, Edition.V3.version, Notes())
            found = types_in_records(parsed.kind, sheet.records())
        except (BadName, Stopped):
            return
        unit = self._units.setdefault(_unit(parsed), {})
        for office, types in found.items():
            unit.setdefault(office, set()).update(types)
            self._everywhere.setdefault(office, set()).update(types)

    def answers(self, name: FileName) -> tuple[Answer, Answer]:
        """The types of sender and recipient; the files of one unit get the same."""
        in_rows = {**self._everywhere, **self._units.get(_unit(name), {})}
        return answers(name, in_rows, from_type=self.from_type, to_type=self.to_type, register=self.register)


def current(
    path: str, name: str, data: bytes, types: ServiceTypes, notes: Notes
) -> tuple[FileName, Iterator[Row] | bytes]:
    """The name of V4.1 and the records of V4.1, or the bytes of a picture. `path` is what notes call the file.

    Records are read as they are asked for. Raises Stopped, then or now, with a note.

    >>> file = "DLTPLAN_202612_1370100016_1370200014_20261126090007.CSV"
    >>> data = b"202208,132019,0000000001,202612\\r\\n"
    >>> name, records = current(file, file, data, ServiceTypes(to_type="11"), Notes())
    >>> name.recipient_service, list(records)[0]["csv_version"]
    ('11', '202407')
    """
    try:
        parsed = FileName.parse(name)
    except BadName:
        notes.stop("E-CONVERT-NAME", path)
    raised_name = current_name(parsed, types.answers(parsed), path, notes)
    if parsed.kind == IMAGE:
        return raised_name, data
    sheet = Sheet(path, parsed.kind, data, parsed.edition.version, notes)
    return raised_name, raised(sheet, path, parsed.kind, notes)


def refuse_twice(name: FileName, source: str, seen: dict[FileName, str], notes: Notes) -> None:
    """Raises Stopped, with a note, where `name` was made from another source before; `seen` gets each with its source.

    Two files of one name would end as one, and nobody could tell which.
    """
    if name in seen:
        notes.stop("E-CONVERT-TWICE", source, other=seen[name])
    seen[name] = source


def _unit(name: FileName) -> _Unit:
    return name.sender, name.recipient, name.sequence
