"""MS932 (Windows code page 932) text, with the bytes that Windows writes.

Python's own codec differs from Windows in three ways that matter here:

- it writes 373 characters (髙, 﨑, ⅰ …) to the NEC-selected rows ED/EE, where Windows writes the IBM rows FA-FC;
- it reads the private-use rows F040-F9FC (外字) and the single bytes 80, A0, FD-FF, which no other office can read;
- it writes six characters (〜 U+301C, − U+2212 …) that come back as others.

Reading accepts both byte forms of the 373; writing refuses whatever would not come back as it was.
"""

from __future__ import annotations

import re
from functools import cache

# What the codec reads although the standard forbids it: NUL, 80, private use, and the images of A0 and FD-FF.
FORBIDDEN_IN_TEXT = "\0\x80\ue000-\ue757\uf8f0-\uf8f3"
# What the codec writes although it comes back as another character.
_ONE_WAY = "\u00a2\u00a3\u00ac\u2016\u2212\u301c"


class CharacterError(ValueError):
    """A byte or a character that MS932 does not allow.

    `offset` counts bytes when decoding and characters when encoding; `characters` are the offending bytes as
    hexadecimal text (decoding) or the characters themselves (encoding). The message names only the place, because
    the text around it may be about a person.

    >>> try:
    ...     encode("𠮷野")
    ... except CharacterError as error:
    ...     error.offset, error.characters
    (0, '𠮷')
    """

    def __init__(self, offset: int, characters: str) -> None:
        super().__init__(f"not allowed in MS932, at offset {offset}")
        self.offset = offset
        self.characters = characters


@cache
def windows_bytes() -> dict[str, bytes]:
    """The 373 characters that Python writes to rows ED/EE, with the bytes of rows FA-FC that Windows writes.

    >>> len(windows_bytes()), windows_bytes()["髙"]
    (373, b'\\xfb\\xfc')
    """
    table = {}
    trails = [*range(0x40, 0x7F), *range(0x80, 0xFD)]
    for pair in (bytes((lead, trail)) for lead in (0xFA, 0xFB, 0xFC) for trail in trails):
        try:
            character = pair.decode("cp932")
        except UnicodeDecodeError:
            continue
        if character.encode("cp932")[0] in (0xED, 0xEE):
            table[character] = pair
    return table


@cache
def _forbidden() -> re.Pattern[str]:
    return re.compile(f"[{FORBIDDEN_IN_TEXT}]")


@cache
def _refused() -> re.Pattern[str]:
    return re.compile(f"[{FORBIDDEN_IN_TEXT}{_ONE_WAY}]")


@cache
def _differing() -> re.Pattern[str]:
    return re.compile(f"([{''.join(windows_bytes())}])")


def decode(data: bytes) -> str:
    """The text of MS932 bytes; raises CharacterError for what is not MS932, private use (外字) included.

    >>> decode(b"\\xfb\\xfc\\x93c"), decode(b"\\xee\\xe0\\x93c")
    ('髙田', '髙田')
    """
    try:
        text = data.decode("cp932")
    except UnicodeDecodeError as error:
        raise CharacterError(error.start, data[error.start : error.end].hex()) from None
    found = _forbidden().search(text)
    if found:
        # The characters before this one are all allowed, but may be one or two bytes: encode them to count.
        offset = len(text[: found.start()].encode("cp932"))
        width = len(found.group().encode("cp932"))
        raise CharacterError(offset, data[offset : offset + width].hex())
    return text


def encode(text: str) -> bytes:
    """The bytes that Windows writes for `text`; raises CharacterError for a character that would not come back.

    >>> encode("髙田")
    b'\\xfb\\xfc\\x93c'
    """
    found = _refused().search(text)
    if found:
        raise CharacterError(found.start(), found.group())
    try:
        # The pieces alternate: ordinary text, one of the 373, ordinary text, …
        table = windows_bytes()
        return b"".join(table.get(piece) or piece.encode("cp932") for piece in _differing().split(text))
    except UnicodeEncodeError:
        place = next(i for i, character in enumerate(text) if not _writable(character))
        raise CharacterError(place, text[place]) from None


def _writable(character: str) -> bool:
    try:
        character.encode("cp932")
    except UnicodeEncodeError:
        return False
    return True
