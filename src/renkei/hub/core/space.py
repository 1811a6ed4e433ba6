"""Whether the folders of the hub can still be written to."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from django.conf import settings

# A unit of the largest size, and what the database writes beside it, must fit.
LEAST_FREE_BYTES = 16 * 1024 * 1024
WARN_FREE_BYTES = 1024 * 1024 * 1024
_MIB = 1024 * 1024


def is_writable() -> bool:
    """Whether there is room, and the right to write. Asked anew each time: it comes back without a restart."""
    return all(os.access(folder, os.W_OK) and _free(folder) >= LEAST_FREE_BYTES for folder in _folders())


def warnings() -> list[str]:
    """What an operator should see to, in Japanese, before nothing can be taken on any more."""
    free = min(map(_free, _folders()))
    if free >= WARN_FREE_BYTES:
        return []
    return [f"ハブのデータを置くディスクの空きが、残り {free // _MIB:,} MiB です。空きを増やしてください。"]


def _free(folder: Path) -> int:
    return shutil.disk_usage(folder).free


def _folders() -> list[Path]:
    """Large bodies may lie on a disk of their own."""
    return [folder for folder in (settings.DATA, settings.DATA / "blobs") if folder.is_dir()]
