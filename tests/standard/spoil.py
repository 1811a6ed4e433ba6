"""Ways to spoil the clean month, one fault at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from .month import NAMES, files, rows

Files = dict[str, bytes]
Spoil = Callable[[], Mapping[str, bytes | Path]]


def cell(key: str, record: int, field: str, value: str) -> Spoil:
    """Another value in one item; records count from 1."""
    return cells(key, record, **{field: value})


def cells(key: str, record: int, **values: str) -> Spoil:
    """Other values in one record."""

    def spoil() -> Files:
        records = rows()[key]
        records[record - 1] = records[record - 1] | values
        return files({key: records})

    return spoil


def every(key: str, **values: str) -> Spoil:
    """The same values in every record of a file."""
    return lambda: files({key: [row | values for row in rows()[key]]})


def without_record(key: str, record: int) -> Spoil:
    def spoil() -> Files:
        records = rows()[key]
        del records[record - 1]
        return files({key: records})

    return spoil


def record_again(key: str, record: int, **values: str) -> Spoil:
    return lambda: files({key: [*rows()[key], rows()[key][record - 1] | values]})


def replaced(key: str, old: bytes, new: bytes) -> Spoil:
    """The first of these bytes replaced in a file."""

    def spoil() -> Files:
        found = files()
        assert old in found[NAMES[key]], "nothing would be spoilt"
        found[NAMES[key]] = found[NAMES[key]].replace(old, new, 1)
        return found

    return spoil


def changed(key: str, change: Callable[[bytes], bytes]) -> Spoil:
    """The bytes of a file changed as a whole."""

    def spoil() -> Files:
        found = files()
        found[NAMES[key]] = change(found[NAMES[key]])
        return found

    return spoil


def renamed(key: str, old: str, new: str) -> Spoil:
    def spoil() -> Files:
        name = NAMES[key]
        assert old in name, "nothing would be spoilt"
        return {name.replace(old, new, 1) if other == name else other: data for other, data in files().items()}

    return spoil


def without(*keys: str) -> Spoil:
    """The month without some of its files."""
    return lambda: {name: data for name, data in files().items() if name not in {NAMES[key] for key in keys}}


def unreadable(key: str, where: Path) -> Spoil:
    """A file that lies where nothing, or no file, is."""
    return lambda: files() | {NAMES[key]: where}


def added(name: str, data: Callable[[], bytes]) -> Spoil:
    return lambda: files() | {name: data()}
