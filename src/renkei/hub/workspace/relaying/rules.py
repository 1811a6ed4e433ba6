"""What an entrusted office has to pass on, to whom. Pure, of keyed hashes alone: no unit is opened for it.

What a newer unit of ours to the same address is about is passed on already, whoever made that unit: this hub, or the
office's own care software. So nothing goes twice, what somebody dropped from the outbox is offered again, and so is what
was corrected since.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from renkei.hub.workspace.calendar import Moves, is_business_day
from renkei.standard.layouts import code_lists
from renkei.standard.units import UnitKind

Address = tuple[str, str]  # number and service
ENTRUSTED = "43"
NOBODY: Address = ("", "")
# 介護予防サービス and, by its first letter, 総合事業.
_PREVENTION = frozenset(["24", "25", "26", "2B", "34", "39", "62", "63", "64", "66", "67", "69", "74", "75"])
_COMMUNITY = "A"


class Role(StrEnum):
    """Who an address is in this: 46 and AF are a support centre's (convention C16)."""

    CENTRE = "centre"
    ENTRUSTED = "entrusted"
    PROVIDER = "provider"


# Each kind with what takes it back.
DOWN = {
    UnitKind.CLIENT_BASICS: UnitKind.CLIENT_BASICS_DELETION,
    UnitKind.PREVENTION_PLAN: UnitKind.PREVENTION_PLAN_DELETION,
    UnitKind.USE_TABLE: UnitKind.USE_TABLE_DELETION,
}
UP = {UnitKind.ACTUAL: UnitKind.ACTUAL_DELETION}
KINDS = tuple(kind for pairs in (DOWN, UP) for pair in pairs.items() for kind in pair)
_TOKYO = ZoneInfo("Asia/Tokyo")
_About = tuple[Address, UnitKind, str, str]
_MADE_OF = {away: made for pairs in (DOWN, UP) for made, away in pairs.items()}


@dataclass(frozen=True)
class Seen:
    """One unit that a service sent (`is_ours`), has in hand to send, or received, without its contents.

    `partner` is the other office; `has_gone` is False for what waits in the outbox. `on_hub` says in which table `id` is.
    `at` is when it was made, if it is ours, and when it came otherwise: a file may be made long before it is sent, so
    that sequence numbers of two offices do not say what was known to whom.
    """

    id: uuid.UUID
    on_hub: bool
    is_ours: bool
    has_gone: bool
    partner: Address
    kind: UnitKind
    month: str
    sequence: str
    at: datetime
    subjects: frozenset[str]

    @property
    def first_month(self) -> str:
        """The month YYYYMM for which it holds, or from which on."""
        return self.month or f"{self.at.astimezone(_TOKYO):%Y%m}"

    @property
    def made(self) -> UnitKind:
        """What it is, or what it takes back."""
        return _MADE_OF.get(self.kind, self.kind)


@dataclass(frozen=True)
class Waiting:
    """A unit that somebody waits for, through us: `to` says who of the people go to which address.

    `to` is empty for a use table of the centre, which names the offices itself. `homeless` are people of whom nobody is
    known to whom it could go: no service office yet, or (then `centre` is `NOBODY`) no centre. `is_again`: an earlier one
    about some of them went on before.
    """

    origin: Seen
    centre: Address
    to: Mapping[Address, frozenset[str]]
    people: frozenset[str]
    homeless: frozenset[str] = frozenset()
    is_again: bool = False

    @property
    def is_back(self) -> bool:
        """Whether it goes back to the centre."""
        return self.origin.made in UP

    @property
    def brings_plan(self) -> bool:
        """Whether the use table goes with it."""
        return self.origin.kind in UP

    @property
    def is_ready(self) -> bool:
        """Whether somebody is there to whom it can go."""
        return bool(self.people)


def role_of(service: str) -> Role:
    """Who a service type is.

    >>> role_of("46").value, role_of("43").value, role_of("A6").value
    ('centre', 'entrusted', 'provider')
    """
    if service == ENTRUSTED:
        return Role.ENTRUSTED
    return Role.CENTRE if service in code_lists()["service_type_office"] else Role.PROVIDER


def is_prevention(service: str) -> bool:
    """Whether a service type is 予防給付 or 総合事業: the others are none of a centre's business.

    >>> is_prevention("63"), is_prevention("A2"), is_prevention("13"), is_prevention("AF")
    (True, True, False, False)
    """
    return role_of(service) is Role.PROVIDER and (service in _PREVENTION or service.startswith(_COMMUNITY))


def has_part(service: str) -> bool:
    """Whether a service type exchanges anything of what is entrusted.

    >>> has_part("43"), has_part("A2"), has_part("11")
    (True, True, False)
    """
    return role_of(service) is not Role.PROVIDER or is_prevention(service)


