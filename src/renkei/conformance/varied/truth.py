"""What is true of the varied month: units, what is in force, what went otherwise than planned, what a check must say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from renkei.standard.comparing import DifferenceKind
from renkei.standard.units import UnitKind

from ..model import Office
from .model import MONTH, Actuals, Basics, Case, Content, Deletion, Letter, Person, UseTable, Visit
from .sending import name

# What a deletion takes back.
_TAKES_BACK = {
    UnitKind.CARE_PLAN_DELETION: UnitKind.CARE_PLAN,
    UnitKind.USE_TABLE_DELETION: UnitKind.USE_TABLE,
    UnitKind.ACTUAL_DELETION: UnitKind.ACTUAL,
    UnitKind.CLIENT_BASICS_DELETION: UnitKind.CLIENT_BASICS,
    UnitKind.PREVENTION_PLAN_DELETION: UnitKind.PREVENTION_PLAN,
}


@dataclass(frozen=True)
class Sent:
    """A letter of a case with the names of its files."""

    case: str
    letter: Letter
    files: tuple[str, ...]


# Sender, recipient, recipient's service type, kind, insurer, insured number, what (a date, a month, "office service").
Key = tuple[str, str, str, str, str, str, str]
Held = tuple[Letter, Content]


def truth(cases: Sequence[Case], sent: Sequence[Sent]) -> dict[str, Any]:
    """The content of truth.json but for month and offices."""
    held = last_word(unit.letter for unit in sent)
    in_force = {key: letter.sequence for key, (letter, content) in held.items() if not isinstance(content, Deletion)}
    return {
        "cases": [_case(case) for case in cases],
        "units": [_unit(unit) for unit in sorted(sent, key=_arrival)],
        "in_force": [_in_force(*one) for one in sorted(in_force.items())],
        "differences": list(_differences(held)),
        "waiting": [_waiting(person, office) for case in cases for person in case.people for office in case.awaited],
        "same_person": _same_people(cases),
        "expected_findings": [
            {
                "file": name(unit.letter, expected.kind),
                "code": expected.code,
                "count": expected.count,
                "case": unit.case,
                "why": expected.why,
            }
            for unit in sent
            for expected in unit.letter.expected
        ],
    }


def _by_key(held: tuple[Key, Held]) -> Key:
    return held[0]


def _case(case: Case) -> dict[str, Any]:
    return {
        "id": case.id,
        "title": case.title,
        "shows": case.shows,
        "people": [{"insurer": p.insurer, "insured": p.insured} for p in case.people],
    }


def _arrival(unit: Sent) -> tuple[str, str, str, str]:
    letter = unit.letter
    return letter.arrived or letter.sequence, letter.sender.number, letter.recipient.number, letter.recipient.service


def _unit(unit: Sent) -> dict[str, Any]:
    letter = unit.letter
    return {
        "case": unit.case,
        "sender": letter.sender.number,
        "sender_service": letter.sender.service,
        "recipient": letter.recipient.number,
        "recipient_service": letter.recipient.service,
        "kind": str(letter.kind),
        "sequence": letter.sequence,
        "arrived": letter.arrived or letter.sequence,
        "version": letter.version,
        "files": list(unit.files),
        "people": list(dict.fromkeys(content.person.insured for content in letter.contents)),
    }


def last_word(letters: Iterable[Letter]) -> dict[Key, Held]:
    """What each recipient was told last, by sequence number and not by arrival; a deletion where it was taken back."""
    held: dict[Key, Held] = {}
    for letter in sorted(letters, key=lambda letter: letter.sequence):
        for content in letter.contents:
            held |= dict.fromkeys(_keys(letter, content), (letter, content))
    return held


def _keys(letter: Letter, content: Content) -> Iterator[Key]:
    kind = _TAKES_BACK.get(letter.kind, letter.kind)
    if isinstance(content, Basics):
        # It may travel with the plan.
        kind = UnitKind.CLIENT_BASICS
    for what in _what(kind, content):
        yield (
            letter.sender.number,
            letter.recipient.number,
            letter.recipient.service,
            str(kind),
            *content.person.key,
            what,
        )


def _what(kind: UnitKind, content: Content) -> list[str]:
    if isinstance(content, UseTable):
        return [MONTH]
    if isinstance(content, Actuals):
        return sorted({_pair(visit.office) for visit in content.done})
    if isinstance(content, Basics):
        return [content.consulted_on]
    if isinstance(content, Deletion):
        if content.office:
            return [_pair(content.office)]
        return [content.date or MONTH]
    return [content.created_on]


def _pair(office: Office) -> str:
    return f"{office.number} {office.service}"


def _in_force(key: Key, sequence: str) -> dict[str, str]:
    names = ("sender", "recipient", "recipient_service", "kind", "insurer", "insured", "what")
    return {**dict(zip(names, key, strict=True)), "sequence": sequence}


def _differences(held: Mapping[Key, Held]) -> Iterator[dict[str, str]]:
    """Every row that went otherwise than planned, once for each care manager who is told of it."""
    for key, (letter, content) in sorted(held.items(), key=_by_key):
        if isinstance(content, Actuals):
            for change in content.changes:
                if _pair(change.visit.office) == key[-1]:
                    yield _difference(letter, content.table.person, change.kind, change.visit)
        elif isinstance(content, Deletion):
            for visit in content.undone:
                yield _difference(letter, content.person, DifferenceKind.MISSING, visit)


def _difference(letter: Letter, person: Person, kind: DifferenceKind, visit: Visit) -> dict[str, str]:
    return {
        "kind": str(kind),
        "care_manager": letter.recipient.number,
        "office": visit.office.number,
        "insurer": person.insurer,
        "insured": person.insured,
        "date": visit.date,
        "service_code": visit.code,
    }


def _waiting(person: Person, office: Office) -> dict[str, str]:
    return {
        "care_manager": person.planner.number,
        "office": office.number,
        "service": office.service,
        "insurer": person.insurer,
        "insured": person.insured,
    }


def _same_people(cases: Iterable[Case]) -> list[dict[str, Any]]:
    """Insured numbers that appear under several insurers and are one person."""
    insurers: dict[str, set[str]] = {}
    for case in cases:
        for person in case.people:
            insurers.setdefault(person.insured, set()).add(person.insurer)
    return [{"insured": insured, "insurers": sorted(found)} for insured, found in insurers.items() if len(found) > 1]
