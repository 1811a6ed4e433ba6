"""A hidden folder beside the final places, where files are made whole before they are moved."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .ending import in_one_go

_PREFIX = ".renkei-"


@contextmanager
def workshop(target: Path) -> Iterator[Path]:
    """One in `target`, which is made where it is missing; it goes in the end, and so does a new target that stayed empty."""
    is_new = not target.exists()
    folder: Path | None = None
    try:
        with in_one_go():
            target.mkdir(parents=True, exist_ok=True)
            folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=target))
        yield folder
    finally:
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)
        if is_new and target.is_dir() and not any(target.iterdir()):
            target.rmdir()


def left_behind(target: Path) -> list[Path]:
    """The working folders of runs that were killed, or that go on now: nobody can tell which."""
    return sorted(target.glob(f"{_PREFIX}*"))
