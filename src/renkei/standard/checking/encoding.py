"""Encodings that are taken for MS932 by mistake."""

from __future__ import annotations

import codecs

from .sources import Source

# Kana and punctuation, kanji, and the wide and half-width forms.
_JAPANESE = (("\u3000", "\u30ff"), ("\u4e00", "\u9fff"), ("\uff01", "\uff9f"))
# Spreadsheets and archives (zip, the old office formats, gzip), PDF, pictures.
_NO_TEXT = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x1f\x8b", b"%PDF-", b"\xff\xd8\xff", b"\x89PNG")
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def foreign_encoding(source: Source) -> str | None:
    """The code of the finding for a file that is plainly no text or not MS932, or None. The first Japanese text decides."""
    is_first = True
    for chunk in source.chunks():
        if is_first and chunk.startswith(_NO_TEXT):
            return "E-CSV-BINARY"
        if is_first and chunk.startswith(codecs.BOM_UTF8):
            return "E-CHAR-UTF8"
        if is_first and chunk.startswith(_UTF16_MARKS):
            return "E-CHAR-UTF16"
        is_first = False
        if not chunk.isascii():
            return "E-CHAR-UTF8" if _is_japanese_utf8(chunk) else None
    return None


def _is_japanese_utf8(chunk: bytes) -> bool:
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(chunk)
    except UnicodeDecodeError:
        return False
    # Bytes that happen to be valid UTF-8 are taken for it only where they spell Japanese.
    return any(first <= character <= last for character in text for first, last in _JAPANESE)
