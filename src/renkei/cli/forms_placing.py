"""Putting printed forms where the person wants them: all of them or none, and never over another file unasked."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .ending import in_one_go
from .files import CannotRunError, visible
from .workshop import left_behind

_NAME = "帳票"


@dataclass(frozen=True)
class Targets:
    """The folder into which it goes, and what one PDF of all is called there, without its ending."""

    folder: Path
    stem: str
    is_folder: bool

    @classmethod
    def of(cls, out: Path | None, *, is_folder: bool) -> Targets:
        """From what was given as --out. Raises CannotRunError."""
        if is_folder:
            folder = out or Path(_NAME)
            if folder.exists() and not folder.is_dir():
                raise CannotRunError(f"書くところ「{folder}」は、フォルダではなくファイルです。")
            return cls(folder, _NAME, is_folder=True)
        path = out or Path(f"{_NAME}.pdf")
        if path.is_dir():
            path /= f"{_NAME}.pdf"
        if path.suffix.lower() != ".pdf":
            raise CannotRunError(f"--out は .pdf で終わる名前にしてください(「{path}」ではなく、例: 12月.pdf)。")
        if not path.parent.is_dir():
            raise CannotRunError(f"フォルダ「{path.parent}」がありません。先に作ってください。")
        return cls(path.parent, path.stem, is_folder=False)


def tell_left_behind(target: Path) -> None:
    """Working folders of runs that were stopped in the middle."""
    for left in left_behind(target):
        print(
            f"途中で止められた作業のフォルダ「{visible(left)}」が残っています。"
            "ほかに renkei を動かしていなければ、消してください。",
            file=sys.stderr,
        )


def place(files: Sequence[Path], target: Path, *, is_forced: bool) -> None:
    """Moves what was made to its places. Raises CannotRunError, OSError."""
    places = [target / file.name for file in files]
    refuse_taken(places, is_forced=is_forced)
    with in_one_go():
        for file, final in zip(files, places, strict=True):
            file.replace(final)


def refuse_taken(places: Sequence[Path], *, is_forced: bool) -> None:
    """Raises CannotRunError where a file would be overwritten unasked."""
    taken = [path for path in places if path.exists() and not (is_forced and path.is_file())]
    if taken:
        more = f"など{len(taken)}個" if len(taken) > 1 else ""
        raise CannotRunError(
            f"「{taken[0]}」{more}はもうあります。別の名前にするか、書きかえてよければ --force を付けてください。"
        )
