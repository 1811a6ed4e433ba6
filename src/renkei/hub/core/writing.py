"""The one door through which the hub writes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


class NestedWrite(RuntimeError):
    """`write()` inside `write()`: the inner part would look durable before it is."""


@contextmanager
def write() -> Iterator[None]:
    """Open the one write transaction of a deed; it is durable when the block has ended without an exception.

    Everything slow (checking, encrypting, signing) belongs before it: on SQLite all others wait meanwhile.
    Raises NestedWrite when a transaction is already open.
    """
    if connection.in_atomic_block:
        raise NestedWrite
    with transaction.atomic(durable=True):
        yield
