"""Finding offices, whether they have joined or only stand in the public list: by number, or by how a name begins."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q, QuerySet

from renkei.hub.core.words import to_katakana
from renkei.hub.parties.models import KnownOffice, OfficeService, Party, PartyKind, PartyState
from renkei.hub.parties.numbers import normalised, shape_problem

MOST = 50
# How addresses in the public list begin; people name a town without it.
# fmt: off
PREFECTURES = (
    "北海道", "青森県", "岩手県", "宮城県", "秋田県", "山形県", "福島県", "茨城県", "栃木県",
    "群馬県", "埼玉県", "千葉県", "東京都", "神奈川県", "新潟県", "富山県", "石川県", "福井県",
    "山梨県", "長野県", "岐阜県", "静岡県", "愛知県", "三重県", "滋賀県", "京都府", "大阪府",
    "兵庫県", "奈良県", "和歌山県", "鳥取県", "島根県", "岡山県", "広島県", "山口県", "徳島県",
    "香川県", "愛媛県", "高知県", "福岡県", "佐賀県", "長崎県", "熊本県", "大分県", "宮崎県",
    "鹿児島県", "沖縄県",
)
# fmt: on
_MUNICIPALITY = re.compile("[0-9]{6}", re.ASCII)
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


def find(text: str, area: str | None = None, service: str | None = None) -> list[Listed]:
    """Up to 50 services of offices, by number.

    `text` is a number, or the beginning of a name or its reading; within an `area` (a 団体コード of 6 digits, or how an
    address begins, with or without its prefecture) any part of it, and it may be empty. The query costs what an index finds,
    or what an area has.
    """
    text = text.strip()
    if not text and not area:
        return []
    known = list(_known(text, area, service).order_by("number", "kind")[:MOST])
    joined = _joined({row.number for row in known}, "" if area else text, service)
    listed = [_listed(row, joined) for row in known]
    shown = {(row.number, row.service) for row in listed}
    alone = [_alone(row) for key, row in joined.items() if key not in shown and _is_wanted(row, text, area)]
    return sorted([*listed, *alone], key=lambda row: (row.number, row.service))[:MOST]


def address_of(number: str) -> KnownOffice | None:
    """What the public list says of an office, the row of the latest list; None for one that it does not have."""
    return KnownOffice.objects.filter(number=number).order_by("-as_of", "pk").first()


def phones_of(numbers: Collection[str]) -> dict[str, str]:
    """Telephone numbers of offices by their number: what an office says of itself before what the public list says."""
    known = KnownOffice.objects.filter(number__in=numbers).exclude(phone="").order_by("as_of")
    own = Party.objects.filter(kind=PartyKind.OFFICE, number__in=numbers).exclude(phone="")
    return dict(known.values_list("number", "phone")) | dict(own.values_list("number", "phone"))


def _known(text: str, area: str | None, service: str | None) -> QuerySet[KnownOffice]:
    found = KnownOffice.objects.all()
    if service is not None:
        found = found.filter(service=service)
    if area:
        found = found.filter(_within(area))
    number = normalised(text)
    if not shape_problem(PartyKind.OFFICE, number):
        return found.filter(number=number)
    kana = to_katakana(text)
    if area:
        return found.filter(Q(name__contains=text) | Q(kana__contains=kana))
    return found.filter(_begins("name", text) | _begins("kana", kana))


def _within(area: str) -> Q:
    """Offices of a 団体コード, or whose address begins like this."""
    if _MUNICIPALITY.fullmatch(area):
        return Q(municipality=area)
    prefecture = next((one for one in PREFECTURES if area.startswith(one)), "")
    # The list's addresses have their prefecture or not, by who wrote the row.
    ways = [area, area.removeprefix(prefecture)] if prefecture else [area, *(one + area for one in PREFECTURES)]
    wanted = Q(pk__in=[])
    for way in filter(None, ways):
        wanted |= _begins("address", way)
    # First the towns, by the index of addresses; then what is wanted of them, by theirs.
    towns = KnownOffice.objects.filter(wanted).values_list("municipality", flat=True)
    return wanted & Q(municipality__in=sorted(set(towns.order_by())))


def _begins(field: str, text: str) -> Q:
    """The beginning of a text, through indexes of their own (migrations 0004 and 0012): each database has its own way to one."""
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


def _is_wanted(row: OfficeService, text: str, area: str | None) -> bool:
    """An office that the list does not have is found by its own number or name; where it lies is not known."""
    return not area and (row.party.number == normalised(text) or row.party.name.startswith(text))


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
