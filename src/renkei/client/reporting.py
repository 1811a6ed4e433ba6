"""Telling the sender, through the hub, whether collected files were imported; and importing without special software."""

from __future__ import annotations

from collections.abc import Sequence

from renkei.standard.checking import check
from renkei.standard.findings import Finding, Role, Severity
from renkei.trust import manifest as manifests
from renkei.trust import receipts
from renkei.trust.errors import TrustError

from . import inbox, pieces
from .acknowledging import Step, tell
from .desk import Desk
from .entries import Direction, Entry, Signer, State
from .errors import SetupError, Trouble
from .results import Outcome, ReportResult
from .stating import MOST_FINDINGS

_MOVED = Trouble(
    "E-OFFICE-MOVED",
    "受け取ったファイルが、受け取ったままの形で inbox フォルダにありません。",
    "元の場所に戻すか、介護ソフトで読み込んだ結果を renkei office report で知らせてください。",
)


def report(
    desk: Desk, transmissions: Sequence[str] | None = None, findings: Sequence[Finding] | None = None
) -> list[ReportResult]:
    """Report these units, or all that are collected and not reported; `findings`: the import failed because of them.

    No more than MOST_FINDINGS of them are told.

    Raises SetupError E-OFFICE-UNKNOWN for a unit that is not in the ledger.
    """
    state = State.IMPORTED if findings is None else State.IMPORT_FAILED
    entries = _collected(desk) if transmissions is None else [_entry(desk, name) for name in transmissions]
    return _tell(desk, [Step(entry, state, tuple(findings or ())[:MOST_FINDINGS]) for entry in entries])


def reference_import(desk: Desk) -> list[ReportResult]:
    """Check every collected unit as its recipient, and report it imported, or not and why."""
    steps, results = [], []
    entries = _collected(desk)
    for index, entry in enumerate(entries):
        desk.progress(index, len(entries), "読み込んでいます")
        step = _imported(desk, entry)
        if isinstance(step, Step):
            steps.append(step)
        else:
            results.append(step)
    return results + _tell(desk, steps)


def _imported(desk: Desk, entry: Entry) -> Step | ReportResult:
    place = desk.folder.root / (entry.place or "")
    try:
        accepted = entry.receipt("accepted", Signer.HUB)
        stated = receipts.parse(accepted.body if accepted else b"")
        unit = pieces.of(entry.direction, manifests.parse(entry.manifest or b""), stated, place)
        inbox.check(place, unit, entry.salts)
    except (OSError, TrustError, KeyError):
        return ReportResult(Outcome.ERROR, entry, imported=False, trouble=_MOVED)
    found = check(((piece.name, place / piece.place) for piece in unit if piece.is_standard), Role.RECIPIENT).findings
    errors = tuple(finding for finding in found if finding.severity is Severity.ERROR)
    return Step(entry, State.IMPORT_FAILED if errors else State.IMPORTED, errors[:MOST_FINDINGS])


def _tell(desk: Desk, steps: Sequence[Step]) -> list[ReportResult]:
    told = tell(desk, steps)
    return [
        ReportResult(one.outcome, one.entry, step.name == State.IMPORTED, step.findings, one.trouble)
        for step, one in zip(steps, told, strict=True)
    ]


def _collected(desk: Desk) -> list[Entry]:
    return desk.ledger.entries(Direction.INCOMING, State.COLLECTED)


def _entry(desk: Desk, transmission: str) -> Entry:
    entry = desk.ledger.of_transmission(transmission)
    if entry is None or entry.direction is not Direction.INCOMING or entry.manifest is None:
        raise SetupError(
            "E-OFFICE-UNKNOWN",
            "その番号の送信は、受け取った記録にありません。",
            "renkei office list で番号を確かめてください。",
        )
    return entry