def due_date(month: str, day: int, moves: Moves) -> date:
    """By when the results of a service month YYYYMM go back to the centre: a day of the next month.

    >>> due_date("202611", 5, Moves.STAYS), due_date("202611", 5, Moves.AFTER)
    (datetime.date(2026, 12, 5), datetime.date(2026, 12, 7))
    """
    year, number = int(month[:4]), int(month[4:])
    found = date(year + number // 12, number % 12 + 1, day)
    step = timedelta(-1 if moves is Moves.BEFORE else 1)
    while moves is not Moves.STAYS and not is_business_day(found):
        found += step
    return found


def centres_of(units: Iterable[Seen]) -> dict[str, Address]:
    """By person, the centre that entrusted them: the one with which a unit about them was exchanged last."""
    newest: dict[str, tuple[str, Address]] = {}
    for unit in units:
        if role_of(unit.partner[1]) is Role.CENTRE:
            for one in unit.subjects:
                # Of two at one moment always the same, whichever comes first.
                newest[one] = max(newest.get(one, ("", ("", ""))), (unit.sequence, unit.partner))
    return {one: partner for one, (_, partner) in newest.items()}


def waiting(units: Sequence[Seen], since: str, told: Mapping[str, Address] | None = None) -> list[Waiting]:
    """All that is to be passed on, oldest first. `since` (YYYYMM): who served a person in that month or later serves them.

    `told` are centres that somebody says of people of whom none is known.
    """
    known = _Known(units, since, told or {})
    found = [_down(unit, known) if unit.made in DOWN else _back(unit, known) for unit in units if not unit.is_ours]
    return sorted(
        (one for some in found for one in some if one.people or one.homeless),
        key=lambda one: (one.origin.sequence, str(one.origin.id)),
    )


class _Known:
    """What can be looked up about all units at once."""

    def __init__(self, units: Sequence[Seen], since: str, told: Mapping[str, Address]) -> None:
        self.centres = {**told, **centres_of(units)}
        self._since = since
        # About a person, a month and a kind: when something of ours was made for an address, and the last number of theirs.
        self._ours: dict[_About, datetime] = {}
        self._theirs: dict[_About, str] = {}
        self._serving: dict[str, set[Address]] = defaultdict(set)
        self._slips: dict[tuple[str, str], set[Address]] = defaultdict(set)
        for unit in units:
            for one in unit.subjects:
                self._note(unit, one)

    def _note(self, unit: Seen, one: str) -> None:
        key = unit.partner, unit.made, unit.month, one
        if not unit.is_ours:
            self._theirs[key] = max(self._theirs.get(key, ""), unit.sequence)
            return
        self._ours[key] = max(self._ours.get(key, unit.at), unit.at)
        if unit.kind is UnitKind.USE_TABLE and role_of(unit.partner[1]) is Role.PROVIDER:
            self._slips[unit.month, one].add(unit.partner)
            if unit.month >= self._since and is_prevention(unit.partner[1]):
                self._serving[one].add(unit.partner)

    def serving(self, one: str) -> frozenset[Address]:
        """The service offices of 介護予防 that have a slip about this person from us."""
        return frozenset(self._serving.get(one, ()))

    def slips(self, one: str, month: str) -> frozenset[Address]:
        """The service offices that have a slip of ours about this month of a person."""
        return frozenset(self._slips.get((month, one), ()))

    def is_entrusted(self, one: str, month: str) -> bool:
        """Whether the month of this person is a centre's business: not where all slips went to services of 介護給付."""
        slips = self.slips(one, month)
        return one in self.centres and (not slips or any(is_prevention(service) for _, service in slips))

    def is_newest(self, unit: Seen, one: str) -> bool:
        """Whether no later unit of its sender stands in its place for this person."""
        return self._theirs[unit.partner, unit.made, unit.month, one] == unit.sequence

    def went(self, unit: Seen, one: str, to: Address) -> bool:
        """Whether the same about this person ever went there from us."""
        return (to, unit.made, unit.month, one) in self._ours

    def went_since(self, unit: Seen, one: str, to: Address) -> bool:
        """Whether it did after this unit had come."""
        made = self._ours.get((to, unit.made, unit.month, one))
        return made is not None and made > unit.at


def _down(unit: Seen, known: _Known) -> Iterable[Waiting]:
    """From the centre to the service offices of each person."""
    if role_of(unit.partner[1]) is not Role.CENTRE:
        return []
    newest = {one for one in unit.subjects if known.is_newest(unit, one)}
    if unit.kind is UnitKind.USE_TABLE:
        slips = {one: known.slips(one, unit.month) for one in newest}
        people = frozenset(
            one for one, some in slips.items() if not any(known.went_since(unit, one, to) for to in some)
        )
        return [Waiting(unit, unit.partner, {}, people, is_again=any(slips[one] for one in people))]
    to: dict[Address, set[str]] = defaultdict(set)
    for one in newest:
        for address in known.serving(one):
            if not known.went_since(unit, one, address):
                to[address].add(one)
    homeless = frozenset(one for one in newest if not known.serving(one) and unit.kind in DOWN)
    return [_waiting(unit, unit.partner, to, known, homeless)]


def _back(unit: Seen, known: _Known) -> Iterable[Waiting]:
    """From a service office to the centre of each person."""
    if role_of(unit.partner[1]) is not Role.PROVIDER:
        return []
    to: dict[Address, set[str]] = defaultdict(set)
    newest = [one for one in unit.subjects if known.is_newest(unit, one)]
    for one in newest:
        if not known.is_entrusted(one, unit.month):
            continue
        centre = known.centres[one]
        # What never went there need not be taken back.
        if not known.went_since(unit, one, centre) and (unit.kind in UP or known.went(unit, one, centre)):
            to[centre].add(one)
    found = [_waiting(unit, centre, {centre: people}, known) for centre, people in to.items()]
    if unit.kind in UP and is_prevention(unit.partner[1]):
        homeless = frozenset(one for one in newest if one not in known.centres)
        found.append(_waiting(unit, NOBODY, {}, known, homeless))
    return found


def _waiting(
    unit: Seen,
    centre: Address,
    to: Mapping[Address, Collection[str]],
    known: _Known,
    homeless: frozenset[str] = frozenset(),
) -> Waiting:
    people = frozenset(one for some in to.values() for one in some)
    is_again = any(known.went(unit, one, address) for address, some in to.items() for one in some)
    return Waiting(unit, centre, {address: frozenset(some) for address, some in to.items()}, people, homeless, is_again)
