"""One file of the standard in the JSON form, a document by itself: as files of a unit travel from one program to another.

It is called as that file, with `.JSON` for the end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePath
from typing import NamedTuple

from ..findings import Finding, Severity
from .json_form import SUFFIX
from .json_reading import MAX_BYTES, Document
from .notes import Level, Notes, Stopped

_FOLDERS = re.compile(r".*[/\\]", re.DOTALL)


class TooLong(ValueError):
    """The file would be longer than allowed: an empty record is short in JSON and long in CSV.

    >>> TooLong.__base__
    <class 'ValueError'>
    """


class Single(NamedTuple):
    """What a document holds: the file's path, beside the document's, and its bytes; else why it cannot be read.

    >>> read("a.JSON", b"").findings[0].code
    'E-JSON-SYNTAX'
    """

    file: str
    data: bytes
    findings: tuple[Finding, ...] = ()


def is_document(name: str) -> bool:
    """Whether a file is in the JSON form, by its name.

    >>> is_document("DLTPLAN_202612_1370100016_43_1370200014_11_20261126090007.JSON")
    True
    """
    return name.upper().endswith(SUFFIX)


def document_name(name: str) -> str:
    """What the document of a file is called.

    >>> document_name("DLTPLAN_202612_1370100016_43_1370200014_11_20261126090007.CSV")
    'DLTPLAN_202612_1370100016_43_1370200014_11_20261126090007.JSON'
    """
    return PurePath(name).stem + SUFFIX


def read(file: str, data: bytes, most: int = MAX_BYTES) -> Single:
    """The file in a document; `file` is the document's path, findings are about it. Raises TooLong for more than `most`.

    >>> from . import to_json
    >>> name = "DLTPLAN_202612_1370100016_43_1370200014_11_20261126090007.CSV"
    >>> document, _ = to_json([(name, b"202407,132019,0000000001,202612\\r\\n")])
    >>> read("out/" + document_name(name), document.encode()).data
    b'202407,132019,0000000001,202612\\r\\n'
    """
    notes = Notes()
    try:
        held = _held(file, data, most, notes)
    except Stopped:
        held = None
    errors = [note for note in notes.all() if note.level is Level.ERROR]
    if held and not errors:
        return held
    said = [
        Finding(note.code, Severity.ERROR, file, note.record, note.field, None, note.message, note.remedy)
        for note in errors
    ]
    return Single(file, b"", tuple(said))


def _held(file: str, data: bytes, most: int, notes: Notes) -> Single | None:
    found = _FOLDERS.match(file)
    folder, held = found[0] if found else "", None
    for name, content in Document(file, data, notes).files():
        if held or document_name(str(name)) != document_name(file[len(folder) :]):
            notes.stop("E-JSON-FILE", file)
        held = Single(folder + str(name), _bounded(content, most))
    if held is None and not notes.has_errors:
        notes.stop("E-JSON-FILE", file)
    return held


def _bounded(content: Iterable[bytes], most: int) -> bytes:
    blocks, size = [], 0
    for block in content:
        size += len(block)
        if size > most:
            raise TooLong
        blocks.append(block)
    return b"".join(blocks)
