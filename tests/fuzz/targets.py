"""What any bytes are thrown at, and what must hold whatever they are. Each target raises where it does not hold.

The first bytes of an input choose (a kind, a role, where to cut), so that a fuzzer may change them like all the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import cycle
from typing import Any

from renkei.standard import csvtext, names, records
from renkei.standard.checking import Report, check, examining, sources
from renkei.standard.checking.encoding import foreign_encoding
from renkei.standard.checking.sources import Source
from renkei.standard.comparing.changes import compare_papers
from renkei.standard.comparing.months import reconcile_papers
from renkei.standard.comparing.papers import read_papers
from renkei.standard.converting import from_json, to_current, to_json
from renkei.standard.cp932 import CharacterError
from renkei.standard.findings import Finding, Role
from renkei.standard.layouts import VERSIONS, kinds, layout
from renkei.standard.names import BadName, FileName
from renkei.standard.repairing import repair
from renkei.standard.showing.as_html import as_html
from renkei.standard.showing.as_text import as_text
from renkei.standard.showing.compared import compared_html, compared_text
from renkei.standard.showing.reconciled import reconciled_csv, reconciled_html, reconciled_text
from renkei.standard.showing.sheets import Contents, people_of

from ..standard.month import FROM_HELPER, MONTH, NAMES, TO_HELPER

Target = Callable[[bytes], None]

_OLD_NAMES = [
    f"UPPLAN_{MONTH}_1370100016_1370200014_20261125090014.CSV",
    f"UPJSK_{MONTH}_1370200014_1370100016_20270102090007.CSV",
    "UP1KYO_1370100016_1370200014_20261125090007.CSV",
]
FILE_NAMES = [
    *NAMES.values(),
    *_OLD_NAMES,
    f"UPKIHON_IMAGE_{TO_HELPER}_20261126090014_0001.jpg",
    f"UPJSK_{MONTH}_{FROM_HELPER.replace('_11_', '_111_')}_20270102090007.CSV",
]
ROLES = list(Role)
# From which size on the fast path is tried, and how much is read at once.
_ALWAYS, _NEVER, _SHORTEST_CHUNK = 0, 1 << 40, 64
PATHS = [(_ALWAYS, sources.CHUNK), (_ALWAYS, _SHORTEST_CHUNK), (_NEVER, _SHORTEST_CHUNK), (_NEVER, sources.CHUNK)]


def split_records(data: bytes) -> None:
    """A text gives the same records however it comes in pieces."""
    cuts, text = data[:4], data[4:].decode("cp932", "surrogateescape")
    whole = list(map(_seen, csvtext.records(text)))
    pieces = list(map(_seen, csvtext.records(_cut(text, cuts))))
    assert pieces == whole, f"{pieces} is not {whole}"


def _seen(record: csvtext.Record) -> tuple[object, ...]:
    # The text shown at a fault ends with the piece at hand.
    cells = record.cells[:-1] if record.fault else record.cells
    return cells, record.quoted, record.fault, record.ending


def _cut(text: str, cuts: bytes) -> Iterator[str]:
    """Pieces of the lengths that the bytes say, over and over; an empty one now and then."""
    lengths = cycle(cuts if any(cuts) else b"\1")
    start = 0
    while start < len(text):
        length = next(lengths)
        yield text[start : start + length]
        start += length


def check_paths(data: bytes) -> None:
    """Any file is answered with findings, the same by the fast path, the slow one and in small pieces."""
    name, choice = FILE_NAMES[_at(data, 0) % len(FILE_NAMES)], _at(data, 1)
    role, (small, chunk) = ROLES[choice % len(ROLES)], PATHS[choice // len(ROLES) % len(PATHS)]
    file = (name, data[2:])
    with _settings(_NEVER, sources.CHUNK):  # the slow path, whatever was read before
        usual, seen_as = _told(check([file], role)), foreign_encoding(Source(*file))
    with _settings(small, chunk):
        # The first Japanese text of a piece decides about the encoding.
        if foreign_encoding(Source(*file)) != seen_as:
            return
        told = _told(check([file], role))
    assert told == usual, f"{name} {role} small={small} chunk={chunk}: {_difference(told, usual)}"


def _told(report: Report) -> dict[str, Any]:
    return {
        "findings": [_shown(found) for found in report.findings],
        "records": report.records,
        "counts": dict(report.counts),
        "people": [sorted(unit.people) for unit in report.units],
    }


def _shown(found: Finding) -> dict[str, object]:
    # The text shown at a fault ends with the piece at hand.
    return {**found.as_dict(), **({"value": None} if found.code.startswith("E-CSV-") else {})}


def _difference(told: Mapping[str, Any], usual: Mapping[str, Any]) -> str:
    mine, theirs = told["findings"], usual["findings"]
    more, fewer = [one for one in mine if one not in theirs], [one for one in theirs if one not in mine]
    rest = {key: (told[key], usual[key]) for key in told if key != "findings" and told[key] != usual[key]}
    return f"more {more}, fewer {fewer}, in another order {not more and not fewer and mine != theirs}, besides {rest}"


@contextmanager
def _settings(small: int, chunk: int) -> Iterator[None]:
    before = examining.SMALL, sources.CHUNK
    try:
        examining.SMALL, sources.CHUNK = small, chunk
        yield
    finally:
        examining.SMALL, sources.CHUNK = before


def parse_name(data: bytes) -> None:
    """A name is refused with BadName, or comes back as it was."""
    text = data.decode("utf-8", "surrogateescape")
    try:
        name = FileName.parse(text)
    except BadName:
        return
    assert str(name) == text
    if name.edition is names.Edition.V3:
        name = name.with_services("43", "11")
    now = name.current()
    assert FileName.parse(str(now)) == now._replace(edition=names.Edition.V4_1)


def round_trip(data: bytes) -> None:
    """Records that can be written come back the same; the bytes are those of the second writing."""
    version = VERSIONS[_at(data, 0) % len(VERSIONS)]
    kind = kinds(version)[_at(data, 1) % len(kinds(version))]
    rows = list(_rows(kind, version, data[2:].decode("cp932", "replace")))
    try:
        written = records.write(kind, rows, version)
    except CharacterError:
        return
    read = records.read(written, kind, version)
    assert read == rows, f"{read} is not {rows}"
    assert records.write(kind, read, version) == written


def _rows(kind: str, version: str, text: str) -> Iterator[dict[str, str]]:
    """Records with the version in front and, of the rest, what stands between the marks 1E and 1F."""
    fields = [field.name for field in layout(kind, version).fields]
    for line in text.split("\x1e"):
        values = [version, *line.split("\x1f")][: len(fields)]
        yield dict(zip(fields, values + [""] * (len(fields) - len(values)), strict=True))


def read_json(data: bytes) -> None:
    """Any document is answered; what is taken from it makes a document that gives the same files."""
    converted = from_json(data)
    assert converted.files or converted.notes or b"files" in data
    if converted.files:
        document, notes = to_json(converted.files)
        assert document is not None, notes
        again = from_json(document.encode())
        assert again.files == converted.files, f"{again.files} is not {converted.files}"


def convert_file(data: bytes) -> None:
    """Any file is converted or refused with words; what was converted goes through JSON without a change."""
    name = FILE_NAMES[_at(data, 0) % len(FILE_NAMES)]
    converted = to_current([(name, data[1:])])
    assert converted.files or converted.notes
    if converted.files:
        assert to_current(converted.files).files == converted.files
        document, notes = to_json(converted.files)
        if document is None:
            assert any(note.level == "error" for note in notes), notes
            return
        assert from_json(document.encode()).files == converted.files


def repair_file(data: bytes) -> None:
    """Any file is mended or left with words; nothing is left to mend in what was mended."""
    options = _at(data, 0)
    name = FILE_NAMES[_at(data, 1) % len(FILE_NAMES)]
    wished: dict[str, Any] = {"geta": bool(options & 1), "widen_kana": bool(options & 2)}
    once = repair(name, data[2:], **wished)
    again = repair(once.name, once.data, **wished)
    assert again.changes == (), again.changes
    assert (again.name, again.data) == (once.name, once.data)


def repair_name(data: bytes) -> None:
    """Any name is mended or left with words, once and for all."""
    name = data.decode("utf-8", "surrogateescape")
    once = repair(name, b"")
    again = repair(once.name, b"")
    assert (again.name, again.changes) == (once.name, ()), f"{once.name!r} becomes {again.name!r}"


def show_files(data: bytes) -> None:
    """Two files of any content are read, shown and compared without a fault."""
    first, _, second = data[2:].partition(b"\x1d")
    mine, theirs = (FILE_NAMES[_at(data, place) % len(FILE_NAMES)] for place in (0, 1))
    before, unread = read_papers([("before/" + mine, first)])
    after, unread_too = read_papers([("after/" + theirs, second or first)])
    assert (before or unread) and (after or unread_too)
    both = Contents(people_of([*before, *after]), (*unread, *unread_too), ())
    assert as_text(both).encode() and as_html(both).encode()
    month = reconcile_papers([*before, *after], [*before, *after])
    assert reconciled_text(month).encode() and reconciled_html(month).encode() and reconciled_csv(month)
    changes = compare_papers(before, after)
    assert compared_text(changes).encode() and compared_html(changes).encode()


def _at(data: bytes, place: int) -> int:
    return data[place] if place < len(data) else 0


TARGETS: dict[str, Target] = {
    "csv": split_records,
    "check": check_paths,
    "name": parse_name,
    "records": round_trip,
    "json": read_json,
    "convert": convert_file,
    "repair": repair_file,
    "repair-name": repair_name,
    "show": show_files,
}
