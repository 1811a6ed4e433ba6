"""Converting files of the standard: CSV of any edition to V4.1, to the JSON form, and back.

`to_json`, `from_json` and `to_current` take and give whole files. For very large ones, and to write as one reads, use
what they are made of: `files.current`, `json_form.pieces`, `csv_form.blocks`, `json_reading.Document`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..names import FileName
from .csv_form import Row, blocks
from .files import ServiceTypes, current, refuse_twice
from .json_form import pieces
from .json_reading import Document
from .notes import Level, Note, Notes, Stopped
from .schema import schema, schema_text

__all__ = [
    "Converted",
    "Level",
    "Note",
    "ServiceTypes",
    "from_json",
    "schema",
    "schema_text",
    "to_current",
    "to_json",
]


@dataclass(frozen=True, slots=True)
class Converted:
    """Files by name, and all that is to be said of the conversion. What could not be converted is not among them.

    >>> to_current([("メモ.txt", b"")]).has_errors
    True
    """

    files: tuple[tuple[str, bytes], ...]
    notes: tuple[Note, ...]

    @property
    def has_errors(self) -> bool:
        """Whether a file is missing from the result."""
        return any(note.level is Level.ERROR for note in self.notes)


def to_json(
    files: Iterable[tuple[str, bytes]], types: ServiceTypes | None = None
) -> tuple[str | None, tuple[Note, ...]]:
    """One document of all the files, None where one of them cannot be converted; and the notes.

    >>> name = "DLTPLAN_202612_1370100016_43_1370200014_11_20261126090007.CSV"
    >>> document, notes = to_json([(name, b"202407,132019,0000000001,202612\\r\\n")])
    >>> from_json(document.encode()).files[0][1]
    b'202407,132019,0000000001,202612\\r\\n'
    """
    given = list(files)
    known = _known(given, types)
    notes = Notes()
    try:
        document = "".join(pieces(_once(given, known, notes)))
    except Stopped:
        document = None
    return document, tuple(notes.all())


def _once(
    files: list[tuple[str, bytes]], types: ServiceTypes, notes: Notes
) -> Iterator[tuple[FileName, Iterator[Row] | bytes]]:
    seen: dict[FileName, str] = {}
    for file, data in files:
        name, content = current(file, file, data, types, notes)
        refuse_twice(name, file, seen, notes)
        yield name, content


def from_json(data: bytes, file: str = "JSON") -> Converted:
    """The CSV files and pictures of a document; none where anything in it is wrong. `file` is its name in the notes.

    >>> from_json(b'{"format": "renkei-careplan/1"}').notes[0].message
    '「basis」がありません。'
    """
    notes = Notes()
    found: list[tuple[str, bytes]] = []
    try:
        for name, content in Document(file, data, notes).files():
            found.append((str(name), b"".join(content)))
    except Stopped:
        found = []
    return Converted(() if notes.has_errors else tuple(found), tuple(notes.all()))


def to_current(files: Iterable[tuple[str, bytes]], types: ServiceTypes | None = None) -> Converted:
    """The files in the canonical form of V4.1, whatever their edition and form.

    >>> name = "DLTPLAN_202612_1370100016_1370200014_20261126090007.CSV"
    >>> to_current([(name, b"202208,132019,0000000001,202612\\n")], ServiceTypes(to_type="11")).files
    (('DLTPLAN_202612_1370100016_43_1370200014_11_20261126090007.CSV', b'202407,132019,0000000001,202612\\r\\n'),)
    """
    given = list(files)
    known = _known(given, types)
    notes = Notes()
    found: list[tuple[str, bytes]] = []
    seen: dict[FileName, str] = {}
    for file, data in given:
        try:
            name, content = current(file, file, data, known, notes)
            refuse_twice(name, file, seen, notes)
            done = content if isinstance(content, bytes) else b"".join(blocks(file, name.kind, content, notes))
            found.append((str(name), done))
        except Stopped:
            continue
    return Converted(tuple(found), tuple(notes.all()))


def _known(files: list[tuple[str, bytes]], types: ServiceTypes | None) -> ServiceTypes:
    """A new collection with the same sayings: what the caller's own has taken stays as it was."""
    said = types or ServiceTypes()
    known = ServiceTypes(said.from_type, said.to_type, said.register)
    for name, data in files:
        known.take(name, data)
    return known
