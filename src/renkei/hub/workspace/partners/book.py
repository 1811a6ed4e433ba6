"""The book as it is shown: partners with how they are reached and how many clients are shared. Counts alone: no look."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from renkei.hub.exchange.models import Transmission
from renkei.hub.parties.models import OfficeService
from renkei.hub.workspace.models import IN_HAND, OutgoingState, OutgoingSubject, Partner
from renkei.hub.workspace.partners.services import Address, Route, routes

SHOWN_MONTHS = 3
PAGE_ROWS = 50
NOT_JOINED = "not"
_HANDED_OVER = OutgoingState.HANDED_OVER
_ENDS = (("sender", "recipient"), ("recipient", "sender"))


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

    def holds(self, text: str) -> bool:
        """Whether the name or the number holds `text`, in wide letters or narrow ones."""
        given = unicodedata.normalize("NFKC", text).upper()
        names = (self.route.name, self.partner.name)
        return given in self.partner.number or any(given in unicodedata.normalize("NFKC", n).upper() for n in names)

    def goes(self, way: str) -> bool:
        """Whether it is reached by `way` now."""
        if way == NOT_JOINED:
            return self.route.joined is None
        return way in ("", self.route.channel)

    @property
    def is_typed(self) -> bool:
        """The fax number shown is one that a person typed; neither the office nor a list says it."""
        return self.partner.by_hand and not self.route.joined and self.route.fax == self.partner.fax


@dataclass(frozen=True)
class Page:
    """A piece of the book, who shares most first. `unlisted` are addresses that we exchange with and that are not in it;
    `unconnected` are all partners that are not on this hub and share clients with us."""

    rows: Sequence[Row]
    count: int
    number: int
    unlisted: Collection[Address]
    unconnected: Sequence[Row]

    @property
    def is_last(self) -> bool:
        return self.number * PAGE_ROWS >= self.count


def page(owner: OfficeService, text: str, way: str, number: int, today: date) -> Page:
    """The partners whose name or number holds `text` and that are reached by `way` (a channel, NOT_JOINED, or empty: all).

    Nine queries, however many they are: an office has some hundred partners, so the whole book is read.
    """
    shared = shared_people(owner, today)
    known = list(Partner.objects.filter(owner=owner))
    book = rows_of(owner, [one for one in known if one.removed_at is None], shared)
    book.sort(key=lambda row: (-row.shared, row.route.name, row.partner.pk))
    found = [row for row in book if row.holds(text) and row.goes(way)]
    return Page(
        rows=found[(number - 1) * PAGE_ROWS : number * PAGE_ROWS],
        count=len(found),
        number=number,
        # Who was taken out on purpose is not asked about again.
        unlisted=set(shared) - {(one.number, one.service) for one in known},
        unconnected=[row for row in book if row.goes(NOT_JOINED) and row.shared],
    )


def unlisted(owner: OfficeService, today: date) -> set[Address]:
    """Addresses that we exchange with and that are not in the book."""
    return set(shared_people(owner, today)) - set(Partner.objects.filter(owner=owner).values_list("number", "service"))


def rows_of(owner: OfficeService, partners: Sequence[Partner], shared: dict[Address, int]) -> list[Row]:
    """These partners with how they are reached now."""
    how = routes(owner, {(one.number, one.service) for one in partners})
    most = max(shared.values(), default=0) or 1
    return [
        Row(one, how[one.number, one.service], count, count * 100 // most)
        for one in partners
        for count in [shared.get((one.number, one.service), 0)]
    ]


def shared_people(owner: OfficeService, today: date) -> dict[Address, int]:
    """Clients by partner: of the last months on the hub, and of what is in hand. Five queries."""
    months = recent(today)
    pairs: set[tuple[int, str]] = set()
    for mine, theirs in _ENDS:
        # Not `distinct`: for that the database would read every unit the office ever sent, whatever its month.
        units = Transmission.objects.filter(**{mine: owner}, months__in=months, subjects__isnull=False)
        pairs.update(units.values_list(f"{theirs}_id", "subjects__subject"))
    addresses = _addresses({one for one, _ in pairs})
    found: dict[Address, set[str]] = defaultdict(set)
    for partner, subject in pairs:
        found[addresses[partner]].add(subject)
    waiting = OutgoingSubject.objects.filter(outgoing__owner=owner)
    handed = waiting.filter(outgoing__months__in=months, outgoing__state=_HANDED_OVER)
    # Two questions, so that what was handed over long ago is not read.
    for rows in (waiting.filter(outgoing__state__in=IN_HAND), handed):
        for number, service, subject in rows.values_list("outgoing__number", "outgoing__service", "subject"):
            found[number, service].add(subject)
    return {address: len(people) for address, people in found.items()}


def _addresses(services: Collection[int]) -> dict[int, Address]:
    """By the primary keys of services."""
    rows = OfficeService.objects.filter(pk__in=services).values_list("pk", "party__number", "service")
    return {pk: (number, service) for pk, number, service in rows}


def recent(today: date) -> list[str]:
    """Next month and the months before it, YYYYMM.

    >>> recent(date(2026, 12, 1))
    ['202701', '202612', '202611', '202610']
    """
    count = today.year * 12 + today.month
    return [f"{(count - back) // 12}{(count - back) % 12 + 1:02}" for back in range(SHOWN_MONTHS + 1)]
