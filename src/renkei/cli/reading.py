"""Reading the files that a command is about, for showing and comparing: what cannot be read is named, the rest goes on."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from renkei.standard.comparing.faults import Faulty, fault_lines, faults_of
from renkei.standard.comparing.papers import Paper, Unread, each_paper
from renkei.standard.names import IMAGE

from .files import CannotRunError, content, files, told


@dataclass
class Reading:
    """`papers` are what was read, `unread` what was not, `faulty` the papers' files that are not to be trusted."""

    papers: list[Paper] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    faulty: list[Faulty] = field(default_factory=list)

    def __or__(self, other: Reading) -> Reading:
        """What two readings say, once where both say the same."""
        return Reading(
            [*self.papers, *other.papers],
            list(dict.fromkeys([*self.unread, *other.unread])),
            list(dict.fromkeys([*self.faulty, *other.faulty])),
        )

    @property
    def is_sound(self) -> bool:
        """Whether everything was read, and nothing is at fault."""
        return not self.unread and not self.faulty

    def troubles(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "faulty": [{**asdict(one), "message": one.label} for one in self.faulty],
            "unread": [asdict(one) for one in self.unread],
        }

    def tell(self) -> None:
        """Faults and what was not read to the standard error, where the result itself is not on the screen."""
        for line in (*fault_lines(self.faulty), *(one.label for one in self.unread)):
            print(line, file=sys.stderr)


def read(given: Iterable[str], *, pictures: bool = False, take: Callable[[Paper], None] | None = None) -> Reading:
    """What these files and folders hold; raises CannotRunError where there is no file at all.

    Pictures cannot be read; where nobody asks for them they are passed over in silence. `take` is called with each paper, and
    none stays in the `Reading`: of a thousand people they are too much to be held.
    """
    paths, _ = files(given)
    if not pictures:
        paths = [path for path in paths if not Path(path).name.startswith(f"{IMAGE}_")]
    closed: list[Unread] = []
    faulty: list[Faulty] = []
    papers: list[Paper] = []
    unread: list[Unread] = []
    known = set()
    for paper, troubles in each_paper(_opened(paths, closed, faulty)):
        unread += troubles
        if paper:
            known.add(paper.path)
            (take or papers.append)(paper)
    return Reading(papers, [*closed, *unread], [one for one in faulty if one.path in known])


def charts(given: Iterable[str]) -> dict[str, Path]:
    """The family charts among these files and folders, by name in small letters. They are read when they are drawn."""
    paths = map(Path, files(given)[0])
    return {path.name.lower(): path for path in paths if path.name.startswith(f"{IMAGE}_")}


def _opened(paths: list[str], closed: list[Unread], faulty: list[Faulty]) -> Iterator[tuple[str, bytes]]:
    for path in told(paths, "読んでいます"):
        try:
            data = content(path)
            if found := faults_of(path, data):
                faulty.append(found)
            yield path, data
        except CannotRunError as error:
            # Its words begin with the path, which is told anyway: 「…」を読めません(…)。
            why = str(error).removeprefix(f"「{path}」")[1:]
            closed.append(Unread(path, why, "ほかのファイルで続けました。"))
