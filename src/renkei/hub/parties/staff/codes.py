"""One-time codes that one person hands to another: made, read as people type them, kept as a keyed hash alone."""

from __future__ import annotations

import secrets
import unicodedata

from renkei.hub.core.keyring import keyring

# Neither 0 and O, 1 and I, nor U, which reads like V: 31 letters, of which twelve are worth 59 bits.
_LETTERS = "23456789ABCDEFGHJKLMNPQRSTVWXYZ"
_GROUPS, _OF_A_GROUP = 3, 4
MAIL_DIGITS = 6


def new_code() -> str:
    """A fresh code in groups, as it is shown once: `K7QM-2F9X-PD4T`."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(_OF_A_GROUP)) for _ in range(_GROUPS))


def new_digits() -> str:
    """A code of six digits, for what lives minutes and is locked out after a few tries."""
    return f"{secrets.randbelow(10**MAIL_DIGITS):0{MAIL_DIGITS}}"


def keyed(purpose: str, code: str) -> str:
    """The keyed hash of a code, however its letters, hyphens and widths were typed."""
    plain = "".join(letter for letter in unicodedata.normalize("NFKC", code).upper() if letter.isalnum())
    return keyring().keyed(purpose, plain.encode())
