"""From files as found to units that may go: the check as sender, and whose name is on them."""

from __future__ import annotations

from collections.abc import Sequence

from renkei.standard.checking import CheckedUnit, check
from renkei.standard.findings import Finding, Role, Severity

from .batches import Checked
from .entries import Entry
from .errors import Trouble
from .outgoing import Found
from .results import Outcome, SendResult
from .settings import Settings

_MEND = Trouble(
    "E-OFFICE-FINDINGS", "ファイルに直すところがあります。", "指摘を見て介護ソフトで直し、書き出し直してください。"
)
_NOT_OURS = Trouble(
    "E-OFFICE-SENDER",
    "ファイル名の送り元が、この事業所とサービス種類ではありません。",
    "ファイルを選び直すか、その事業所のフォルダから送ってください。",
)


def sort_out(settings: Settings, found: Sequence[Found]) -> tuple[list[Checked], list[SendResult]]:
    """The units that may go, and results for all other files."""
    report = check([(str(file.path), file.data) for file in found], Role.SENDER)
    findings: dict[str, list[Finding]] = {}
    for finding in report.findings:
        findings.setdefault(finding.file, []).append(finding)
    units, faulty, rest = [], [], {file.path: file for file in found}
    for checked in report.units:
        unit = _with_files(checked, found, findings)
        for file in unit.files:
            del rest[file.path]
        trouble = _fault(settings, unit)
        if trouble:
            faulty.append(result_of(unit, Outcome.ERROR, trouble))
        else:
            units.append(unit)
    for path in rest:
        said = tuple(findings.get(str(path), ()))
        faulty.append(SendResult(Outcome.ERROR, (path,), trouble=_MEND, findings=said))
    return units, faulty


def _with_files(checked: CheckedUnit, found: Sequence[Found], findings: dict[str, list[Finding]]) -> Checked:
    """With every file of these names: of two that differ, nobody can say which is meant."""
    names = set(checked.unit.files)
    files = tuple(file for file in found if file.name in names)
    said = [finding for file in files for finding in findings.get(str(file.path), ())]
    return Checked(checked.unit, files, tuple(said))


def _fault(settings: Settings, checked: Checked) -> Trouble | None:
    if any(finding.severity is Severity.ERROR for finding in checked.findings):
        return _MEND
    unit = checked.unit
    return None if (unit.sender, unit.sender_service) == (settings.office, settings.service) else _NOT_OURS


def result_of(checked: Checked, outcome: Outcome, trouble: Trouble, entry: Entry | None = None) -> SendResult:
    paths = tuple(file.path for file in checked.files)
    return SendResult(outcome, paths, entry, trouble=trouble, findings=(*checked.findings, *trouble.findings))
