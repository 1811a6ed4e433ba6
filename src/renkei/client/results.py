"""What became of each thing that a run dealt with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from renkei.standard.findings import Finding

from .entries import Entry
from .errors import Trouble

Progress = Callable[[int, int, str], None]  # done, of how many, Japanese words


class Outcome(StrEnum):
    """Done; not done and something must be mended; not done yet, and the next run tries again."""

    DONE = "done"
    ERROR = "error"
    WAITING = "waiting"


@dataclass(frozen=True)
class SendResult:
    """One unit, or one file that belongs to none. `files` are the paths as found.

    `entry` is its line in the ledger once it got so far; `repeated`: the hub had it already. `trouble` says why when
    the outcome is not DONE; `findings` are what the check said about the files, warnings too; `removed`, by title, what was
    taken out of attached PDFs (Japanese).
    """

    outcome: Outcome
    files: tuple[Path, ...]
    entry: Entry | None = None
    repeated: bool = False
    trouble: Trouble | None = None
    findings: tuple[Finding, ...] = ()
    removed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class CollectResult:
    """One unit from the mailbox. `folder` is where its files are."""

    outcome: Outcome
    entry: Entry
    folder: Path | None = None
    trouble: Trouble | None = None


@dataclass(frozen=True)
class ReportResult:
    """One collected unit whose import was reported; `imported` is False when it had failed, for its `findings`."""

    outcome: Outcome
    entry: Entry
    imported: bool
    findings: tuple[Finding, ...] = ()
    trouble: Trouble | None = None


def no_progress(_done: int, _total: int, _text: str) -> None:
    """For callers that do not watch."""
