"""Finding what there is to tell: each matter by an index, newest first, never more than is shown.

Nothing is remembered here: what has been collected, answered or sent anew is not found any more.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone

from renkei.hub.core.ids import month_of
from renkei.hub.core.models import Event
from renkei.hub.exchange.models import Transmission
from renkei.hub.exchange.presenting import kind_label
from renkei.hub.exchange.rules import Change, Recall, State
from renkei.hub.exchange.rules import Step as Happened
from renkei.hub.parties.models import OfficeService
from renkei.hub.workspace.comparing.rules import Desk
from renkei.hub.workspace.habits.rules import late_from, result_date, unopened_before
from renkei.hub.workspace.models import Habits, Handling, Matter, Outgoing, OutgoingState, Partner, Step
from renkei.hub.workspace.reminding.ending import endings
from renkei.standard.showing.words import plain_month
from renkei.standard.units import UnitKind

MOST = 30
_FRESH = timedelta(days=93)  # what could not be imported longer ago is no news
_OVER = (State.WITHDRAWN, State.EXPIRED)
_BACK = (Step.TAKEN_BACK, Step.REFUSED)


@dataclass(frozen=True)
class Entry:
    """One thing to tell: in words, about which office (never which client), since when it is worth telling, and where."""

    words: str
    partner: str
    since: datetime
    url: str


def find(
    service: OfficeService, habits: Habits, staff: int | None, wanted: Collection[Matter], now: datetime
) -> dict[Matter, list[Entry]]:
    """By matter, up to `MOST` entries and one more, which says that there are more; the newest first."""
    finders = {
        Matter.ASKED: lambda: _asked(service),
        Matter.SENT_BACK: lambda: [*_failed(service, now), *_sent_back(service, staff)],
        Matter.UNOPENED: lambda: _unopened(service, habits, now),
        Matter.OVERDUE: lambda: _overdue(service, habits, now),
        Matter.ARRIVED: lambda: _arrived(service),
        Matter.ENDING: lambda: _ending(service, now),
    }
    found = {matter: finders[matter]() for matter in wanted}
    return {matter: sorted(ones, key=lambda one: one.since, reverse=True)[: MOST + 1] for matter, ones in found.items()}


def asked_queries(service: OfficeService) -> list[QuerySet[Transmission]]:
    """Units about which the other office waits for an answer, received and sent."""
    received = Q(change=Change.BY_SENDER) | Q(recall=Recall.REQUESTED)
    return [
        _newest(received, recipient=service).exclude(recall=Recall.CONFIRMED),
        _newest(change=Change.BY_RECIPIENT, sender=service).exclude(recall__in=(Recall.CONFIRMED, Recall.REQUESTED)),
    ]


def failed_query(service: OfficeService, now: datetime) -> QuerySet[Transmission]:
    """What partners could not import, and nobody has sent anew."""
    return _newest(sender=service, state=State.IMPORT_FAILED, accepted_at__gte=now - _FRESH, replaced_by=None)


def arrived_query(service: OfficeService) -> QuerySet[Transmission]:
    """What nobody here has collected, but what is being recalled."""
    found = _newest(recipient=service, state=State.ACCEPTED).exclude(recall=Recall.REQUESTED)
    return found.order_by("-mailbox_number")


def unopened_query(service: OfficeService, habits: Habits, now: datetime) -> QuerySet[Transmission]:
    """What partners have neither collected nor looked at for too long. It expires some day: older ones are not waiting."""
    first = now - timedelta(days=settings.RENKEI["EXPIRE_DAYS"] + 1)
    late = _midnight(unopened_before(habits, timezone.localdate(now)))
    month = timezone.localdate(first).replace(day=1)
    opened = Event.objects.filter(about=OuterRef("pk"), type=Happened.OPENED, month__gte=month)
    return _newest(
        ~Q(Exists(opened)), sender=service, state=State.ACCEPTED, accepted_at__gte=first, accepted_at__lt=late
    )


def overdue_query(service: OfficeService, month: str) -> QuerySet[OfficeService]:
    """Services whose results for a month have not come; for a service office, those to whom it has sent none."""
    units = Transmission.objects.filter(months=month).exclude(state__in=_OVER)
    plans, actuals = units.filter(kind=UnitKind.USE_TABLE), units.filter(kind=UnitKind.ACTUAL)
    ours, theirs = ("sender", "recipient") if _makes_plans(service) else ("recipient", "sender")
    with_plan = plans.filter(**{ours: service}).values(theirs)
    done = actuals.filter(**{theirs: service}).values(ours)
    found = OfficeService.objects.filter(pk__in=with_plan).exclude(pk__in=done).select_related("party")
    return found.order_by("party__number", "service")


def _asked(service: OfficeService) -> list[Entry]:
    units = [unit for query in asked_queries(service) for unit in query[: MOST + 1]]
    at = _moments(units, (Happened.CHANGE_REQUESTED, Happened.RECALL_REQUESTED))
    return [_entry(unit, service, f"{_words(unit)}: {_request(unit)}のお願い", at.get(unit.pk)) for unit in units]


def _failed(service: OfficeService, now: datetime) -> list[Entry]:
    units = list(failed_query(service, now)[: MOST + 1])
    at = _moments(units, (Happened.IMPORT_FAILED,))
    return [_entry(unit, service, f"{_words(unit)}: 相手が読み込めませんでした", at.get(unit.pk)) for unit in units]


def _sent_back(service: OfficeService, staff: int | None) -> list[Entry]:
    """Drafts that came back to whoever makes them; not what this person took back."""
    last = Handling.objects.filter(outgoing=OuterRef("pk")).order_by("-at", "-pk")
    drafts = Outgoing.objects.filter(owner=service, state=OutgoingState.DRAFT).annotate(
        step=Subquery(last.values("step")[:1]), by=Subquery(last.values("staff")[:1])
    )
    back = drafts.filter(step__in=_BACK).order_by("-changed_at")
    if staff is not None:
        back = back.exclude(step=Step.TAKEN_BACK, by=staff)
    found = list(back[: MOST + 1])
    book = Partner.objects.filter(owner=service, number__in={unit.number for unit in found})
    names = {(partner.number, partner.service): partner.name for partner in book}
    return [
        Entry(
            f"{_words(unit)}: {Step(unit.step).label}",
            names.get((unit.number, unit.service), f"事業所番号 {unit.number}"),
            unit.changed_at,
            reverse("outbox-unit", args=[unit.pk]),
        )
        for unit in found
    ]


def _unopened(service: OfficeService, habits: Habits, now: datetime) -> list[Entry]:
    return [
        _entry(unit, service, _words(unit), _midnight(late_from(habits, timezone.localdate(unit.accepted_at))))
        for unit in unopened_query(service, habits, now)[: MOST + 1]
    ]


def _overdue(service: OfficeService, habits: Habits, now: datetime) -> list[Entry]:
    """About last month, from the day after results were due to the end of this month."""
    today = timezone.localdate(now)
    month = f"{today.replace(day=1) - timedelta(1):%Y%m}"
    due = result_date(habits, month)
    if today <= due:
        return []
    end = "実績が届いていません" if _makes_plans(service) else "実績を送っていません"
    url = f"{reverse('month', args=[month])}?service={service.service}"
    since = _midnight(due + timedelta(1))
    partners = overdue_query(service, month)[: MOST + 1]
    return [Entry(f"{plain_month(month)}: {end}", partner.party.name, since, url) for partner in partners]


def _arrived(service: OfficeService) -> list[Entry]:
    return [_entry(unit, service, _words(unit)) for unit in arrived_query(service)[: MOST + 1]]


def _ending(service: OfficeService, now: datetime) -> list[Entry]:
    return [Entry(one.words, "", _midnight(one.since), reverse(one.route)) for one in endings(service.party, now)]


def _newest(*wanted: Q, **narrowed: Any) -> QuerySet[Transmission]:
    rows = Transmission.objects.select_related("sender__party", "recipient__party").filter(*wanted, **narrowed)
    return rows.order_by("-accepted_at")


def _moments(units: Collection[Transmission], steps: Collection[Happened]) -> dict[uuid.UUID, datetime]:
    """By unit, when the last of such a step was taken. One query."""
    if not units:
        return {}
    ids = [unit.pk for unit in units]
    rows = Event.objects.filter(about__in=ids, type__in=steps, month__gte=month_of(min(ids)))
    return dict(rows.order_by("number").values_list("about", "at"))


def _entry(unit: Transmission, service: OfficeService, words: str, since: datetime | None = None) -> Entry:
    partner = unit.sender if unit.recipient_id == service.pk else unit.recipient
    return Entry(words, partner.party.name, since or unit.accepted_at, reverse("transmission", args=[unit.pk]))


def _words(unit: Transmission | Outgoing) -> str:
    months = "、".join(map(plain_month, unit.months.split(","))) if unit.months else ""
    return f"{kind_label(unit.kind)} {months}".strip()


def _request(unit: Transmission) -> str:
    return "回収" if unit.recall == Recall.REQUESTED else "変更"


def _makes_plans(service: OfficeService) -> bool:
    return Desk(service.party.number, service.service).makes_plans


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
