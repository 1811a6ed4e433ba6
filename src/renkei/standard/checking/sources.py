"""Where a file's bytes come from: read piece by piece, and again where a rule looks a second time."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

# What fits into the cache of a processor.
CHUNK = 64 * 1024


class Source(NamedTuple):
    """One file: `path` as it was given, `content` its bytes or where they lie. Reading raises OSError."""

    path: str
    content: bytes | Path

    def chunks(self) -> Iterator[bytes]:
        """The bytes in pieces."""
        with self._open() as stream:
            while chunk := stream.read(CHUNK):
                yield chunk

    def size(self) -> int:
        """How many bytes."""
        return len(self.content) if isinstance(self.content, bytes) else self.content.stat().st_size

    def equals(self, other: Source) -> bool:
        """Whether both hold the same bytes; not where one cannot be read."""
        try:
            if self.size() != other.size():
                return False
            return all(one == same for one, same in zip(self.chunks(), other.chunks(), strict=True))
        except OSError:
            return False

    def _open(self) -> BinaryIO:
        return io.BytesIO(self.content) if isinstance(self.content, bytes) else self.content.open("rb")
