"""Reading a month for plan against actual. A page is shown only after its look is on record.

The list reads the bodies of one office service and one month, and nothing else, however much is stored; so does the
page of one person, because only the whole month tells which offices have reported. That is some hundred small bodies
for a large office. A projection (person × partner × month) will take their place; until then this is the limit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from renkei.forms.choosing import Sheet, Wish, choose
from renkei.forms.pile import Pile
from renkei.hub.core import looks, service_names
from renkei.hub.core.bodies.services import Fetched
from renkei.hub.core.looks import Viewer
from renkei.hub.core.models import Look, LookSubject
from renkei.hub.core.writing import write
from renkei.hub.exchange.models import Subject, Transmission
from renkei.hub.exchange.reading import about_month, fetch_units, open_unit
from renkei.hub.parties.models import OfficeService
from renkei.hub.workspace.comparing.rules import ACTUAL_KINDS, PLAN_KINDS, Desk, Paper, PersonMonth, people_of
from renkei.standard.comparing.papers import read_papers
from renkei.standard.units import UnitKind

RULE = "own-clients"
SHOWN_YEARS = 2  # months with papers stand in the choice of months for so long: claims lapse after two years


@dataclass(frozen=True)
class Month:
    """A month as read. `people` by subject, in their order; `gone` counts units whose bodies are erased by now."""

    people: dict[str, PersonMonth]
    gone: int


def months_of(service: OfficeService) -> list[str]:
    """Months YYYYMM for which plans or actuals went or came, newest first."""
    found = _papers(service, months__gte=_first_shown()).order_by("-months").values_list("months", flat=True)
    return list(found.distinct())


def first_month(service: OfficeService, months: Iterable[str]) -> str | None:
    """The newest month that has actuals, else the newest: what is to be done lies there."""
    reported = _papers(service, months__gte=_first_shown()).filter(kind=UnitKind.ACTUAL)
    latest = reported.order_by("-months").values_list("months", flat=True).first()
    return latest or next(iter(months), None)


def people_in_month(service: OfficeService, month: str, viewer: Viewer) -> Month:
    """Everyone in a month: a look that counts once a day for each staff member and person."""
    units = _units(service, month)
    with write():
        _record_list(units, viewer, about=about_month(service.pk, month))
        fetched = fetch_units(units, service)
    return Month(_people(_opened(fetched), month, service), gone=len(units) - len(fetched))


def person_in_month(service: OfficeService, month: str, subject: str, viewer: Viewer) -> PersonMonth | None:
    """One person's month, a look at that person; None, and no look, when nobody of that name is in it."""
    papers = _looked_at(service, month, subject, viewer, purpose="compare")
    return _people(papers, month, service).get(subject)


def sheets_of_person(service: OfficeService, month: str, subject: str, viewer: Viewer) -> list[Sheet]:
    """One person's month as it is printed, the plan above the actual; a look as well. Nothing where nobody is found."""
    papers = _looked_at(service, month, subject, viewer, purpose="print")
    person = _people(papers, month, service).get(subject)
    if person is None:
        return []
    read, _ = read_papers((name, data) for paper in papers for name, data in paper.files.items())
    wish = Wish(month=month, insured=person.insured, for_client=True)
    found = choose(Pile(read), wish, services=service_names.table()).sheets
    return [sheet for sheet in found if sheet.person == (person.insurer, person.insured)]


def _looked_at(service: OfficeService, month: str, subject: str, viewer: Viewer, purpose: str) -> list[Paper]:
    """The units of a month, opened, once the look at that person is on record; none, and no look, without such a person."""
    units = _units(service, month)
    if not Subject.objects.filter(transmission__in=units, subject=subject).exists():
        return []
    with write():
        looks.record(viewer, purpose=purpose, rule=RULE, about=about_month(service.pk, month), subjects=[subject])
        fetched = fetch_units(units, service)
    return _opened(fetched)


def desk_of(service: OfficeService) -> Desk:
    """Whose view a service's page is."""
    others = service.party.services.exclude(pk=service.pk).values_list("service", flat=True)
    return Desk(service.party.number, service.service, frozenset(others))


def _first_shown() -> str:
    today = timezone.localdate()
    return f"{today.year - SHOWN_YEARS}{today.month:02}"


def _papers(service: OfficeService, **narrowed: Any) -> QuerySet[Transmission]:
    """Plans that this service sent and actuals that it received, or the other way round for a service office.

    `narrowed` stands on both sides of the "or", where the indexes are.
    """
    ours, theirs = (PLAN_KINDS, ACTUAL_KINDS) if desk_of(service).makes_plans else (ACTUAL_KINDS, PLAN_KINDS)
    return Transmission.objects.filter(
        Q(sender=service, kind__in=ours, **narrowed) | Q(recipient=service, kind__in=theirs, **narrowed)
    )


def _units(service: OfficeService, month: str) -> list[Transmission]:
    found = _papers(service, months=month)
    return list(found.select_related("sender__party", "recipient__party", "envelope").order_by("sequence"))


def _opened(fetched: list[tuple[Transmission, Fetched]]) -> list[Paper]:
    return [
        Paper(
            sequence=unit.sequence,
            sender=unit.sender.party.number,
            recipient=unit.recipient.party.number,
            kind=UnitKind(unit.kind),
            files=open_unit(unit, stored),
        )
        for unit, stored in fetched
    ]


def _people(papers: list[Paper], month: str, service: OfficeService) -> dict[str, PersonMonth]:
    """By subject, in their order."""
    return {looks.subject(p.insurer, p.insured): p for p in people_of(papers, month, desk_of(service))}


def _record_list(units: list[Transmission], viewer: Viewer, about: str) -> None:
    """One look a day; a second one that day names only people who have come in since."""
    subjects = set(Subject.objects.filter(transmission__in=units).values_list("subject", flat=True))
    midnight = timezone.make_aware(datetime.combine(timezone.localdate(), time()))
    month = timezone.localdate().replace(day=1)
    mine = Look.objects.filter(about=about, actor=viewer.actor, party=viewer.party, purpose="list")
    today = mine.filter(month__gte=month, at__gte=midnight).values("id")
    seen = set(LookSubject.objects.filter(look__in=today, month__gte=month).values_list("subject", flat=True))
    if subjects - seen:
        looks.record(viewer, purpose="list", rule=RULE, about=about, subjects=subjects - seen)
