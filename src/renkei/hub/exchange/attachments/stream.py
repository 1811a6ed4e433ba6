"""The chunks of an upload as one file: read-only, seekable, a chunk decrypted at a time."""

from __future__ import annotations

import io
import os
import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from renkei.hub.core.bodies import files
from renkei.hub.core.bodies import services as bodies
from renkei.hub.exchange.attachments.rules import size_of_chunk
from renkei.hub.exchange.models import Upload

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_KEPT = 2  # chunks in memory: whoever reads a PDF goes back and forth between its end and its middle


class ChunkedFile(io.RawIOBase):
    """An upload of which all chunks are there. Raises what opening a body raises."""

    def __init__(self, upload: Upload, holder: str) -> None:
        super().__init__()
        self._size, self._chunk_bytes, self._holder = upload.size, upload.chunk_bytes, holder
        self._bodies: dict[int, uuid.UUID] = dict(upload.chunks.values_list("number", "body"))
        self._open: dict[int, bytes] = {}
        self._place = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        from_ = {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self._size}[whence]
        if from_ + offset < 0:
            raise ValueError("before the beginning")
        self._place = from_ + offset
        return self._place

    def readinto(self, buffer: WriteableBuffer) -> int:
        number, within = divmod(self._place, self._chunk_bytes)
        if not size_of_chunk(number, self._size, self._chunk_bytes):
            return 0
        target = memoryview(buffer).cast("B")
        piece = self._chunk(number)[within : within + len(target)]
        target[: len(piece)] = piece
        self._place += len(piece)
        return len(piece)

    def _chunk(self, number: int) -> bytes:
        if number not in self._open:
            while len(self._open) >= _KEPT:
                del self._open[next(iter(self._open))]
            fetched = bodies.fetch(self._bodies[number], [self._holder])
            self._open[number] = b"".join(files.read(fetched))
        return self._open[number]


def opened(upload: Upload, holder: str) -> BinaryIO:
    """The file, from its start."""
    return io.BufferedReader(ChunkedFile(upload, holder))


def pieces(stream: BinaryIO, size: int = 1024 * 1024) -> Iterator[bytes]:
    """All of a stream, from its start, in pieces."""
    stream.seek(0)
    while piece := stream.read(size):
        yield piece
