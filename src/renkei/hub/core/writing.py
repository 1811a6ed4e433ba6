"""The one door through which the hub writes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction


class NestedWrite(RuntimeError):
    """`write()` inside `write()`: the inner part would look durable before it is."""


class _Undoing(threading.local):
    """What this thread's open write has done outside the database."""

    deeds: list[Callable[[], None]]


_undoing = _Undoing()


@contextmanager
def write() -> Iterator[None]:
    """Open the one write transaction of a deed; it is durable when the block has ended without an exception.

    Everything slow (checking, encrypting, signing) belongs before it: on SQLite all others wait meanwhile.
    Raises NestedWrite when a transaction is already open.
    """
    if connection.in_atomic_block:
        raise NestedWrite
    deeds = _undoing.deeds = []
    try:
        with transaction.atomic(durable=True):
            # First of all that follows the commit: whatever fails after it undoes nothing.
            transaction.on_commit(deeds.clear)
            yield
    except BaseException:
        for deed in reversed(deeds):
            deed()
        raise


def on_rollback(deed: Callable[[], None]) -> None:
    """Do this if the open `write()` comes to nothing; the counterpart of Django's `on_commit`."""
    _undoing.deeds.append(deed)
