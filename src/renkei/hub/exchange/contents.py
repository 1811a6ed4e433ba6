"""The hub's look into a unit: the standard's check, and whether the files are what the manifest says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from renkei.attachments import index
from renkei.attachments.catalogue import finding
from renkei.attachments.index import IndexRefused
from renkei.hub.core.problems import Refused
from renkei.hub.exchange import json_form
from renkei.hub.exchange.envelopes import Arrival
from renkei.hub.exchange.json_form import Standard
from renkei.hub.exchange.looking_into import report
from renkei.hub.parties.register import service_types
from renkei.standard.checking import Report
from renkei.standard.findings import Finding, Severity
from renkei.standard.units import Unit


@dataclass(frozen=True)
class Contents:
    """A unit that passed: whom it is about, (insurer, insured) each, and what was noticed."""

    people: frozenset[tuple[str, str]]
    warnings: tuple[Finding, ...]


def standard_of(arrival: Arrival) -> Standard:
    """The files of a unit that are the standard's. Raises Refused (413, 422)."""
    return Standard({}, {}) if arrival.manifest.kind == index.KIND else json_form.read(arrival.files, is_new=True)


def check_contents(arrival: Arrival, standard: Standard, report: Report) -> Contents:
    """Whether the unit may be taken on, by what `looking_into.report` says of it. Raises Refused (422) with the findings."""
    people = _people_of_index(arrival)
    if arrival.manifest.kind == index.KIND:
        _require_attached_alone(arrival)
        return Contents(people, ())
    found = [standard.as_signed(one) for one in report.findings]
    _require_passed(report.has_errors, found)
    if _named(_only_unit(report), standard) != _declared(arrival):
        raise Refused(
            422,
            "E-AUTH-MANIFEST",
            "送信票に書かれた宛先や種類が、ファイル名とちがいます。",
            "ファイルを選び直して、もう一度署名してください。",
        )
    return Contents(report.units[0].people | people, tuple(found))


def _people_of_index(arrival: Arrival) -> frozenset[tuple[str, str]]:
    """Whom the attached files are about. Raises Refused (422) where the index is not of these files."""
    if index.FILE not in arrival.files:
        if arrival.attached:
            raise _because("E-ATTACH-INDEX-FILES")
        return frozenset()
    try:
        listed = index.parse(arrival.files[index.FILE])
    except IndexRefused as error:
        raise _because("E-ATTACH-INDEX") from error
    try:
        index.check_names(listed, arrival.attached)
    except IndexRefused as error:
        raise _because("E-ATTACH-INDEX-FILES") from error
    # What is known again only (its time is over) has no media type, and is refused in its own words.
    if any(source.media not in ("", listed.of(name).media) for name, source in arrival.attached.items()):
        raise _because("E-ATTACH-INDEX-FILES")
    return frozenset((file.person.insurer, file.person.insured) for file in listed.files if file.person)


def _require_attached_alone(arrival: Arrival) -> None:
    if not arrival.attached or set(arrival.files) != {index.FILE}:
        raise _because("E-ATTACH-INDEX-FILES")


def _because(code: str) -> Refused:
    found = finding(code, index.FILE)
    return Refused(422, code, found.message, found.remedy, [found])


def unit_of(files: Mapping[str, bytes]) -> Unit:
    """The one unit that these files are, found good. Raises Refused (422) with the findings."""
    found = report(files, service_types(files))
    _require_passed(found.has_errors, found.findings)
    return _only_unit(found)


def _require_passed(has_errors: bool, findings: Sequence[Finding]) -> None:
    if has_errors:
        errors = [finding for finding in findings if finding.severity is Severity.ERROR]
        raise Refused(
            422,
            "E-UNIT-CONTENT",
            f"ファイルに直すところが {len(errors)} か所あります。",
            "指摘を見て介護ソフトで直し、書き出し直してから送ってください。",
            errors,
        )


def _only_unit(report: Report) -> Unit:
    if len(report.units) != 1:
        raise Refused(
            422,
            "E-UNIT-MIXED",
            "ちがう送信単位のファイルが混ざっています。",
            "連番と宛先が同じファイルだけを、1つの送信単位として送ってください。",
        )
    return report.units[0].unit


def _named(unit: Unit, standard: Standard) -> tuple[object, ...]:
    return (
        unit.sender,
        unit.sender_service,
        unit.recipient,
        unit.recipient_service,
        unit.kind.value,
        unit.months,
        unit.sequence,
        frozenset(standard.signed.get(name, name) for name in unit.files),
    )


def _declared(arrival: Arrival) -> tuple[object, ...]:
    manifest = arrival.manifest
    return (
        manifest.sender,
        manifest.sender_service,
        manifest.recipient,
        manifest.recipient_service,
        manifest.kind,
        tuple(manifest.months),
        manifest.sequence,
        frozenset(entry.name for entry in manifest.files) - {index.FILE, *arrival.attached},
    )
