"""A disk that forgets, when the power goes, what was not synced: names as well as bytes, each as it likes.

Python's own functions are patched where files of one folder are changed. A name that was made, moved or removed counts
only after its folder was synced, bytes only after their file was; until then either state, and any between, may be what
the next start finds. SQLite does its own syncing, and is left to it.
"""

from __future__ import annotations

import io
import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

Listing = dict[str, int]
_CHANGING = ("link", "rename", "replace", "unlink", "remove", "rmdir", "mkdir")


class PowerCut(BaseException):
    """Not an Exception: nobody may catch it."""


class Disk:
    """The files below `root`; what is there at first is safe. Stops whoever comes to the `cut_at`-th change."""

    def __init__(self, root: Path) -> None:
        self.root, self.cut_at, self.changes = root, 0, 0
        # Files are known by their inodes; each is kept open, so that no number is given out again.
        self._open: dict[int, int] = {}
        self._listings: dict[int, list[Listing]] = {}
        self._synced: dict[int, bytes] = {}
        self._look(safe=True)

    @contextmanager
    def powered(self) -> Iterator[None]:
        """While this lasts, every change of a file is a moment at which all may stop."""
        with pytest.MonkeyPatch.context() as patch:
            for name in _CHANGING:
                patch.setattr(os, name, self._changing(getattr(os, name)))
            patch.setattr(os, "open", self._opening(os.open))
            patch.setattr(io, "open", self._opening(io.open))
            patch.setattr(os, "fsync", self._sync)
            yield

    def close(self) -> None:
        for descriptor in self._open.values():
            os.close(descriptor)

    def restart(self, target: Path, chance: random.Random) -> None:
        """Write into `target` what is left after the power went."""
        self._look()
        self._restore(self.root.stat().st_ino, target, chance)

    def _changing(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            self._step()
            result = real(*given, **named)
            self._look()
            return result

        return call

    def _opening(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(file: Any, *given: Any, **named: Any) -> Any:
            ours = isinstance(file, str | os.PathLike) and self.root in Path(file).parents
            if not ours or Path(file).exists():
                return real(file, *given, **named)
            self._step()
            result = real(file, *given, **named)
            self._look()
            return result

        return call

    def _sync(self, descriptor: int) -> None:
        self._step()
        self._look()
        inode = os.fstat(descriptor).st_ino
        if inode in self._listings:
            self._listings[inode] = self._listings[inode][-1:]
        elif inode in self._open:  # else a folder above ours
            self._synced[inode] = self._bytes(inode)

    def _step(self) -> None:
        self.changes += 1
        # Whoever cleans up after the cut does not come to it either.
        if self.cut_at and self.changes >= self.cut_at:
            raise PowerCut

    def _look(self, safe: bool = False) -> None:
        """Take down what every folder holds now, if it is not what it held before."""
        folders = [self.root]
        while folders:
            folder = folders.pop()
            listing: Listing = {}
            for entry in os.scandir(folder):
                inode = listing[entry.name] = entry.inode()
                if entry.is_dir(follow_symlinks=False):
                    folders.append(Path(entry.path))
                else:
                    self._keep_open(inode, Path(entry.path))
                    if safe:
                        self._synced[inode] = self._bytes(inode)
            number = folder.stat().st_ino
            self._keep_open(number, folder)
            states = self._listings.setdefault(number, [listing if safe else {}])
            if states[-1] != listing:
                states.append(listing)

    def _keep_open(self, inode: int, path: Path) -> None:
        if inode not in self._open:
            self._open[inode] = _real_open(path, os.O_RDONLY)

    def _bytes(self, inode: int) -> bytes:
        descriptor = self._open[inode]
        return os.pread(descriptor, os.fstat(descriptor).st_size, 0)

    def _restore(self, folder: int, target: Path, chance: random.Random) -> None:
        target.mkdir(exist_ok=True)
        states = self._listings[folder]
        for name in sorted({name for state in states for name in state}):
            inode = chance.choice([state.get(name) for state in states])
            if inode is None:
                continue
            if inode in self._listings:
                self._restore(inode, target / name, chance)
            else:
                (target / name).write_bytes(self._left_of(inode, chance))

    def _left_of(self, inode: int, chance: random.Random) -> bytes:
        safe, written = self._synced.get(inode, b""), self._bytes(inode)
        if safe == written:
            return safe
        half = written[: chance.randint(0, len(written))]
        # Of what was appended, the beginning is safe; the rest may be there, or its length alone.
        forms = [safe, written, half, half + bytes(len(written) - len(half))]
        return chance.choice(
            [form for form in forms if not written.startswith(safe) or form.startswith(safe)] or [safe]
        )


_real_open = os.open
