"""A month as counts, and the lists into which they open.

Both come from one reading of the month (`read`), so that a list always adds up to its count. What counts people comes from
the projection of the month; while that is behind, the page says so and shows what was known before.
"""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from renkei.hub.core.looks import Viewer
from renkei.hub.core.writing import write
from renkei.hub.exchange.models import Subject
from renkei.hub.exchange.presenting import StateWords, kind_label, state_words
from renkei.hub.exchange.reading import about_month
from renkei.hub.parties.models import OfficeService
from renkei.hub.workspace.comparing.services import record_list
from renkei.hub.workspace.outbox import listing
from renkei.hub.workspace.overview import in_hand, reading
from renkei.hub.workspace.overview.results import Results, results_of
from renkei.hub.workspace.overview.rules import IN_OUTBOX, RESULTS, Card, Mail, cards_of
from renkei.hub.workspace.partners import services as partners
from renkei.hub.workspace.partners.services import Address, Route
from renkei.hub.workspace.projecting import services as projecting
from renkei.hub.workspace.projecting.services import Client

PEOPLE, PARTNERS = 50, 30  # a page
MOST_LINES = 5  # units of one partner in a list; the rest stand in the list of its mail


@dataclass(frozen=True)
class Count:
    """Units (件) or people at a partner (人分): how many, for how many partners, and how many people they are."""

    number: int = 0
    partners: int = 0
    people: int = 0


@dataclass(frozen=True)
class Month:
    """Everything of a month by card and partner."""

    service: OfficeService
    month: str
    mail: Sequence[Mail]
    results: Results
    by_partner: Mapping[Card, Mapping[Address, int]]

    def count(self, card: Card) -> Count:
        rows = self.by_partner.get(card, {})
        people = len(self.results.partners_of(card)) if card in RESULTS else 0
        return Count(sum(rows.values()), len(rows), people)

    def on(self, card: Card) -> list[Mail]:
        """The units of a card on this hub."""
        return [mail for mail in self.mail if card in cards_of(mail)]


@dataclass(frozen=True)
class Line:
    """One unit in a list. `people` is how many it is about."""

    mail: Mail
    kind: str
    state: StateWords
    people: int


@dataclass
class PartnerRow:
    """One partner in a list: how many of the card's count are its, and the first units of them, on the hub or in hand."""

    address: Address
    route: Route
    number: int
    lines: list[Line] = field(default_factory=list)
    in_hand: list[listing.Row] = field(default_factory=list)

    @property
    def service(self) -> str:
        """訪問介護 of 11."""
        return OfficeService(service=self.address[1]).label

    @property
    def more(self) -> int:
        """How many units are not shown."""
        shown = len(self.lines) + len(self.in_hand)
        return self.number - shown if shown else 0


@dataclass(frozen=True)
class PartnerPage:
    """A piece of a list by partner; `after` is the cursor for the next one, empty at the end."""

    rows: Sequence[PartnerRow]
    after: str


@dataclass(frozen=True)
class PersonRow:
    """One person in a list, and the partners at which they stand there. `client` is None where the name is not known here."""

    subject: str
    client: Client | None
    partners: Sequence[Route]


@dataclass(frozen=True)
class PersonPage:
    """A piece of a list by person, in the order of the kana; `following` is the number of the next page, 0 at the end."""

    rows: Sequence[PersonRow]
    total: int
    following: int


@dataclass(frozen=True)
class InHandPage:
    """The same of units that are in hand."""

    rows: Sequence[in_hand.Row]
    total: int
    following: int


def read(service: OfficeService, month: str) -> Month:
    """The month as it stands. As many queries for much as for little."""
    mail = reading.mail_of(service, month)
    found: dict[Card, Mapping[Address, int]] = dict(reading.in_hand(service, month))
    units: dict[Card, Counter[Address]] = defaultdict(Counter)
    for one in mail:
        for card in cards_of(one):
            units[card][one.partner] += 1
    results = results_of(service, month, dict(one.partner for one in mail))
    return Month(service, month, mail, results, found | units | results.by_partner)


