"""Seals: what a hub signs over the root of a hash tree, each naming the one before it.

An entry of the tree covers both sides' words and both signatures: a time-stamp over the root then shows that each
signature was there before its certificate ended.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from . import strictjson

FORMAT = "renkei-seal/1"


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
