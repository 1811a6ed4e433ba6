"""Finding offices, whether they have joined or only stand in the public list: by number, or by how a name begins."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q, QuerySet

from renkei.hub.core.words import to_katakana
from renkei.hub.parties.models import KnownOffice, OfficeService, Party, PartyKind, PartyState
from renkei.hub.parties.numbers import normalised, shape_problem

MOST = 50
_LAST = "\U0010ffff"


@dataclass(frozen=True)
class Listed:
    """One service of an office. `joined`: mail can be sent to it here; else there is the fax, where the list has one."""

    number: str
    service: str
    kind: str
    name: str
    kana: str
    municipality: str
    address: str
    phone: str
    fax: str
    joined: bool
    satellites: tuple[str, ...] = ()


def find(text: str, municipality: str | None = None, service: str | None = None) -> list[Listed]:
    """Up to 50 services of offices, by number.

    `text` is a number, or the beginning of a name or its reading; within a municipality (団体コード, 6 digits) any part of
    it, and it may be empty. The query costs what an index finds, or what a municipality has.
    """
    text = text.strip()
    if not text and municipality is None:
        return []
    known = list(_known(text, municipality, service).order_by("number", "kind")[:MOST])
    joined = _joined({row.number for row in known}, text if municipality is None else "", service)
    listed = [_listed(row, joined) for row in known]
    shown = {(row.number, row.service) for row in listed}
    alone = [_alone(row) for key, row in joined.items() if key not in shown and _is_wanted(row, text, municipality)]
    return sorted([*listed, *alone], key=lambda row: (row.number, row.service))[:MOST]


def address_of(number: str) -> KnownOffice | None:
    """What the public list says of an office, the row of the latest list; None for one that it does not have."""
    return KnownOffice.objects.filter(number=number).order_by("-as_of", "pk").first()


def phones_of(numbers: Collection[str]) -> dict[str, str]:
    """Telephone numbers of offices by their number: what an office says of itself before what the public list says."""
    known = KnownOffice.objects.filter(number__in=numbers).exclude(phone="").order_by("as_of")
    own = Party.objects.filter(kind=PartyKind.OFFICE, number__in=numbers).exclude(phone="")
    return dict(known.values_list("number", "phone")) | dict(own.values_list("number", "phone"))


def _known(text: str, municipality: str | None, service: str | None) -> QuerySet[KnownOffice]:
    found = KnownOffice.objects.all()
    if service is not None:
        found = found.filter(service=service)
    if municipality is not None:
        found = found.filter(municipality=municipality)
    number = normalised(text)
    if not shape_problem(PartyKind.OFFICE, number):
        return found.filter(number=number)
    kana = to_katakana(text)
    if municipality is not None:
        return found.filter(Q(name__contains=text) | Q(kana__contains=kana))
    return found.filter(_begins("name", text) | _begins("kana", kana))


def _begins(field: str, text: str) -> Q:
    """The beginning of a text, through the indexes of migration 0004: each database has its own way to one."""
    if connection.vendor == "postgresql":
        return Q(**{f"{field}__startswith": text})
    return Q(**{f"{field}__gte": text, f"{field}__lt": text + _LAST})


def _joined(numbers: set[str], text: str, service: str | None) -> dict[tuple[str, str], OfficeService]:
    """Services that take mail: of these numbers, and of those whose own number or name is what was asked for."""
    rows = OfficeService.objects.filter(active=True, party__kind=PartyKind.OFFICE, party__state=PartyState.ACTIVE)
    rows = rows.select_related("party").prefetch_related("satellites").order_by("party__number", "service")
    if service is not None:
        rows = rows.filter(service=service)
    found = list(rows.filter(party__number__in=numbers))
    if text:
        found += rows.filter(party__number=normalised(text))[:MOST]
        found += rows.filter(_begins("party__name", text))[:MOST]
    return {(row.party.number, row.service): row for row in found}


def _is_wanted(row: OfficeService, text: str, municipality: str | None) -> bool:
    """An office that the list does not have is found by its own number or name; where it lies is not known."""
    return municipality is None and (row.party.number == normalised(text) or row.party.name.startswith(text))


def _listed(row: KnownOffice, joined: dict[tuple[str, str], OfficeService]) -> Listed:
    own = joined.get((row.number, row.service))
    return Listed(
        number=row.number,
        service=row.service,
        kind=row.kind,
        name=own.party.name if own else row.name,
        kana=row.kana,
        municipality=row.municipality,
        address=row.address,
        phone=row.phone,
        fax=row.fax,
        joined=own is not None,
        satellites=_satellites(own),
    )


def _alone(row: OfficeService) -> Listed:
    party = row.party
    return Listed(
        number=party.number,
        service=row.service,
        kind="",
        name=party.name,
        kana="",
        municipality="",
        address=party.address,
        phone=party.phone,
        fax=party.fax,
        joined=True,
        satellites=_satellites(row),
    )


def _satellites(row: OfficeService | None) -> tuple[str, ...]:
    return tuple(f"{one.branch} {one.name}" for one in row.satellites.all()) if row else ()
