"""From files as found to units that may go: the check as sender, and whose name is on them.

Files in the JSON form are checked as what they hold, and go out as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from renkei.standard.checking import CheckedUnit, check
from renkei.standard.converting.single import TooLong, is_document, read
from renkei.standard.findings import Finding, Role, Severity

from .batches import Checked
from .entries import Entry
from .errors import Trouble
from .outgoing import MAX_FILE_BYTES, TOO_LARGE, Found
from .results import Outcome, SendResult
from .settings import Settings

_MEND = Trouble(
    "E-OFFICE-FINDINGS", "ファイルに直すところがあります。", "指摘を見て介護ソフトで直し、書き出し直してください。"
)
_MIXED = Trouble(
    "E-UNIT-FORM",
    "1つの送信単位に、CSV と JSON が混ざっています。",
    "どちらかの形にそろえてください。",
)
_NOT_OURS = Trouble(
    "E-OFFICE-SENDER",
    "ファイル名の送り元が、この事業所とサービス種類ではありません。",
    "ファイルを選び直すか、その事業所のフォルダから送ってください。",
)


class _Read(NamedTuple):
    """A file as found, and as the standard has it; or why it cannot be read."""

    file: Found
    standard: Found
    trouble: Trouble | None = None


def sort_out(settings: Settings, found: Sequence[Found]) -> tuple[list[Checked], list[SendResult]]:
    """The units that may go, and results for all other files."""
    every = [_read(file) for file in found]
    good = [one for one in every if not one.trouble]
    report = check([(str(one.standard.path), one.standard.data) for one in good], Role.SENDER)
    findings: dict[str, list[Finding]] = {}
    for finding in report.findings:
        findings.setdefault(finding.file, []).append(finding)
    units, faulty, rest = [], [], {one.file.path: one for one in every}
    for checked in report.units:
        unit = _with_files(checked, good, findings)
        for file in unit.files:
            del rest[file.path]
        trouble = _fault(settings, unit)
        if trouble:
            faulty.append(result_of(unit, Outcome.ERROR, trouble))
        else:
            units.append(unit)
    for path, one in rest.items():
        trouble = one.trouble or _MEND
        said = trouble.findings or _said(one, findings)
        faulty.append(SendResult(Outcome.ERROR, (path,), trouble=trouble, findings=said))
    return units, faulty


def _read(file: Found) -> _Read:
    if not is_document(file.name):
        return _Read(file, file)
    try:
        held = read(str(file.path), file.data, MAX_FILE_BYTES)
    except TooLong:
        return _Read(file, file, TOO_LARGE)
    return _Read(
        file, Found(Path(held.file), held.data), replace(_MEND, findings=held.findings) if held.findings else None
    )


def _with_files(checked: CheckedUnit, good: Sequence[_Read], findings: dict[str, list[Finding]]) -> Checked:
    """With every file of these names: of two that differ, nobody can say which is meant."""
    names = set(checked.unit.files)
    own = [one for one in good if one.standard.name in names]
    said = [finding for one in own for finding in _said(one, findings)]
    return Checked(checked.unit, tuple(one.file for one in own), tuple(said))


def _said(one: _Read, findings: dict[str, list[Finding]]) -> tuple[Finding, ...]:
    """What the check said, of the file that people know."""
    return tuple(found._replace(file=str(one.file.path)) for found in findings.get(str(one.standard.path), ()))


def _fault(settings: Settings, checked: Checked) -> Trouble | None:
    if any(finding.severity is Severity.ERROR for finding in checked.findings):
        return _MEND
    if len({is_document(file.name) for file in checked.files}) > 1:
        return _MIXED
    unit = checked.unit
    return None if (unit.sender, unit.sender_service) == (settings.office, settings.service) else _NOT_OURS


def result_of(checked: Checked, outcome: Outcome, trouble: Trouble, entry: Entry | None = None) -> SendResult:
    paths = tuple(file.path for file in checked.files)
    return SendResult(outcome, paths, entry, trouble=trouble, findings=(*checked.findings, *trouble.findings))
