"""The board of what is to be passed on, and passing it on: new units in the outbox, which go from there like any other."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import timezone

from renkei.hub.core import looks
from renkei.hub.core.looks import Viewer
from renkei.hub.core.problems import Refused
from renkei.hub.core.writing import write
from renkei.hub.exchange.reading import about_month
from renkei.hub.parties.models import Membership, OfficeService
from renkei.hub.workspace.models import Outgoing, Partner, Step
from renkei.hub.workspace.outbox import bringing
from renkei.hub.workspace.outbox.acting import note
from renkei.hub.workspace.outbox.numbering import Numbers
from renkei.hub.workspace.outbox.pile import Named
from renkei.hub.workspace.overview.months import later
from renkei.hub.workspace.partners import services as partners
from renkei.hub.workspace.partners.services import Address
from renkei.hub.workspace.relaying import chains, reading, rewriting
from renkei.hub.workspace.relaying.chains import Chain
from renkei.hub.workspace.relaying.opening import opened
from renkei.hub.workspace.relaying.rewriting import Letter, Opened, Row, person_of
from renkei.hub.workspace.relaying.rules import UP, Role, Seen, Waiting, role_of, waiting
from renkei.standard import cp932
from renkei.standard.units import UnitKind

MONTHS_BACK, MONTHS_AHEAD = 3, 1
Plans = Mapping[tuple[str, str], Opened]


@dataclass(frozen=True)
class Board:
    """What a service has to pass on (`items`, an entrusted office alone) and who waits for whom. No person is named."""

    role: Role
    since: str
    units: Sequence[Seen]
    items: Sequence[Waiting]
    chains: Sequence[Chain]


@dataclass
class Passed:
    """What became of it: `units` new ones in the outbox, `faulty` of them with something to mend, `people` in them;
    `without_plan` people whose use table is not here, `empty` units of which nothing was left, `gone` that are erased."""

    units: int = 0
    faulty: int = 0
    people: set[str] = field(default_factory=set)
    without_plan: int = 0
    empty: int = 0
    gone: int = 0


def board(service: OfficeService, today: date) -> Board:
    """As it stands now. As many queries for much mail as for little."""
    this = f"{today:%Y%m}"
    months = [later(this, step) for step in range(-MONTHS_BACK, MONTHS_AHEAD + 1)]
    role = role_of(service.service)
    units = reading.seen_by(service, months, timezone.now())
    since = later(this, -1)
    items = waiting(units, since) if role is Role.ENTRUSTED else []
    # A centre's people of a month are known before anything of that month has gone.
    shown = [month for month in months if month <= this] if role is Role.CENTRE else months
    return Board(role, since, units, items, chains.chains(units, role, items, shown))


def centres(service: OfficeService) -> dict[Address, str]:
    """The centres of the book of partners with their names, to choose from. One query."""
    book = Partner.objects.filter(owner=service, service__in=reading.CENTRES, removed_at=None).order_by(
        "name", "number"
    )
    return {(one.number, one.service): one.name for one in book}


def told(found: Board, item: Waiting, centre: Address) -> list[Waiting]:
    """What goes back of an item once somebody says which centre entrusted its people."""
    again = waiting(found.units, found.since, dict.fromkeys(item.homeless, centre))
    return [one for one in again if one.origin.id == item.origin.id and one.centre == centre and one.is_ready]


def pass_on(
    service: OfficeService, items: Sequence[Waiting], found: Board, membership: Membership, viewer: Viewer
) -> Passed:
    """Put these items into the outbox for those who wait for them. A look at everybody who is in them.

    Raises Refused: 409 where somebody else does the same at this moment.
    """
    items = [item for item in items if item.is_ready]
    needed = _needed(items, found.units)
    people = {one for item in items for one in item.people}
    # As a recall looks for it, papers without a month as well.
    about = about_month(service.pk, next((item.origin.month for item in items), ""))
    read = opened(service, needed, people, viewer, about)
    work = _Work(service, found.units, read)
    try:
        work.down([item for item in items if not item.is_back])
        work.back([item for item in items if item.is_back])
    except cp932.CharacterError as error:
        raise Refused(
            409,
            "E-STATE",
            "読めない文字があるので、回せません。",
            "届いたものを開いて確かめ、送り主に送り直してもらってください。",
        ) from error
    if work.files:
        brought = bringing.bring(membership, work.files)
        work.passed.units, work.passed.faulty = len(brought.plan.new), brought.faulty
        _remember(service, work.said, membership.staff_id)
    return work.passed


def _needed(items: Sequence[Waiting], units: Sequence[Seen]) -> list[Seen]:
    """The units that have to be opened: for what goes back, also the plans and all results of the same people."""
    found = {item.origin.id: item.origin for item in items}
    for item in items:
        if item.is_back:
            for unit in reading.about(units, item.people):
                if unit.month == item.origin.month and (_is_result(unit) or _is_plan(unit)):
                    found[unit.id] = unit
    return list(found.values())


def _is_result(unit: Seen) -> bool:
    return not unit.is_ours and unit.made is UnitKind.ACTUAL and role_of(unit.partner[1]) is Role.PROVIDER


def _is_plan(unit: Seen) -> bool:
    return unit.kind is UnitKind.USE_TABLE and (unit.is_ours or role_of(unit.partner[1]) is Role.CENTRE)


class _Work:
    """The files that are to be made of some items. `said` are words about each new unit, by its address and number."""

    def __init__(self, service: OfficeService, units: Sequence[Seen], read: Mapping[uuid.UUID, Opened]) -> None:
        self.files: list[Named] = []
        self.said: dict[tuple[str, str, str], str] = {}
        self.passed = Passed()
        self._service, self._units, self._read = service, units, read
        self._own = (service.party.number, service.service)

    def down(self, items: Sequence[Waiting]) -> None:
        """From the centre to the service offices, unit by unit."""
        ready = [(item, self._read[item.origin.id]) for item in items if item.origin.id in self._read]
        self.passed.gone += len(items) - len(ready)
        addressed = [(item, unit, self._addresses(item, unit)) for item, unit in ready]
        numbers = Numbers(self._service, {a[0] for _, _, to in addressed for a in to}, _latest(items))
        names = self._names({item.centre for item in items})
        for item, unit, to in addressed:
            for address, people in sorted(to.items()):
                letter = Letter(self._own, address, numbers.next(address[0]))
                made = rewriting.readdressed(unit.files, letter, _keeping(people))
                self._add(
                    made, letter, people, f"{names[item.centre]}から届いたもの({item.origin.sequence})を回しました。"
                )
            self.passed.empty += not to

    def back(self, items: Sequence[Waiting]) -> None:
        """To the centre: for each centre and month one use table and one file of results, of all these people."""
        groups: dict[tuple[Address, str], list[Waiting]] = {}
        for item in items:
            if item.origin.id in self._read:
                groups.setdefault((item.centre, item.origin.month), []).append(item)
            else:
                self.passed.gone += 1
        numbers = Numbers(self._service, {centre[0] for centre, _ in groups}, _latest(items))
        for (centre, month), some in sorted(groups.items()):
            self._back(centre, month, some, numbers)

    def _back(self, centre: Address, month: str, items: Sequence[Waiting], numbers: Numbers) -> None:
        for item in items:
            if item.origin.kind not in UP:
                letter = Letter(self._own, centre, numbers.next(centre[0]))
                made = rewriting.readdressed(self._read[item.origin.id].files, letter, _keeping(item.people))
                self._add(made, letter, item.people, f"届いた取り消し({item.origin.sequence})を回しました。")
        people = {one for item in items if item.origin.kind in UP for one in item.people}
        if not people:
            return
        units = [unit for unit in self._units if unit.month == month and unit.id in self._read]
        results = [self._read[unit.id] for unit in units if _is_result(unit)]
        # The plan has the lower number: whoever reads in order has it first.
        plan, actual = (Letter(self._own, centre, numbers.next(centre[0])) for _ in range(2))
        done = rewriting.actuals(results, actual, month, _keeping(people))
        if not done:
            self.passed.empty += len(items)
            return
        plans, there = self._plans(units, people, centre)
        self.passed.without_plan += len(people - there)
        self._add(rewriting.tables(plans, plan, month), plan, people, "実績といっしょに回す、予定です。")
        sequences = "、".join(sorted({item.origin.sequence for item in items}))
        self._add(done, actual, people, f"事業所から届いた実績({sequences})を回しました。"[:500])

    def _plans(self, units: Sequence[Seen], people: Collection[str], centre: Address) -> tuple[Plans, set[str]]:
        """The use table in force of each person that the centre has not had from us yet; and of whom there is any."""
        newest: dict[str, Seen] = {}
        for unit in filter(_is_plan, units):
            for one in unit.subjects & set(people):
                if one not in newest or unit.at > newest[one].at:
                    newest[one] = unit
        needed = {unit.id: unit for unit in newest.values() if not (unit.is_ours and unit.partner == centre)}
        plans = {}
        for id_, unit in needed.items():
            for person in {person_of(row) for row in self._read[id_].rows("UPPLAN")}:
                if newest.get(looks.subject(*person)) is unit:
                    plans[person] = self._read[id_]
        return plans, set(newest)

    def _addresses(self, item: Waiting, unit: Opened) -> dict[Address, set[str]]:
        """Who gets what of a unit from the centre."""
        if item.origin.kind is not UnitKind.USE_TABLE:
            return {address: set(people) for address, people in item.to.items()}
        named = rewriting.offices_in(unit)
        found = {
            address: {looks.subject(*person) for person in people} & item.people
            for address, people in named.items()
            if address != self._own
        }
        return {address: people for address, people in found.items() if people}

    def _names(self, addresses: set[Address]) -> dict[Address, str]:
        return {address: one.name for address, one in partners.routes(self._service, addresses).items()}

    def _add(self, files: Mapping[str, bytes], letter: Letter, people: Collection[str], words: str) -> None:
        if files:
            self.files += files.items()
            self.said[(*letter.to, letter.sequence)] = words
            self.passed.people |= set(people)


def _keeping(people: Collection[str]) -> rewriting.Keep:
    """Whether a record is about one of them."""
    known: dict[tuple[str, str], bool] = {}

    def keep(row: Row) -> bool:
        person = person_of(row)
        if person not in known:
            known[person] = looks.subject(*person) in people
        return known[person]

    return keep


def _latest(items: Sequence[Waiting]) -> datetime:
    """When the last of them came."""
    return max((item.origin.at for item in items), default=timezone.now())


def _remember(service: OfficeService, said: Mapping[tuple[str, str, str], str], staff: int) -> None:
    """Write into the history of each new unit what it was made of."""
    rows = Outgoing.objects.filter(owner=service, sequence__in={sequence for _, _, sequence in said})
    now = timezone.now()
    found = [
        (row, said[row.number, row.service, row.sequence])
        for row in rows
        if (row.number, row.service, row.sequence) in said
    ]
    with write():
        for unit, words in found:
            note([unit], Step.BROUGHT, staff, now, words)
