"""Files without a name, for bytes on their way: gone with whoever has them open, and up to a size never on the disk."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

IN_MEMORY_BYTES = 32 * 1024 * 1024


@contextmanager
def nameless_file(size: int) -> Iterator[BinaryIO]:
    """An empty real file (with a descriptor) for about `size` bytes: in memory, or a temporary one where that is too much.

    >>> with nameless_file(5) as file:
    ...     file.write(b"hello") + file.seek(0)
    5
    """
    if sys.platform == "linux" and size <= IN_MEMORY_BYTES:
        with os.fdopen(os.memfd_create("renkei"), "w+b") as file:
            yield file
    else:
        with tempfile.TemporaryFile() as file:
            yield file
