"""Records of already checked files as dictionaries, and their canonical form as bytes.

Canonical form: MS932 as Windows writes it, CRLF after every record, free text in quotes, everything else bare, an
empty item is nothing between the commas.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from . import cp932, csvtext
from .layouts import CURRENT_VERSION, Field, layout, version_of

_NEEDS_QUOTES = re.compile(r'[",\r\n]')
_DIGITS = re.compile(r'"?\d+"?', re.ASCII)


def read(data: bytes, kind: str, version: str | None = None) -> list[dict[str, str]]:
    """The records of a file, keyed by the fields' English names, values as text.

    `version` names the layout; None takes the one that the first record follows. Items that an older version lacks are
    no keys. Lenient in form: CRLF or LF, bare or quoted items, a header row, blank lines and a trailing 1A are read
    over, missing items are "", surplus ones are dropped. Content is never changed. Raises cp932.CharacterError.

    >>> read(b"202407,132019,0000000001,202612", "DLTPLAN")[0]["delete_target_year_month"]
    '202612'
    """
    rows = list(_filled(cp932.decode(data)))
    names = [field.name for field in layout(kind, version or _version(rows, kind)).fields]
    return [dict(zip(names, cells + [""] * (len(names) - len(cells)), strict=False)) for cells in rows]


def version(data: bytes, kind: str) -> str:
    """The version whose layout the file's first record follows; raises cp932.CharacterError.

    >>> version(b"202208,132019,0000000001,202612", "DLTPLAN")
    '202208'
    """
    return _version(list(islice(_filled(cp932.decode(data)), 1)), kind)


def _filled(text: str) -> Iterator[list[str]]:
    """The cells of every record; blank lines and a header row are passed over."""
    is_first = True
    for record in csvtext.records(text.rstrip(csvtext.END_OF_FILE_MARK)):
        if record.cells == [""] or (is_first and not _DIGITS.fullmatch(record.cells[0])):
            continue
        is_first = False
        yield record.cells


def _version(rows: list[list[str]], kind: str) -> str:
    return version_of(kind, rows[0][0], len(rows[0])) if rows else CURRENT_VERSION


def write(kind: str, rows: Iterable[Mapping[str, str]], version: str = CURRENT_VERSION) -> bytes:
    """The canonical bytes of `rows`. Missing keys are empty; csv_version is filled in when missing.

    Raises cp932.CharacterError for a character that MS932 cannot carry, KeyError for a key that is no field.

    >>> write("DLTPLAN", [{"insurer_number": "132019", "insured_person_number": "0000000001"}])
    b'202407,132019,0000000001,\\r\\n'
    """
    fields = layout(kind, version).fields
    known = {field.name for field in fields}
    lines = []
    for row in rows:
        unknown = row.keys() - known
        if unknown:
            raise KeyError(f"{kind} has no item {sorted(unknown)[0]}")
        filled = {"csv_version": version, **row}
        lines.append(",".join(_cell(field, filled.get(field.name, "")) for field in fields) + "\r\n")
    return cp932.encode("".join(lines))


def _cell(field: Field, value: str) -> str:
    if value and (field.type == "text" or _NEEDS_QUOTES.search(value)):
        return '"' + value.replace('"', '""') + '"'
    return value