def by_partner(found: Month, card: Card, after: str = "") -> PartnerPage:
    """The partners of a card in the order of their numbers, each with its units."""
    counts = found.by_partner.get(card, {})
    left = sorted(address for address in counts if cursor(address) > after)
    shown = left[:PARTNERS]
    routes = partners.routes(found.service, shown)
    rows = {address: PartnerRow(address, routes[address], counts[address]) for address in shown}
    for line in _lines([mail for mail in found.on(card) if mail.partner in rows]):
        rows[line.mail.partner].lines.append(line)
    if card in IN_OUTBOX:
        units = reading.outgoing_of(found.service, found.month, card, shown)
        of_each = _first_of_each([(unit.number, unit.service) for unit in units])
        for row in listing.rows_of(found.service, [units[place] for place in of_each]):
            rows[row.unit.number, row.unit.service].in_hand.append(row)
    return PartnerPage(list(rows.values()), cursor(shown[-1]) if len(left) > len(shown) else "")


def by_person(found: Month, card: Card, viewer: Viewer, page: int = 1) -> PersonPage:
    """The people of a card: a look, once a day for each staff member and person."""
    where = found.results.partners_of(card) if card in RESULTS else _partners_of_people(found.on(card))
    with write():
        record_list(set(where), viewer, about_month(found.service.pk, found.month))
        stored = projecting.fetch_roster(found.results.projected)
    clients = projecting.open_roster(stored)
    ordered = sorted(where, key=lambda subject: (_kana(clients.get(subject)), subject))
    shown = ordered[PEOPLE * (page - 1) : PEOPLE * page]
    routes = partners.routes(found.service, {address for subject in shown for address in where[subject]})
    rows = [PersonRow(one, clients.get(one), [routes[address] for address in where[one]]) for one in shown]
    return PersonPage(rows, len(where), page + 1 if len(ordered) > PEOPLE * page else 0)


def by_person_in_hand(found: Month, card: Card, viewer: Viewer, page: int = 1) -> InHandPage:
    """The people of what has not gone, or went on another way: a look, once a day for each staff member and person.

    Those of the last months stand first, in the order of their kana; then those who are new.
    """
    units = reading.outgoing_of(found.service, found.month, card, list(found.by_partner.get(card, {})))
    where = in_hand.units_by_person(units)
    with write():
        record_list(set(where), viewer, about_month(found.service.pk, found.month))
    people = in_hand.known(found.service)
    ordered = sorted(where, key=lambda one: (one not in people, people[one].kana if one in people else "", one))
    shown = ordered[PEOPLE * (page - 1) : PEOPLE * page]
    routes = partners.routes(found.service, {(unit.number, unit.service) for one in shown for unit in where[one]})
    rows = in_hand.rows(shown, where, people, routes)
    return InHandPage(rows, len(where), page + 1 if len(ordered) > PEOPLE * page else 0)


def _lines(units: Sequence[Mail]) -> list[Line]:
    first = [units[place] for place in _first_of_each([mail.partner for mail in units])]
    people = Counter(transmission for transmission, _ in _subjects(first))
    return [
        Line(mail, kind_label(mail.kind), state_words(mail.direction, mail.standing), people[mail.id]) for mail in first
    ]


def _first_of_each(addresses: Sequence[Address]) -> list[int]:
    """The places of the first `MOST_LINES` of each partner."""
    seen: Counter[Address] = Counter()
    found = []
    for place, address in enumerate(addresses):
        seen[address] += 1
        if seen[address] <= MOST_LINES:
            found.append(place)
    return found


def cursor(address: Address) -> str:
    """An address as it stands in a page's address."""
    return "-".join(address)


def _partners_of_people(units: Sequence[Mail]) -> dict[str, list[Address]]:
    by_unit = {mail.id: mail.partner for mail in units}
    found: dict[str, dict[Address, None]] = defaultdict(dict)
    for id_, subject in _subjects(units):
        found[subject][by_unit[id_]] = None
    return {subject: sorted(addresses) for subject, addresses in found.items()}


def _subjects(units: Sequence[Mail]) -> Sequence[tuple[uuid.UUID, str]]:
    rows = Subject.objects.filter(transmission__in=[mail.id for mail in units])
    return list(rows.values_list("transmission", "subject"))


def _kana(client: Client | None) -> tuple[bool, str]:
    """Those without a name come last."""
    return client is None, client.kana if client else ""
