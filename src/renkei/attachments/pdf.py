"""Looking into a PDF and cleaning it. Runs in a process of its own (`apart`), which has a bound of memory and time."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

import pikepdf
from pikepdf import Object, Pdf
from pikepdf.settings import set_qpdf_limits

from renkei.attachments.limits import Limits
from renkei.attachments.pdf_parts import Part, active_parts, remove_active_parts

_PIECE = 1024 * 1024
_TAIL_BYTES = 2048
_MOST_FILTERS = 4
_DEEPEST = 200
# What a page lacks, and every program knows to fill in.
_USUAL = ("Resources is missing or invalid; repairing", "MediaBox is undefined; setting to letter / ANSI A")


class Looked(NamedTuple):
    """What was found: (code, value) of each finding, and the active parts."""

    found: list[tuple[str, str | None]]
    active: list[str]


class _Heavy(Exception):
    """More than the limits allow; the text says what."""


def look(source: BinaryIO, limits: Limits) -> Looked:
    """Look into a PDF. Raises nothing on bad bytes; MemoryError where there is not enough."""
    _set_limits(limits)
    found: list[tuple[str, str | None]]
    try:
        found, active = [], _look(source, limits)
    except pikepdf.PasswordError:
        found, active = [("E-ATTACH-ENCRYPTED", None)], set()
    except _Heavy as error:
        found, active = [("E-ATTACH-HEAVY", str(error))], set()
    except (pikepdf.PikepdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RuntimeError, OSError):
        found, active = [("E-ATTACH-BROKEN", None)], set()
    return Looked(found + [(f"E-ATTACH-{part.upper()}", None) for part in sorted(active)], sorted(active))


def clean(source: BinaryIO, target: BinaryIO, limits: Limits) -> list[str]:
    """Write a copy without active parts; returns what was taken out. Same bytes in, same bytes out."""
    _set_limits(limits)
    with pikepdf.open(source) as pdf:
        removed = remove_active_parts(pdf)
        removed |= _doubts(pdf)
        pdf.save(target, deterministic_id=True, encryption=False)
    return sorted(removed)


def _look(source: BinaryIO, limits: Limits) -> set[Part]:
    try:
        with pikepdf.open(source, attempt_recovery=False, suppress_warnings=True) as pdf:
            return _look_through(pdf, limits)
    except pikepdf.PasswordError:
        raise
    except pikepdf.PdfError:
        source.seek(0)
        if not _has_end(source):
            raise
    with pikepdf.open(source, suppress_warnings=True) as pdf:
        return {Part.DAMAGED} | _look_through(pdf, limits)


def _look_through(pdf: Pdf, limits: Limits) -> set[Part]:
    if len(pdf.objects) > limits.objects:
        raise _Heavy("部品の数")
    _check_streams(pdf, limits)
    found = active_parts(pdf) | _doubts(pdf)
    # Last, because counting mends what is usual to be missing, and says so.
    if not 0 < len(pdf.pages) <= limits.pages:
        raise _Heavy("ページの数") if len(pdf.pages) else ValueError("no pages")
    return found


def _doubts(pdf: Pdf) -> set[Part]:
    """Whether qpdf stumbled: what it mends like this, the program that shows the document may mend otherwise."""
    said = [text for text in map(str, pdf.get_warnings()) if not text.endswith(_USUAL)]
    if any("limit" in text or "bad_alloc" in text for text in said):
        raise _Heavy("一つの部品の大きさ")  # what was too much is missing here, and not elsewhere
    return {Part.DAMAGED} if said else set()


def _check_streams(pdf: Pdf, limits: Limits) -> None:
    room = limits.unpacked_bytes
    for obj in pdf.objects:
        if isinstance(obj, pikepdf.Stream):
            _check_picture(obj, limits)
            for size in _unpacked(obj):
                room -= size
                if room < 0:
                    raise _Heavy("広げた大きさ")


def _check_picture(stream: Object, limits: Limits) -> None:
    width, height = stream.get("/Width"), stream.get("/Height")
    if isinstance(width, int) and isinstance(height, int) and width * height > limits.pixels:
        raise _Heavy("絵の大きさ")


def _unpacked(stream: Object) -> Iterator[int]:
    """The sizes of the pieces that a stream unpacks to; pictures that are packed as pictures stay as they are."""
    filters = stream.get("/Filter")
    names = [str(name) for name in (filters.as_list() if isinstance(filters, pikepdf.Array) else [filters])]
    if len(names) > _MOST_FILTERS:
        raise _Heavy("詰めた回数")
    if names == ["/FlateDecode"]:
        yield from _inflated(stream.read_raw_bytes())
    elif _decodes(names):
        try:
            yield len(stream.read_bytes(pikepdf.StreamDecodeLevel.generalized))
        except pikepdf.DataDecodingError as error:
            if "limit" in str(error):
                raise _Heavy("広げた大きさ") from error
            # Otherwise broken: programs show what there is up to there.


def _decodes(names: list[str]) -> bool:
    return any(name in ("/FlateDecode", "/Fl", "/LZWDecode", "/LZW", "/RunLengthDecode", "/RL") for name in names)


def _inflated(data: bytes) -> Iterator[int]:
    inflating = zlib.decompressobj()
    try:
        while data and not inflating.eof:
            yield len(inflating.decompress(data, _PIECE))
            data = inflating.unconsumed_tail
    except zlib.error:
        return  # programs show what there is up to here


def _has_end(source: BinaryIO) -> bool:
    end = source.seek(0, 2)
    source.seek(max(0, end - _TAIL_BYTES))
    tail = source.read()
    source.seek(0)
    return b"%%EOF" in tail


def _set_limits(limits: Limits) -> None:
    """qpdf's own bounds hold for the whole process; this one is ours alone."""
    most = min(limits.memory_bytes // 4, 2**32 - 1)
    set_qpdf_limits(
        parser_max_nesting=_DEEPEST,
        parser_max_container_size=limits.objects * 10,
        max_stream_filters=_MOST_FILTERS,
        flate_max_memory=most,
        run_length_max_memory=most,
        png_max_memory=most,
        tiff_max_memory=most,
        doc_max_warnings=1000,
    )
