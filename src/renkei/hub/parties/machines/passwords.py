"""Passwords of programs: made here, long and random; checked a few at a time.

Each check takes 19 MiB and some 25 ms of a core on purpose. A crowd of them must not take every thread of the hub, so that
all but a few are turned away at once.
"""

from __future__ import annotations

import secrets
import threading

from django.contrib.auth.hashers import check_password, make_password

from renkei.hub.core.problems import Refused

AT_A_TIME, WAITING = 2, 2
# No 0 and O, 1 and l and I: some type it from paper.
_CHARACTERS = "23456789abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ"
_LENGTH = 20  # of 56 characters: 116 bits

_working = threading.BoundedSemaphore(AT_A_TIME)
_inside = threading.BoundedSemaphore(AT_A_TIME + WAITING)


def make() -> tuple[str, str]:
    """A new password, and how it is stored. Slow on purpose: call it outside `write()`."""
    password = "".join(secrets.choice(_CHARACTERS) for _ in range(_LENGTH))
    return password, make_password(password)


def is_right(password: str, stored: str | None) -> bool:
    """Whether this is the password; as slow for an account that is not there. Call it outside `write()`.

    Raises Refused (503) when too many ask at a time.
    """
    if not _inside.acquire(blocking=False):
        raise Refused(503, "E-HUB-BUSY", "ハブが混みあっています。", "少し待ってから、もう一度試してください。")
    try:
        with _working:
            if stored is None:
                make_password(password)
                return False
            return check_password(password, stored)
    finally:
        _inside.release()
