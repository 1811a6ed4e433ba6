"""What somebody dropped: files, ZIP archives of files, or both, made into one pile of named bytes. Pure; everything bounded."""

from __future__ import annotations

import io
import lzma
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

Named = tuple[str, bytes]
_ZIP = b"PK\x03\x04"
# Made by systems and archivers beside the files that a person packed.
_LITTER = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
    MemoryError,
)
_LOCKED, _UTF8 = 0x1, 0x800


class TooMuch(Exception):
    """More files or bytes than may be brought at once."""


@dataclass(frozen=True)
class Pile:
    """Files with their paths, and archives that could not be opened."""

    files: tuple[Named, ...]
    unopened: tuple[Named, ...] = ()


def gather(given: Iterable[Named], most_files: int, most_bytes: int) -> Pile:
    """All files in what was given, those in archives too (an archive in an archive stays one file).

    `most_bytes` bounds them unpacked. Raises TooMuch.
    """
    files: list[Named] = []
    unopened: list[Named] = []
    size = 0
    for name, data in given:
        try:
            # All of an archive or nothing.
            found = list(_unpacked(name, data, most_files, most_bytes - size))
        except _BROKEN:
            unopened.append((name, data))
            continue
        files += found
        size += sum(len(content) for _, content in found)
        if len(files) > most_files or size > most_bytes:
            raise TooMuch
    return Pile(tuple(files), tuple(unopened))


def _unpacked(name: str, data: bytes, most_files: int, room: int) -> Iterator[Named]:
    if not is_archive(data):
        yield name, data
        return
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
        if len(entries) > 2 * most_files:  # folders are entries too
            raise TooMuch
        for entry in entries:
            path = _path(entry)
            if entry.is_dir() or any(litter in path for litter in _LITTER):
                continue
            with archive.open(entry) as stream:
                # What the archive says of its sizes is not to be believed.
                content = stream.read(room + 1)
            room -= len(content)
            yield path, content
            if room < 0:
                raise TooMuch


def _path(entry: zipfile.ZipInfo) -> str:
    """The name as it was packed: on Japanese Windows in its own code page, without a word about it."""
    if entry.flag_bits & _UTF8:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("cp932")
    except UnicodeError:
        return entry.filename


def is_archive(data: bytes) -> bool:
    """Whether it begins as a ZIP does."""
    return data.startswith(_ZIP)


def why_unopened(data: bytes) -> str:
    """Why an archive stayed closed, in words."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            is_locked = any(entry.flag_bits & _LOCKED for entry in archive.infolist())
    except _BROKEN:
        is_locked = False
    if is_locked:
        return "パスワードのついた ZIP は開けません。パスワードをつけずに作り直してください。"
    return "ZIP がこわれているため開けません。もう一度作り直すか、中のファイルをそのまま選んでください。"
