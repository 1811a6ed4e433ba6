"""Where a file's bytes come from: read piece by piece, and again where a rule looks a second time."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path  # takes longer to import than a small file to be checked

# What fits into the cache of a processor.
CHUNK = 64 * 1024


class Source(NamedTuple):
    """One file: `path` as it was given, `content` its bytes or where they lie, None for at `path`. Reading raises
    OSError."""

    path: str
    content: bytes | Path | None

    def chunks(self) -> Iterator[bytes]:
        """The bytes in pieces."""
        if isinstance(self.content, bytes) and len(self.content) <= CHUNK:
            if self.content:
                yield self.content
            return
        with self._open() as stream:
            while chunk := stream.read(CHUNK):
                yield chunk

    def size(self) -> int:
        """How many bytes."""
        if isinstance(self.content, bytes):
            return len(self.content)
        return os.stat(self.content or self.path).st_size  # noqa: PTH116

    def equals(self, other: Source) -> bool:
        """Whether both hold the same bytes; not where one cannot be read."""
        try:
            if self.size() != other.size():
                return False
            return all(one == same for one, same in zip(self.chunks(), other.chunks(), strict=True))
        except OSError:
            return False

    def _open(self) -> BinaryIO:
        if isinstance(self.content, bytes):
            return io.BytesIO(self.content)
        return open(self.content or self.path, "rb")  # noqa: PTH123
