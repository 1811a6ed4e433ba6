"""From bytes to text, naming the encodings that are taken for MS932 by mistake."""

from __future__ import annotations

import codecs
import re

_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# Bytes that happen to be valid UTF-8 are taken for it only where they spell Japanese.
_JAPANESE = re.compile("[\u3000-\u30ff\u4e00-\u9fff\uff01-\uff9f]")


def foreign_encoding(data: bytes) -> str | None:
    """The code of the finding for data that is plainly not MS932, or None."""
    if data.startswith(codecs.BOM_UTF8):
        return "E-CHAR-UTF8"
    if data.startswith(_UTF16_MARKS):
        return "E-CHAR-UTF16"
    if data.isascii():
        return None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return "E-CHAR-UTF8" if _JAPANESE.search(text) else None


def strict(data: bytes) -> str | None:
    """The text, or None where some bytes are no characters at all. Private use is left to the patterns."""
    try:
        return data.decode("cp932")
    except UnicodeDecodeError:
        return None


def lenient(data: bytes) -> str:
    """The text with each byte that is no character as a lone surrogate, so that its place can be named."""
    return data.decode("cp932", "surrogateescape")
