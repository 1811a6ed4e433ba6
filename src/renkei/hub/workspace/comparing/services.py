"""Reading a month for plan against actual. A page is shown only after its look is on record.

The page of one person reads the papers of a month that this person is in, and nothing else, however much is stored. Which
offices have reported only the whole month tells: that, counts and lists come from the projection.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, time

from django.utils import timezone

from renkei.forms.choosing import Sheet, Wish, choose
from renkei.forms.pile import Pile
from renkei.hub.core import looks, service_names
from renkei.hub.core.looks import Viewer
from renkei.hub.core.models import Look, LookSubject
from renkei.hub.core.writing import write
from renkei.hub.exchange.reading import about_month
from renkei.hub.parties.models import OfficeService
from renkei.hub.workspace.comparing import papers
from renkei.hub.workspace.comparing.papers import desk_of
from renkei.hub.workspace.comparing.rules import OfficeType, Paper, PersonMonth, people_of
from renkei.hub.workspace.models import Incoming, Outgoing, OutgoingState, Projected
from renkei.standard.comparing.papers import read_papers
from renkei.standard.units import UnitKind

RULE = "own-clients"
SHOWN_YEARS = 2  # months with papers stand in the choice of months for so long: claims lapse after two years


def months_of(service: OfficeService) -> list[str]:
    """Months YYYYMM for which plans or actuals went or came, newest first. Three queries."""
    first = first_shown()
    found = set(papers.through_hub(service, months__gte=first).values_list("months", flat=True).distinct())
    out = Outgoing.objects.filter(owner=service, months__gte=first, state=OutgoingState.HANDED_OVER)
    came = Incoming.objects.filter(owner=service, months__gte=first)
    for rows in (out, came):
        found |= set(rows.values_list("months", flat=True).distinct())
    return sorted(found, reverse=True)


def first_month(service: OfficeService, months: Iterable[str]) -> str | None:
    """The newest month that has actuals, else the newest: what is to be done lies there."""
    reported = papers.through_hub(service, months__gte=first_shown()).filter(kind=UnitKind.ACTUAL)
    latest = reported.order_by("-months").values_list("months", flat=True).first()
    return latest or next(iter(months), None)


def person_in_month(
    service: OfficeService, month: str, subject: str, viewer: Viewer, projected: Projected
) -> PersonMonth | None:
    """One person's month, a look at that person; None, and no look, when nobody of that name is in it.

    `projected` is that month as compared last.
    """
    opened = _looked_at(service, month, subject, viewer, purpose="compare")
    found = _person(opened, month, subject, service)
    if found is None or not found.waiting:
        return found
    # An office that sent results of others alone has reported too: nothing was done here.
    rows = projected.progress.filter(subject=subject, is_reported=True)
    reported = set(rows.values_list("number", "service"))
    told = [pair for pair in found.waiting if pair in reported or (reported and not desk_of(service).makes_plans)]
    return _person(opened, month, subject, service, told) if told else found


def sheets_of_person(service: OfficeService, month: str, subject: str, viewer: Viewer) -> list[Sheet]:
    """One person's month as it is printed, the plan above the actual; a look as well. Nothing where nobody is found."""
    opened = _looked_at(service, month, subject, viewer, purpose="print")
    person = _person(opened, month, subject, service)
    if person is None:
        return []
    read, _ = read_papers((name, data) for paper in opened for name, data in paper.files.items())
    wish = Wish(month=month, insured=person.insured, for_client=True)
    found = choose(Pile(read), wish, services=service_names.table()).sheets
    return [sheet for sheet in found if sheet.person == (person.insurer, person.insured)]


def record_list(subjects: set[str], viewer: Viewer, about: str) -> None:
    """A look at a list of one's own clients: one a day; a second one that day names only people who have come in since.

    Call it inside `write()`.
    """
    midnight = timezone.make_aware(datetime.combine(timezone.localdate(), time()))
    month = timezone.localdate().replace(day=1)
    mine = Look.objects.filter(about=about, actor=viewer.actor, party=viewer.party, purpose="list")
    today = mine.filter(month__gte=month, at__gte=midnight).values("id")
    seen = set(LookSubject.objects.filter(look__in=today, month__gte=month).values_list("subject", flat=True))
    if subjects - seen:
        looks.record(viewer, purpose="list", rule=RULE, about=about, subjects=subjects - seen)


def _looked_at(service: OfficeService, month: str, subject: str, viewer: Viewer, purpose: str) -> list[Paper]:
    """The papers of a person's month, opened, once the look is on record; none, and no look, without such a person."""
    found = papers.of_person(service, month, subject)
    if not len(found):
        return []
    with write():
        looks.record(viewer, purpose=purpose, rule=RULE, about=about_month(service.pk, month), subjects=[subject])
        stored = papers.fetch(found)
    return papers.opened(stored)


def first_shown() -> str:
    """The earliest month YYYYMM in the choice of months."""
    today = timezone.localdate()
    return f"{today.year - SHOWN_YEARS}{today.month:02}"


def _person(
    opened: list[Paper], month: str, subject: str, service: OfficeService, told: Collection[OfficeType] = ()
) -> PersonMonth | None:
    people = people_of(opened, month, desk_of(service), told)
    return next((one for one in people if looks.subject(one.insurer, one.insured) == subject), None)
