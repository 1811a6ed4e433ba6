"""From the bytes of a file that may be anything to text, with what was changed on the way."""

from __future__ import annotations

import codecs
import csv
import io
import re

from .. import cp932, csvtext
from .model import Notes

# Workbooks, archives and PDF, saved or renamed by mistake.
_NOT_TEXT = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"\x1f\x8b", b"\x89PNG", b"\xff\xd8\xff")
# Bytes that happen to be valid UTF-8 are taken for it only where they spell Japanese.
_JAPANESE = re.compile("[\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff01-\uff9f\U00020000-\U0003ffff]")
_END_MARKS = csvtext.END_OF_FILE_MARK + "\0"
_MOST_SHOWN = 10


def text(data: bytes, notes: Notes) -> str:
    """The text; where it is not MS932 the change is noted. A byte that is no character is a lone surrogate."""
    if data.startswith(_NOT_TEXT):
        notes.leave("P-FILE-NOT-CSV", "", hold=True)
        return ""
    found = _in_another_encoding(data)
    if found is not None:
        encoding, decoded = found
        notes.change("R-FILE-ENCODING", encoding, "MS932")
        return decoded
    decoded = data.decode("cp932", "surrogateescape")
    _note_other_bytes(data, decoded, notes)
    return decoded


def with_commas(body: str, columns: set[int], notes: Notes) -> str:
    """A text whose items are separated by tabs (`columns`: how many there may be) as one with commas."""
    first = body.partition("\n")[0]
    if "," in first or first.count("\t") + 1 not in columns:
        return body
    try:
        rows = list(csv.reader(io.StringIO(body, newline=""), delimiter="\t", strict=True))
    except csv.Error:
        return body
    notes.change("R-FILE-TABS", "タブ区切り", "コンマ区切り")
    commas = io.StringIO()
    csv.writer(commas, lineterminator="\r\n").writerows(rows)
    return commas.getvalue()


def without_end_mark(body: str, notes: Notes) -> str:
    """The text without the 1A, or the zeros, that old programs fill a file up with."""
    tail = body[len(body.rstrip(_END_MARKS + "\r\n")) :]
    mark = next((place for place, character in enumerate(tail) if character in _END_MARKS), None)
    if mark is None:
        return body
    notes.change("R-FILE-EOF", tail[mark:], "")
    return body[: len(body) - len(tail) + mark]


def _in_another_encoding(data: bytes) -> tuple[str, str] | None:
    """The name of the encoding and the text, where it is plainly not MS932."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "UTF-16", data.decode("utf-16", "replace")
    if data.startswith(codecs.BOM_UTF8):
        rest = data.removeprefix(codecs.BOM_UTF8)
        try:
            return "UTF-8(BOMつき)", rest.decode("utf-8")
        except UnicodeDecodeError:
            return "MS932(BOMつき)", rest.decode("cp932", "surrogateescape")
    if data[1:4:2] == b"\0\0" or data[0:3:2] == b"\0\0":
        return "UTF-16", data.decode("utf-16-le" if data[1:2] == b"\0" else "utf-16-be", "replace")
    if data.isascii():
        return None
    try:
        decoded = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return ("UTF-8", decoded) if _JAPANESE.search(decoded) or not _is_ms932(data) else None


def _is_ms932(data: bytes) -> bool:
    try:
        cp932.decode(data)
    except cp932.CharacterError:
        return False
    return True


def _note_other_bytes(data: bytes, decoded: str, notes: Notes) -> None:
    """Characters written with other bytes than Windows writes, the NEC rows ED and EE for example."""
    try:
        if cp932.encode(decoded) == data:
            return
    except cp932.CharacterError:
        pass  # looked at one by one below
    others: dict[str, str] = {}
    position = 0
    for character in decoded:
        usual = _bytes_of(character)
        if data[position : position + len(usual)] != usual:
            others[character] = f"{character}({data[position : position + len(usual)].hex().upper()})"
        position += len(usual)
    if others:
        shown = list(others)[:_MOST_SHOWN]
        usual_form = (f"{character}({_bytes_of(character).hex().upper()})" for character in shown)
        notes.change("R-FILE-BYTES", "・".join(others[character] for character in shown), "・".join(usual_form))


def _bytes_of(character: str) -> bytes:
    try:
        return cp932.encode(character)
    except cp932.CharacterError:
        return character.encode("cp932", "surrogateescape")
