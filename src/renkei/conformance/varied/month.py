"""The varied month put together: outboxes of all offices, and what is true of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..folder import write_folder
from ..model import Office
from .cases import CASES
from .model import MONTH
from .offices import ADDRESSES
from .sending import files
from .truth import Sent, truth


@dataclass(frozen=True)
class VariedMonth:
    """`files` is the outbox of each sending office: office number → file name → bytes. `truth`: see truth.json."""

    month: str
    offices: tuple[Office, ...]
    files: dict[str, dict[str, bytes]]
    truth: dict[str, Any]

    def write(self, folder: Path) -> None:
        """Write `<folder>/<office number>/<file>`, `offices.tsv` and `truth.json`; existing files are replaced."""
        numbers = list(dict.fromkeys(office.number for office in self.offices))
        write_folder(folder, self.files, self.offices, {"month": self.month, "offices": numbers, **self.truth})


def make_varied_month() -> VariedMonth:
    """The varied month, December 2026: always the same bytes."""
    outboxes: dict[str, dict[str, bytes]] = {office.number: {} for office in ADDRESSES}
    sent: list[Sent] = []
    for case in CASES:
        for letter in case.letters:
            made = files(letter)
            outboxes[letter.sender.number] |= made
            sent.append(Sent(case.id, letter, tuple(made)))
    return VariedMonth(MONTH, ADDRESSES, outboxes, truth(CASES, sent))
