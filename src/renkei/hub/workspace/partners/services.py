"""Who the partners are, and by which way each is reached now."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from renkei.hub.parties.models import KnownOffice, OfficeService, Party, PartyKind, PartyState
from renkei.hub.workspace.models import Channel, Partner

Address = tuple[str, str]  # number and service


@dataclass(frozen=True)
class Route:
    """How an address is reached. `partner` is its page in the book, None where it has none; `joined` its service here, when
    it takes mail. `fax` is the master's: of the office itself, of the public list, or what the book says."""

    number: str
    partner: Partner | None
    joined: OfficeService | None
    fax: str = ""

    @property
    def channel(self) -> Channel:
        """Electronic from the day when it joins; until then as the book says."""
        if self.joined:
            return Channel.HUB
        return Channel(self.partner.channel) if self.partner else Channel.FAX

    @property
    def name(self) -> str:
        if self.joined:
            return self.joined.party.name
        return self.partner.name if self.partner else self.number


def routes(owner: OfficeService, addresses: Collection[Address]) -> dict[Address, Route]:
    """How each of these is reached now. Three queries, however many they are."""
    numbers = {number for number, _ in addresses}
    if not numbers:
        return {}
    book = {(one.number, one.service): one for one in Partner.objects.filter(owner=owner, number__in=numbers)}
    joined = _joined(numbers)
    listed = _listed(numbers)
    found = {}
    for address in addresses:
        service, known, partner = joined.get(address), listed.get(address[0]), book.get(address)
        fax = (service.party.fax if service else "") or (known.fax if known else "") or (partner.fax if partner else "")
        found[address] = Route(address[0], partner, service, fax)
    return found


def names_of(owner: OfficeService, numbers: Collection[str]) -> dict[str, str]:
    """What offices are called, by number: as they say themselves, else as the book says. Two queries."""
    book = Partner.objects.filter(owner=owner, number__in=numbers).values_list("number", "name")
    own = Party.objects.filter(kind=PartyKind.OFFICE, number__in=numbers).values_list("number", "name")
    return dict(book) | dict(own)


def ensure(owner: OfficeService, addresses: Collection[Address]) -> None:
    """Make pages in the book for those that have none, in the words of the directory; bring back those that were taken out.

    Call it inside `write()`. Three queries and two writes, however many they are.
    """
    numbers = {number for number, _ in addresses}
    book = Partner.objects.filter(owner=owner, number__in=numbers)
    there = {(one.number, one.service): one for one in book}
    removed = [one.pk for address, one in there.items() if one.removed_at and address in addresses]
    if removed:
        Partner.objects.filter(pk__in=removed).update(removed_at=None)
    missing = sorted(set(addresses) - there.keys())
    if not missing:
        return
    joined, listed = _joined(numbers), _listed(numbers)
    Partner.objects.bulk_create(
        (_new(owner, address, joined.get(address), listed.get(address[0])) for address in missing),
        ignore_conflicts=True,
    )


def _new(owner: OfficeService, address: Address, joined: OfficeService | None, known: KnownOffice | None) -> Partner:
    number, service = address
    names = (joined.party.name if joined else "", known.name if known else "", number)
    phones = (joined.party.phone if joined else "", known.phone if known else "")
    return Partner(
        owner=owner,
        number=number,
        service=service,
        name=next(name for name in names if name),
        phone=next((phone for phone in phones if phone), ""),
    )


def _joined(numbers: Collection[str]) -> Mapping[Address, OfficeService]:
    """Services that take mail now."""
    rows = OfficeService.objects.select_related("party").filter(
        active=True, party__kind=PartyKind.OFFICE, party__state=PartyState.ACTIVE, party__number__in=numbers
    )
    return {(row.party.number, row.service): row for row in rows}


def _listed(numbers: Collection[str]) -> Mapping[str, KnownOffice]:
    """What the public list says of offices by number, the latest row of each."""
    return {row.number: row for row in KnownOffice.objects.filter(number__in=numbers).order_by("as_of", "pk")}
