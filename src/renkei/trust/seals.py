"""Seals: what a hub signs over the root of a hash tree, each naming the one before it.

An entry of the tree covers both sides' words and both signatures: a time-stamp over the root then shows that each
signature was there before its certificate ended.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from . import strictjson
from .errors import SealError
from .manifest import DIGEST, HUB_ID

__all__ = ["SealError", "Statement", "entry", "parse", "statement"]

FORMAT = "renkei-seal/1"
MAX_BYTES = 1024
MAX_LEAVES = 1_000_000

_KEYS = ("format", "hub", "number", "previous", "root", "size", "at")


@dataclass(frozen=True)
class Statement:
    """What a seal states: `previous` is the SHA-256 of the statement before it (hex), None for the first; `at` is UTC."""

    hub: str
    number: int
    previous: str | None
    root: bytes
    size: int
    at: datetime


def entry(receipt: bytes, signature: bytes, word: bytes = b"", word_signature: bytes = b"") -> bytes:
    """What `merkle.leaf` is taken of, for one event: four SHA-256 one behind the other, of what is absent that of nothing.

    `word` is what the other side signed: the sender's manifest when a unit was accepted, the recipient's own receipt
    when it was collected or imported.
    """
    return b"".join(hashlib.sha256(part).digest() for part in (receipt, signature, word, word_signature))


def statement(*, hub: str, number: int, previous: bytes | None, root: bytes, size: int, at: datetime) -> bytes:
    """The bytes to be signed. `previous` is the statement of the seal before, whole; None for the first."""
    return strictjson.dump(
        {
            "format": FORMAT,
            "hub": hub,
            "number": number,
            "previous": hashlib.sha256(previous).hexdigest() if previous is not None else None,
            "root": root.hex(),
            "size": size,
            "at": strictjson.time_text(at),
        }
    )


def parse(data: bytes) -> Statement:
    """Read a statement strictly. Raises SealError E-SEAL for anything that the format does not say."""
    try:
        return _read(strictjson.load(data, MAX_BYTES))
    except ValueError as error:
        raise SealError("E-SEAL", str(error)) from error


def _read(value: object) -> Statement:
    top = strictjson.fields(value, _KEYS, "the seal")
    if top["format"] != FORMAT:
        raise ValueError(f"format is not {FORMAT}")
    read = Statement(
        hub=strictjson.text(top["hub"], HUB_ID, "hub"),
        number=strictjson.count(top["number"], "number"),
        previous=None if top["previous"] is None else strictjson.text(top["previous"], DIGEST, "previous"),
        root=bytes.fromhex(strictjson.text(top["root"], DIGEST, "root")),
        size=strictjson.count(top["size"], "size"),
        at=strictjson.time(top["at"], "at"),
    )
    if read.number < 1 or not 1 <= read.size <= MAX_LEAVES or (read.previous is None) != (read.number == 1):
        raise ValueError("a number or size that cannot be")
    return read
