"""The hub's look into a unit: the standard's check, and whether the files are what the manifest says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from renkei.hub.core.problems import Refused
from renkei.hub.exchange.envelopes import Arrival
from renkei.hub.parties.register import service_types
from renkei.standard.checking import Report, check
from renkei.standard.findings import Finding, Role, Severity
from renkei.standard.units import Unit
from renkei.trust.manifest import Manifest

# Service types by office number.
Register = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Contents:
    """A unit that passed: whom it is about, (insurer, insured) each, and what was noticed."""

    people: frozenset[tuple[str, str]]
    warnings: tuple[Finding, ...]


def check_contents(arrival: Arrival, register: Register) -> Contents:
    """Check as the hub: an error only where the standard itself says so. Raises Refused (422) with the findings.

    `register` is what `service_types` says about all its files' names.
    """
    report = _passed(arrival.files, register)
    if _named(_only_unit(report)) != _declared(arrival.manifest):
        raise Refused(
            422,
            "E-AUTH-MANIFEST",
            "送信票に書かれた宛先や種類が、ファイル名とちがいます。",
            "ファイルを選び直して、もう一度署名してください。",
        )
    return Contents(report.units[0].people, tuple(report.findings))


def unit_of(files: Mapping[str, bytes]) -> Unit:
    """The one unit that these files are, found good. Raises Refused (422) with the findings."""
    return _only_unit(_passed(files, service_types(files)))


def _passed(files: Mapping[str, bytes], register: Register) -> Report:
    report = check(list(files.items()), Role.HUB, register=register)
    if report.has_errors:
        errors = [finding for finding in report.findings if finding.severity is Severity.ERROR]
        raise Refused(
            422,
            "E-UNIT-CONTENT",
            f"ファイルに直すところが {len(errors)} か所あります。",
            "指摘を見て介護ソフトで直し、書き出し直してから送ってください。",
            errors,
        )
    return report


def _only_unit(report: Report) -> Unit:
    if len(report.units) != 1:
        raise Refused(
            422,
            "E-UNIT-MIXED",
            "ちがう送信単位のファイルが混ざっています。",
            "連番と宛先が同じファイルだけを、1つの送信単位として送ってください。",
        )
    return report.units[0].unit


def _named(unit: Unit) -> tuple[object, ...]:
    return (
        unit.sender,
        unit.sender_service,
        unit.recipient,
        unit.recipient_service,
        unit.kind.value,
        unit.months,
        unit.sequence,
        frozenset(unit.files),
    )


def _declared(manifest: Manifest) -> tuple[object, ...]:
    return (
        manifest.sender,
        manifest.sender_service,
        manifest.recipient,
        manifest.recipient_service,
        manifest.kind,
        tuple(manifest.months),
        manifest.sequence,
        frozenset(entry.name for entry in manifest.files),
    )
