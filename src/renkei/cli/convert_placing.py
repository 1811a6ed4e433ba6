"""Putting converted files into the folder that the person named: whole or not at all, and never over another file."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from renkei.standard.converting.notes import Notes, Stopped

from .ending import in_one_go
from .workshop import workshop

Outputs = Iterable[tuple[Path, Iterable[bytes]]]


class State(StrEnum):
    """What became of a conversion."""

    WRITTEN = "written"
    SAME = "unchanged"  # the same content was there already
    PLANNED = "planned"
    FAILED = "failed"


@dataclass
class Placing:
    """One run. `inputs` are the resolved paths that are read and so are never written; `is_dry` writes nothing."""

    out: Path
    inputs: Collection[Path]
    is_dry: bool
    is_forced: bool
    _workshop: Path | None = field(default=None, repr=False)
    # What this run has put where: the digest, and the source's name.
    _placed: dict[Path, tuple[bytes, str]] = field(default_factory=dict, repr=False)

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Makes the folder, and in it a hidden one where files are made before they are moved to their places."""
        if self.is_dry:
            yield
            return
        with workshop(self.out) as self._workshop:
            yield

    def place(self, file: str, outputs: Outputs, notes: Notes) -> tuple[State, list[Path]]:
        """Makes all the files of one conversion and then moves them; none of them where one cannot be.

        Paths are relative to the folder. `file` is what notes name. Raises OSError.
        """
        made: list[tuple[Path, Path | None, bytes]] = []
        try:
            for target, blocks in outputs:
                made.append((target, *self._made(len(made), blocks)))
        except Stopped:
            return State.FAILED, []
        fresh = {target for target, _, digest in made if self._is_fresh(file, target, digest, notes)}
        if notes.has_errors:
            return State.FAILED, []
        with in_one_go():
            for target, temporary, digest in made:
                self._placed[target] = digest, file
                if temporary and target in fresh:
                    place = self.out / target
                    place.parent.mkdir(parents=True, exist_ok=True)
                    temporary.replace(place)
        targets = [self.out / target for target, _, _ in made]
        if not fresh and made:
            return State.SAME, targets
        return State.PLANNED if self.is_dry else State.WRITTEN, targets

    def _made(self, number: int, blocks: Iterable[bytes]) -> tuple[Path | None, bytes]:
        """The file under a temporary name, none in a dry run; and its digest."""
        digest = hashlib.sha256()
        if self._workshop is None:
            for block in blocks:
                digest.update(block)
            return None, digest.digest()
        temporary = self._workshop / str(number)
        with temporary.open("wb") as stream:
            for block in blocks:
                digest.update(block)
                stream.write(block)
        return temporary, digest.digest()

    def _is_fresh(self, file: str, target: Path, digest: bytes, notes: Notes) -> bool:
        """Whether there is something to write; says why it must not be."""
        place = self.out / target
        earlier, source = self._placed.get(target, (digest, ""))
        if earlier != digest:
            notes.add("E-CONVERT-TWICE", file, other=source)
            return True
        if not place.exists():
            return not source
        if place.is_file() and _digest(place) == digest:
            return False
        if place.resolve() in self.inputs:
            notes.add("E-CONVERT-ITSELF", file, target=str(place))
        elif not self.is_forced or not place.is_file():
            notes.add("E-CONVERT-THERE", file, target=str(place))
        return True


def _digest(path: Path) -> bytes:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").digest()
