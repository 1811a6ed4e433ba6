"""Large bodies in a folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from renkei.hub.core.bodies.blobs import FolderStore


def test_a_blob_is_written_once_and_never_over(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    store.put("abcd", [b"one", b"two"])
    with pytest.raises(FileExistsError):
        store.put("abcd", [b"other"])
    assert b"".join(store.get("abcd")) == b"onetwo"
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["abcd"]


def test_a_writer_that_fails_leaves_nothing(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)

    def breaking() -> Iterator[bytes]:
        yield b"half"
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        store.put("abcd", breaking())
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    with pytest.raises(FileNotFoundError):
        list(store.get("abcd"))
    store.delete("abcd")
