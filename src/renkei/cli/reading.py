"""Reading the files that a command is about, for showing and comparing: what cannot be read is named, the rest goes on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from renkei.standard.comparing.papers import Paper, Unread, read_papers
from renkei.standard.names import IMAGE

from .files import CannotRunError, content, files, told


def read(given: Iterable[str], *, pictures: bool = False) -> tuple[list[Paper], list[Unread]]:
    """The papers of these files and folders; raises CannotRunError where there is no file at all.

    Pictures cannot be read; where nobody asks for them they are passed over in silence.
    """
    paths, _ = files(given)
    if not pictures:
        paths = [path for path in paths if not Path(path).name.startswith(f"{IMAGE}_")]
    closed: list[Unread] = []
    papers, unread = read_papers(_opened(paths, closed))
    return papers, [*closed, *unread]


def _opened(paths: list[str], closed: list[Unread]) -> Iterator[tuple[str, bytes]]:
    for path in told(paths, "読んでいます"):
        try:
            yield path, content(path)
        except CannotRunError as error:
            # Its words begin with the path, which is told anyway: 「…」を読めません(…)。
            why = str(error).removeprefix(f"「{path}」")[1:]
            closed.append(Unread(path, why, "ほかのファイルで続けました。"))
