"""Reading the JSON form back, strictly: nothing that the form does not have is taken, and all of it is said in words.

Mistakes inside records are collected and reading goes on; where the document itself is broken it stops.
"""

from __future__ import annotations

import base64
import binascii
from collections import deque
from collections.abc import Iterator
from functools import cache
from typing import Any, NoReturn

from ..layouts import CURRENT_VERSION, layout
from ..names import IMAGE, BadName, Edition, FileName
from .csv_form import Row, blocks
from .fitting import tell_unfitting
from .json_form import BASIS, EDITION, FORMAT, NAME_PARTS
from .jsontext import NotJson, Walker
from .notes import Notes, shown

# A document of more is refused; its CSV is about a third of it.
MAX_BYTES = 512 * 1024 * 1024
MAX_FILES = 10_000

_FIXED = {"format": FORMAT, "basis": BASIS, "edition": EDITION}
_TYPES_JA = {"object": "まとまり { }", "array": "並び [ ]"}
_CODES = {
    "syntax": "E-JSON-SYNTAX",
    "depth": "E-JSON-DEPTH",
    "duplicate": "E-JSON-DUPLICATE",
    "type": "E-JSON-SHAPE",
}


class Document:
    """One JSON document. `files()` may be called once; after it `notes` are complete.

    >>> notes = Notes()
    >>> data = b'{"format":"renkei-careplan/1","basis":"ours","edition":"4.1","files":[],"x":1}'
    >>> list(Document("a.json", data, notes).files()), [note.code for note in notes.all()]
    ([], ['E-JSON-KEY'])
    """

    def __init__(self, file: str, data: bytes, notes: Notes) -> None:
        """`file` is the path as notes name it. Raises Stopped where it is too long or not UTF-8."""
        self._file = file
        self._notes = notes
        if len(data) > MAX_BYTES:
            notes.stop("E-JSON-SIZE", file, limit=MAX_BYTES // (1024 * 1024))
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            notes.stop("E-JSON-ENCODING", file, offset=error.start + 1)
        if text.startswith("\ufeff"):
            notes.stop("E-JSON-ENCODING", file, offset=1)
        self._walker = Walker(text)
        # The file and the record that are being read, for the notes.
        self._place = file
        self._record: int | None = None
        self._names: set[FileName] = set()

    def files(self) -> Iterator[tuple[FileName, Iterator[bytes]]]:
        """Each file's name and its content in blocks, to be used up before the next one is taken. Raises Stopped.

        The files are good only when no error is among the notes at the end.
        """
        try:
            yield from self._document()
        except NotJson as error:
            self._stop(error)

    def _document(self) -> Iterator[tuple[FileName, Iterator[bytes]]]:
        seen = set()
        for key in self._walker.members():
            seen.add(key)
            if key == "files":
                yield from self._files()
            else:
                self._heading(key, self._walker.value())
        self._walker.end()
        for key in (*_FIXED, "files"):
            if key not in seen:
                self._notes.add("E-JSON-MISSING", self._file, key=key)

    def _heading(self, key: str, value: object) -> None:
        if key in _FIXED:
            if value != _FIXED[key]:
                # Nothing of another form is to be told as a mistake of this one.
                expected = f"「{_FIXED[key]}」"
                self._notes.stop("E-JSON-FORMAT", self._file, key=key, expected=expected, format=FORMAT)
        elif key != "notice":
            self._notes.add("E-JSON-KEY", self._file, key=shown(key))
        elif not isinstance(value, str):
            self._notes.add("E-JSON-TYPE", self._file, key=key, expected="文字列")

    def _files(self) -> Iterator[tuple[FileName, Iterator[bytes]]]:
        for number in self._walker.elements():
            if number > MAX_FILES:
                self._notes.stop("E-JSON-FILES", self._file, limit=MAX_FILES)
            self._place, self._record = f"{self._file}({number}番目のファイル)", None
            yield from self._one_file()
        self._place = self._file

    def _one_file(self) -> Iterator[tuple[FileName, Iterator[bytes]]]:
        name: FileName | None = None
        seen: dict[str, int] = {}
        for key in self._walker.members():
            self._walker.peek()
            seen[key] = self._walker.at
            if key == "name":
                name = self._name(self._walker.value())
            elif name and key == _content_key(name):
                yield from self._handed(name)
            else:
                self._pass(key)
        if name is None:
            if "name" not in seen:
                self._notes.add("E-JSON-MISSING", self._place, key="name")
            return
        yield from self._content_before_name(name, seen)

    def _content_before_name(self, name: FileName, seen: dict[str, int]) -> Iterator[tuple[FileName, Iterator[bytes]]]:
        """Keys may stand in any order, but what records mean is known only with the name: go back to them."""
        key = _content_key(name)
        for other in seen.keys() - {"name", key}:
            self._notes.add("E-JSON-KEY", self._place, key=shown(other))
        if key not in seen:
            self._notes.add("E-JSON-MISSING", self._place, key=key)
        elif seen[key] < seen["name"]:
            after, self._walker.at = self._walker.at, seen[key]
            yield from self._handed(name)
            self._walker.at = after

    def _handed(self, name: FileName) -> Iterator[tuple[FileName, Iterator[bytes]]]:
        if name in self._names:
            self._notes.stop("E-CONVERT-TWICE", self._file, other=str(name))
        self._names.add(name)
        content = self._content(name)
        yield name, content
        deque(content, maxlen=0)  # the walker must be past it, whatever the caller took

    def _pass(self, key: str) -> None:
        """Moves past a value; records one by one, because they may be many."""
        if key == "records" and self._walker.peek() == "[":
            for _ in self._walker.elements():
                self._walker.value()
        else:
            self._walker.value()

    def _name(self, value: object) -> FileName | None:
        parts = self._strings(value, NAME_PARTS, "name")
        text = "_".join(parts[part] for part in NAME_PARTS[:-1] if part in parts)
        try:
            name = FileName.parse(f"{text}.{parts.get('extension', 'CSV')}")
        except BadName as bad:
            self._notes.add("E-JSON-NAME", self._place, key=shown(bad.part))
            return None
        wanted = {part: getattr(name, part) for part in NAME_PARTS if part != "extension" or name.kind == IMAGE}
        if name.edition is not Edition.V4_1 or parts != {part: v for part, v in wanted.items() if v is not None}:
            self._notes.add("E-JSON-NAME", self._place, key=shown(text))
            return None
        self._place = f"{self._file}({name})"
        return name

    def _content(self, name: FileName) -> Iterator[bytes]:
        try:
            if name.kind == IMAGE:
                yield self._picture(self._walker.value())
            else:
                yield from blocks(self._place, name.kind, self._rows(name.kind), self._notes)
        except NotJson as error:
            self._stop(error)

    def _picture(self, value: object) -> bytes:
        try:
            return base64.b64decode(value if isinstance(value, str) else "=", validate=True)
        except (binascii.Error, ValueError):
            self._notes.add("E-JSON-PICTURE", self._place)
            return b""

    def _rows(self, kind: str) -> Iterator[Row]:
        items = _items(kind)
        for number in self._walker.elements():
            self._record = number
            row = self._strings(self._walker.value(), items, "records")
            stated = row.setdefault("csv_version", CURRENT_VERSION)
            if stated != CURRENT_VERSION:
                expected = f"「{CURRENT_VERSION}」"
                place, key = self._place, "csv_version"
                self._notes.add("E-JSON-FORMAT", place, record=number, key=key, expected=expected, format=FORMAT)
            if not self._notes.has_errors:  # nothing of a refused document is written
                tell_unfitting(self._place, number, kind, row, self._notes)
            yield row
        self._record = None

    def _strings(self, value: Any, keys: tuple[str, ...] | frozenset[str], what: str) -> Row:
        """The object's texts; what is no text, empty or of another key is told and left out."""
        if not isinstance(value, dict):
            expected = _TYPES_JA["object"]
            self._notes.add("E-JSON-TYPE", self._place, record=self._record, key=what, expected=expected)
            return {}
        good: Row = {}
        for key, text in value.items():
            if key not in keys:
                self._notes.add("E-JSON-KEY", self._place, record=self._record, key=shown(key))
            elif not isinstance(text, str):
                self._notes.add("E-JSON-TYPE", self._place, record=self._record, key=key, expected="文字列")
            elif not text:
                self._notes.add("E-JSON-EMPTY", self._place, record=self._record, key=key)
            else:
                good[key] = text
        return good

    def _stop(self, error: NotJson) -> NoReturn:
        before = self._walker.text[: error.offset]
        self._notes.stop(
            _CODES[error.what],
            self._place,
            record=self._record,
            key=shown(error.key),
            line=before.count("\n") + 1,
            column=len(before) - before.rfind("\n"),
            expected=_TYPES_JA.get(error.key, ""),
        )


def _content_key(name: FileName) -> str:
    return "picture" if name.kind == IMAGE else "records"


@cache
def _items(kind: str) -> frozenset[str]:
    return frozenset(field.name for field in layout(kind).fields)
