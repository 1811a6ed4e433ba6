"""As much of DER (ITU-T X.690) as signatures need: flat, strict, quick.

asn1crypto does this too, but takes some 10 ms to write a signature and to read one; a hub reads one for every unit.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

INTEGER, OCTET_STRING, NULL, OID = 0x02, 0x04, 0x05, 0x06
UTC_TIME, GENERALIZED_TIME = 0x17, 0x18
SEQUENCE, SET = 0x30, 0x31
CONTEXT_0 = 0xA0  # [0], constructed

_TIME_FORMS = {UTC_TIME: "%y%m%d%H%M%SZ", GENERALIZED_TIME: "%Y%m%d%H%M%SZ"}
_TIME_LENGTHS = {UTC_TIME: 13, GENERALIZED_TIME: 15}


class Element(NamedTuple):
    """One element: its tag octet, its content, and its whole encoding."""

    tag: int
    content: bytes
    raw: bytes


def elements(data: bytes) -> list[Element]:
    """The elements that stand in `data` one behind the other: each one tag octet, and a definite length in its shortest
    form. Raises ValueError for anything but DER."""
    found: list[Element] = []
    at, size = 0, len(data)
    while at < size:
        tag, start, length = data[at], at + 2, data[at + 1] if at + 1 < size else -1
        if tag & 0x1F == 0x1F or length < 0:
            raise ValueError("a long tag or no length")
        if length >= 0x80:
            start, length = _long(data[start : start + (length & 0x7F)], start)
        end = start + length
        if end > size:
            raise ValueError("the data ends too early")
        found.append(Element(tag, data[start:end], data[at:end]))
        at = end
    return found


def inside(element: Element, tag: int) -> list[Element]:
    """The elements in a constructed element, which must bear `tag`."""
    return elements(content(element, tag))


def content(element: Element, tag: int) -> bytes:
    """The content of an element, which must bear `tag`."""
    if element.tag != tag:
        raise ValueError(f"tag {element.tag:#x} where {tag:#x} is expected")
    return element.content


def encode(tag: int, *parts: bytes) -> bytes:
    """One element with these parts, already encoded, as its content."""
    body = b"".join(parts)
    if len(body) < 0x80:
        return bytes((tag, len(body))) + body
    length = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + body


def set_of(*members: bytes) -> bytes:
    """The content of a SET OF: DER sorts the members by their encodings."""
    return b"".join(sorted(members))


def oid(dotted: str) -> bytes:
    """An OBJECT IDENTIFIER, encoded."""
    first, second, *others = (int(arc) for arc in dotted.split("."))
    return encode(OID, *(_base128(arc) for arc in (first * 40 + second, *others)))


def time(at: datetime) -> bytes:
    """A time to the second: UTCTime until 2049, GeneralizedTime after that (RFC 5652 section 11.3)."""
    moment = at.astimezone(UTC)
    tag = UTC_TIME if 1950 <= moment.year < 2050 else GENERALIZED_TIME
    return encode(tag, moment.strftime(_TIME_FORMS[tag]).encode("ascii"))


def time_of(element: Element) -> datetime:
    """The time that an element states, in UTC. Raises ValueError for other forms than DER's."""
    digits = element.content[:-1]
    if len(element.content) != _TIME_LENGTHS.get(element.tag) or element.content[-1:] != b"Z" or not digits.isdigit():
        raise ValueError("not a time in DER")
    year, rest = (digits[:-10], digits[-10:])
    # strptime takes longer than the rest of a signature. X.509 reads 50 to 99 as 19xx.
    century = 0 if len(year) == 4 else 1900 if year >= b"50" else 2000
    month, day, hour, minute, second = (int(rest[at : at + 2]) for at in range(0, 10, 2))
    return datetime(century + int(year), month, day, hour, minute, second, tzinfo=UTC)


def _long(octets: bytes, start: int) -> tuple[int, int]:
    """Where the content begins behind a length of these octets, which begin at `start`, and that length."""
    length = int.from_bytes(octets, "big")
    if not octets or octets[0] == 0 or length < 0x80 or len(octets) > 4:
        raise ValueError("a length that is not DER")
    return start + len(octets), length


def _base128(arc: int) -> bytes:
    octets = [arc & 0x7F]
    while arc := arc >> 7:
        octets.append(0x80 | arc & 0x7F)
    return bytes(reversed(octets))
