"""The book as it is shown: partners with how they are reached and how many clients are shared. Counts alone: no look."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from renkei.hub.exchange.models import Subject, Transmission
from renkei.hub.parties.models import OfficeService
from renkei.hub.workspace.models import OutgoingState, OutgoingSubject, Partner
from renkei.hub.workspace.partners.services import Address, Route, routes

SHOWN_MONTHS = 3
PAGE_ROWS = 50
_IN_HAND = (OutgoingState.DRAFT, OutgoingState.CHECKED, OutgoingState.APPROVED)


@dataclass(frozen=True)
class Row:
    """A partner in the book. `shared` is how many clients both have had lately; `share` that in percent of the most."""

    partner: Partner
    route: Route
    shared: int
    share: int

    @property
    def service_label(self) -> str:
        """訪問介護 of 11."""
        return OfficeService(service=self.partner.service).label


@dataclass(frozen=True)
class Page:
    """A piece of the book, who shares most first. `unlisted` are addresses that we exchange with and that are not in it."""

    rows: Sequence[Row]
    count: int
    number: int
    unlisted: Collection[Address]

    @property
    def is_last(self) -> bool:
        return self.number * PAGE_ROWS >= self.count


def page(owner: OfficeService, text: str, number: int, today: date) -> Page:
    """The partners whose name or number holds `text`. Eight queries, however many they are."""
    shared = shared_people(owner, today)
    book = Partner.objects.filter(owner=owner, removed_at=None)
    known = set(book.values_list("number", "service"))
    if text:
        book = book.filter(Q(name__contains=text) | Q(number__contains=text))
    found = sorted(book, key=lambda one: (-shared.get((one.number, one.service), 0), one.name, one.pk))
    shown = found[(number - 1) * PAGE_ROWS : number * PAGE_ROWS]
    return Page(rows_of(owner, shown, shared), len(found), number, set(shared) - known)


def rows_of(owner: OfficeService, partners: Sequence[Partner], shared: dict[Address, int]) -> list[Row]:
    """These partners with how they are reached now."""
    how = routes(owner, {(one.number, one.service) for one in partners})
    most = max(shared.values(), default=0) or 1
    return [
        Row(one, how[one.number, one.service], count, count * 100 // most)
        for one in partners
        for count in [shared.get((one.number, one.service), 0)]
    ]


def unconnected(owner: OfficeService, today: date) -> list[Row]:
    """Partners that are not on this hub, who shares most clients first."""
    shared = shared_people(owner, today)
    book = list(Partner.objects.filter(owner=owner, removed_at=None))
    rows = [row for row in rows_of(owner, book, shared) if row.route.joined is None and row.shared]
    return sorted(rows, key=lambda row: (-row.shared, row.partner.name))


def shared_people(owner: OfficeService, today: date) -> dict[Address, int]:
    """Clients by partner: of the last months on the hub, and of what is in hand. Three queries."""
    found: dict[Address, set[str]] = defaultdict(set)
    months = recent(today)
    for mine, theirs in (("sender", "recipient"), ("recipient", "sender")):
        units = Transmission.objects.filter(**{mine: owner}, months__in=months).values("pk")
        ends = (f"transmission__{theirs}__party__number", f"transmission__{theirs}__service")
        for number, service, subject in Subject.objects.filter(transmission__in=units).values_list(*ends, "subject"):
            found[number, service].add(subject)
    waiting = OutgoingSubject.objects.filter(outgoing__owner=owner, outgoing__state__in=(*_IN_HAND, "handed_over"))
    waiting = waiting.filter(Q(outgoing__months__in=months) | Q(outgoing__state__in=_IN_HAND))
    for number, service, subject in waiting.values_list("outgoing__number", "outgoing__service", "subject"):
        found[number, service].add(subject)
    return {address: len(people) for address, people in found.items()}


def recent(today: date) -> list[str]:
    """Next month and the months before it, YYYYMM.

    >>> recent(date(2026, 12, 1))
    ['202701', '202612', '202611', '202610']
    """
    count = today.year * 12 + today.month
    return [f"{(count - back) // 12}{(count - back) % 12 + 1:02}" for back in range(SHOWN_MONTHS + 1)]
