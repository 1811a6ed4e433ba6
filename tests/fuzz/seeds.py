"""Inputs to begin with: the clean month, every wrong file of the corpus, and what they become on the way."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from renkei.standard.converting import to_json
from renkei.standard.layouts import VERSIONS, kinds, layout
from renkei.standard.names import IMAGE, BadName, FileName
from renkei.standard.records import read

from ..standard import corpus, month
from .targets import FILE_NAMES, PATHS, ROLES

# A wrong file larger than this teaches a fuzzer nothing that its small sisters do not.
_LARGEST = 8_000


@cache
def seeds(target: str) -> tuple[bytes, ...]:
    """The different inputs of one target."""
    return tuple(dict.fromkeys(_MAKERS[target]()))


@cache
def _files() -> tuple[tuple[str, bytes], ...]:
    """Every file of the clean month and of the wrong ones, small ones only, each content once."""
    months = (month.files(), *(case.contents() for case in corpus.CORPUS))
    found = (one for files in months for one in files.items() if len(one[1]) <= _LARGEST)
    return tuple(dict.fromkeys(found))


def _place(name: str) -> int:
    """Where a name stands among those that a target knows; a spoilt one counts as its kind's."""
    same_kind = next((number for number, known in enumerate(FILE_NAMES) if known.startswith(_kind(name) + "_")), 0)
    return FILE_NAMES.index(name) if name in FILE_NAMES else same_kind


def _split() -> Iterator[bytes]:
    for number, (_, data) in enumerate(_files()):
        yield bytes([number % 7, 1, number % 256, 40]) + data


def _checked() -> Iterator[bytes]:
    for number, (name, data) in enumerate(_files()):
        yield bytes([_place(name), number % (len(ROLES) * len(PATHS))]) + data


def _named() -> Iterator[bytes]:
    for name in (*FILE_NAMES, *(name for name, _ in _files())):
        yield name.encode("utf-8", "surrogateescape")


def _rows() -> Iterator[bytes]:
    for name, data in month.files().items():
        kind = FileName.parse(name).kind
        for number, version in enumerate(VERSIONS):
            if kind in kinds(version):
                known = {field.name for field in layout(kind, version).fields}
                rows = ([row[key] for key in row if key in known][1:] for row in read(data, kind))
                text = "\x1e".join("\x1f".join(values) for values in rows)
                yield bytes([number, kinds(version).index(kind)]) + text.encode("cp932")


def _documents() -> Iterator[bytes]:
    yield b'{"format": "renkei-careplan/1"}'
    for name, data in _files():
        document, _ = to_json([(name, data)])
        if document is not None:
            yield document.encode()


def _converted() -> Iterator[bytes]:
    for name, data in _files():
        yield bytes([_place(name)]) + data


def _repaired() -> Iterator[bytes]:
    for number, (name, data) in enumerate(_files()):
        yield bytes([number % 4, _place(name)]) + data


def _shown() -> Iterator[bytes]:
    clean = month.files()
    for name, data in _files():
        place = _place(name)
        kind = _kind(name)
        same = next((known for path, known in clean.items() if _kind(path) == kind), b"")
        yield bytes([place, place]) + same + b"\x1d" + data


def _kind(name: str) -> str:
    try:
        return FileName.parse(name).kind
    except BadName as bad:
        return bad.kind or IMAGE


_MAKERS = {
    "csv": _split,
    "check": _checked,
    "name": _named,
    "records": _rows,
    "json": _documents,
    "convert": _converted,
    "repair": _repaired,
    "repair-name": _named,
    "show": _shown,
}
