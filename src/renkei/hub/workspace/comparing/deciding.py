"""Deciding about what differs: take it as it is, ask the partner with a note, or leave it open.

A decision holds for the differences that were seen. When other results come, it is open again by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.utils import timezone

from renkei.hub.core.problems import Refused
from renkei.hub.core.writing import write
from renkei.hub.exchange import stepping, words
from renkei.hub.exchange.models import Subject, Transmission
from renkei.hub.exchange.rules import Change, State, Step
from renkei.hub.exchange.step_choices import end_for
from renkei.hub.parties.models import OfficeService
from renkei.hub.workspace.models import Decision, Verdict
from renkei.standard.units import UnitKind


def decisions_of(
    service: OfficeService, month: str, subjects: Collection[str] | None = None
) -> dict[tuple[str, str], Decision]:
    """By person and service office what was decided in a month. One query."""
    rows = Decision.objects.select_related("staff", "transmission").filter(owner=service, month=month)
    if subjects is not None:
        rows = rows.filter(subject__in=subjects)
    return {(row.subject, row.number): row for row in rows}


def is_accepted(decided: Mapping[tuple[str, str], Decision], subject: str, marks: Mapping[str, str]) -> bool:
    """Whether somebody took all of a person's differences as they are; `marks` tell those of today, by service office."""
    found = [(decided.get((subject, number)), mark) for number, mark in marks.items()]
    return bool(found) and all(one and one.verdict == Verdict.ACCEPTED and one.mark == mark for one, mark in found)


def decide(service: OfficeService, month: str, subject: str, number: str, mark: str, staff: int) -> None:
    """Take the results of one office about one person as they are."""
    _write(
        service,
        month,
        subject,
        number,
        {"mark": mark, "verdict": Verdict.ACCEPTED, "staff_id": staff, "transmission": None},
    )


def leave(service: OfficeService, month: str, subject: str, number: str) -> None:
    """Take a decision back. A request that has gone to the partner stays."""
    with write():
        Decision.objects.filter(owner=service, month=month, subject=subject, number=number).delete()


def ask(service: OfficeService, month: str, subject: str, number: str, mark: str, staff: int, note: str) -> None:
    """Ask a service office with a note: it is a request to change the unit that it sent, and stands with it.

    Raises Refused: 409 where the results came on another way, are not collected yet, or a request waits already; 422 for
    no note, or one that is too long.
    """
    unit = results_from(service, month, subject, number)
    if unit is None:
        raise Refused(
            409,
            "E-STATE",
            "この実績は、ここでは聞けません。",
            "ほかのやり方で届いた実績です。電話などで聞いてください。",
        )
    if unit.change in (Change.BY_RECIPIENT, Change.BY_SENDER):
        raise Refused(
            409, "E-STATE", "この実績については、もう返事を待っています。", "返事が来てから、もう一度聞けます。"
        )
    if end_for(Step.CHANGE_REQUESTED, unit, [service]) is None:
        raise Refused(
            409,
            "E-STATE",
            "まだ受け取っていない実績です。",
            "介護ソフトで受け取るか、「受け取ったもの」で「受け取りました」を押してから、聞いてください。",
        )
    stepping.by_staff(unit, Step.CHANGE_REQUESTED, service, f"staff:{staff}", words.of_text(note))
    _write(
        service,
        month,
        subject,
        number,
        {"mark": mark, "verdict": Verdict.ASKED, "staff_id": staff, "transmission": unit},
    )


def results_from(service: OfficeService, month: str, subject: str, number: str) -> Transmission | None:
    """The newest unit of results of a person and month that an office sent through this hub; it is the one in force."""
    units = Subject.objects.filter(subject=subject).values("transmission")
    rows = Transmission.objects.select_related("sender__party", "recipient__party", "envelope", "certificate").filter(
        recipient=service, kind=UnitKind.ACTUAL, months=month, sender__party__number=number, pk__in=units
    )
    return rows.exclude(state=State.WITHDRAWN).order_by("-sequence").first()


def _write(service: OfficeService, month: str, subject: str, number: str, fresh: dict[str, Any]) -> None:
    key: dict[str, Any] = {"owner": service, "month": month, "subject": subject, "number": number}
    with write():
        Decision.objects.update_or_create(**key, defaults=fresh | {"at": timezone.now()})
