"""Looking into Word, Excel and PowerPoint documents: zip archives of XML. Every size is counted, none is believed.

What is refused: macros, fields that start a program (`word_fields`), files and controls inside, anything that is loaded from
elsewhere when the document is opened (links that somebody must click on may stay), passwords, archives that unpack to too
much.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO
from xml.parsers import expat

from renkei.attachments import word_fields
from renkei.attachments.catalogue import Found
from renkei.attachments.kinds import DOCX, PPTX, XLSX
from renkei.attachments.limits import Limits

_PIECE = 64 * 1024
_MIB = 1024 * 1024
_ENTRY = b"PK\x01\x02"
_ARCHIVES = (b"PK\x03\x04", b"7z\xbc\xaf\x27\x1c", b"Rar!", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")
_OLE = b"\xd0\xcf\x11\xe0"
_TYPES = "[content_types].xml"
_MAIN = {DOCX: "word/document.xml", XLSX: "xl/workbook.xml", PPTX: "ppt/presentation.xml"}
_MOST_XML = 8 * _MIB  # of all that is read, together: it takes Python a second for each three mebibytes
# Packages are written in UTF-8 or UTF-16. Of what says another encoding no two programs read the same.
_OTHER_ENCODING = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*<\?xml[^>]*\sencoding\s*=\s*[\"'](?!utf-?8|utf-16|us-ascii)|\x4c\x6f\xa7\x94", re.IGNORECASE
)
_MACROS = ("vbaproject.bin", "vbadata.xml")
_MACRO_FOLDERS = ("xl/macrosheets/", "xl/dialogsheets/")
_INSIDE_FOLDERS = ("/embeddings/", "/activex/", "/controls/", "/ctrlprops/")
# The same by the ends of relations' types, wherever the part lies and whatever it is called.
_RELATIONS = {
    "vbaproject": "E-ATTACH-MACRO",
    "wordvbadata": "E-ATTACH-MACRO",
    "xlmacrosheet": "E-ATTACH-MACRO",
    "xlintlmacrosheet": "E-ATTACH-MACRO",
    "dialogsheet": "E-ATTACH-MACRO",
    "oleobject": "E-ATTACH-EMBEDDED",
    "package": "E-ATTACH-EMBEDDED",
    "control": "E-ATTACH-EMBEDDED",
    "activexcontrolbinary": "E-ATTACH-EMBEDDED",
    "ctrlprop": "E-ATTACH-EMBEDDED",
    "afchunk": "E-ATTACH-EMBEDDED",  # a document of another format, opened with this one
    "externallink": "E-ATTACH-LINK",  # a program may stand there as well as a file (DDE)
    "webextension": "E-ATTACH-LINK",
    "webextensiontaskpanes": "E-ATTACH-LINK",
}


class _Refused(Exception):
    """One finding that ends the looking: a code and the words of its text."""

    def __init__(self, code: str, **words: str) -> None:
        super().__init__(code)
        self.found = (code, words)


def look_as(media: str) -> Callable[[BinaryIO, Limits], Found]:
    """How documents of this media type are looked into."""
    return lambda stream, limits: look(stream, media, limits)


def look(stream: BinaryIO, media: str, limits: Limits) -> Found:
    """Codes of what is wrong, with the words that go into their texts."""
    try:
        _count_entries(stream, limits)
        with zipfile.ZipFile(stream) as archive:
            _look(archive, media, limits)
    except _Refused as refused:
        return [refused.found]
    except (zipfile.BadZipFile, zlib.error, expat.ExpatError, EOFError, ValueError, NotImplementedError, RuntimeError):
        return [("E-ATTACH-BROKEN", {})]
    except (OSError, OverflowError, MemoryError, KeyError, IndexError, UnicodeError):
        return [("E-ATTACH-BROKEN", {})]
    return []


def _count_entries(stream: BinaryIO, limits: Limits) -> None:
    """Before the list of entries is read, which is as long as it likes."""
    stream.seek(0)
    count, before = 0, b""
    while piece := stream.read(_MIB):
        count += (before + piece).count(_ENTRY)
        before = piece[-len(_ENTRY) + 1 :]
        if count > limits.entries:
            raise _Refused("E-ATTACH-HEAVY", value="部品の数")
    stream.seek(0)


@dataclass
class _Room:
    """Bytes that may still be unpacked, and read as XML."""

    unpacked: int
    xml: int


def _look(archive: zipfile.ZipFile, media: str, limits: Limits) -> None:
    entries = archive.infolist()
    names = [entry.filename.lower() for entry in entries]
    if len(set(names)) != len(names) or not {_TYPES, _MAIN[media]} <= set(names):
        # Two of one name: the scanner would read one of them, and Word the other.
        raise _Refused("E-ATTACH-BROKEN")
    if any(entry.flag_bits & 1 for entry in entries):
        raise _Refused("E-ATTACH-ENCRYPTED")
    for name in names:
        _check_name(name)
    room = _Room(limits.unpacked_bytes, _MOST_XML)
    for entry in entries:
        if _look_into(archive, entry, limits, room):
            _read(archive, entry, room)


def _check_name(name: str) -> None:
    if name.endswith(_MACROS) or name.startswith(_MACRO_FOLDERS):
        raise _Refused("E-ATTACH-MACRO")
    if any(folder in f"/{name}" for folder in _INSIDE_FOLDERS):
        raise _Refused("E-ATTACH-EMBEDDED")


def _look_into(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limits: Limits, room: _Room) -> bool:
    """Unpack one entry and throw it away; whether it must be read: a list of parts or relations, or a text with fields."""
    size, before = 0, b""
    is_read = _is_list(entry)
    for piece in _unpacked(archive, entry):
        if size == 0 and piece.startswith((*_ARCHIVES, _OLE)):
            raise _Refused("E-ATTACH-EMBEDDED")
        if size == 0 and _OTHER_ENCODING.match(piece):
            raise _Refused("E-ATTACH-BROKEN")
        size += len(piece)
        room.unpacked -= len(piece)
        if room.unpacked < 0 or (size > _MIB and size > limits.ratio * max(entry.compress_size, 1)):
            raise _Refused("E-ATTACH-HEAVY", value="広げた大きさ")
        is_read = is_read or word_fields.may_be_in(before + piece)
        before = piece[-word_fields.SIGN_BYTES :]
    return is_read


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, room: _Room) -> None:
    """Refuse what a part says: macros, content that comes from elsewhere, fields that start a program."""
    reader = expat.ParserCreate()
    reader.StartDoctypeDeclHandler = _no_doctype
    if _is_list(entry):
        reader.StartElementHandler = _check_element
    else:
        word_fields.Fields(_refuse_field).bind(reader)
    for piece in _unpacked(archive, entry):
        room.xml -= len(piece)
        if room.xml < 0:
            raise _Refused("E-ATTACH-HEAVY", value="部品の一覧と文")
        reader.Parse(piece, False)
    reader.Parse(b"", True)


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _Refused("E-ATTACH-BROKEN")
    with archive.open(entry) as unpacking:
        while piece := unpacking.read(_PIECE):
            yield piece


def _is_list(entry: zipfile.ZipInfo) -> bool:
    name = entry.filename.lower()
    return name.endswith(".rels") or name == _TYPES


def _check_element(_name: str, attributes: dict[str, str]) -> None:
    if "macroenabled" in attributes.get("ContentType", "").lower():
        raise _Refused("E-ATTACH-MACRO")
    relation = attributes.get("Type", "").lower().rpartition("/")[2]
    if relation in _RELATIONS:
        raise _Refused(_RELATIONS[relation])
    is_outside = attributes.get("TargetMode", "").lower() == "external"
    if is_outside and relation != "hyperlink":
        raise _Refused("E-ATTACH-LINK")


def _refuse_field() -> None:
    raise _Refused("E-ATTACH-MACRO")


def _no_doctype(*_: object) -> None:
    raise _Refused("E-ATTACH-BROKEN")
