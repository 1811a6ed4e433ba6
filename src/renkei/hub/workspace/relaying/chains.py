"""Who waits for whom: centre → entrusted office → service office, and back, of one month, in counts of people. Pure.

Each of the three sees what it sent and received itself; what passes between the two others it does not see.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from renkei.hub.workspace.relaying.rules import Address, Role, Seen, Waiting, centres_of, is_prevention, role_of
from renkei.standard.units import UnitKind


class Way(StrEnum):
    """One part of the way; `giver` hands on, `taker` gets."""

    ENTRUSTING = "entrusting"
    SLIPS = "slips"
    RESULTS = "results"
    RETURN = "return"

    @property
    def giver(self) -> str:
        return _WAYS[self][0]

    @property
    def taker(self) -> str:
        return _WAYS[self][1]

    @property
    def thing(self) -> str:
        """What passes there."""
        return _WAYS[self][2]


_WAYS = {
    Way.ENTRUSTING: ("センター", "居宅", "計画の書類"),
    Way.SLIPS: ("居宅", "事業所", "提供票"),
    Way.RESULTS: ("事業所", "居宅", "実績"),
    Way.RETURN: ("居宅", "センター", "予定と実績"),
}


class Stand(StrEnum):
    """How far a part of the way is."""

    DONE = "done"
    PARTLY = "partly"
    NOT_YET = "not-yet"
    UNSEEN = "unseen"

    @property
    def label(self) -> str:
        return {"done": "済み", "partly": "途中", "not-yet": "まだ", "unseen": "ここからは見えません"}[self]

    @property
    def icon(self) -> str:
        """The shape beside the words."""
        return {"done": "done", "partly": "taken", "not-yet": "arrived", "unseen": "stopped"}[self]


@dataclass(frozen=True)
class Link:
    """A part of the way: for how many of the people it is done. `of` is None where it cannot be seen from here."""

    way: Way
    done: int = 0
    of: int | None = None

    @property
    def stand(self) -> Stand:
        if self.of is None:
            return Stand.UNSEEN
        if self.done >= self.of:
            return Stand.DONE
        return Stand.PARTLY if self.done else Stand.NOT_YET


@dataclass(frozen=True)
class Chain:
    """The month (YYYYMM) of the people whom we share with `partner`; for `waits`, at which part how many are, and in
    `behind` for how many people each service office has not reported yet."""

    partner: Address
    month: str
    people: int
    links: Sequence[Link]
    waits: Sequence[tuple[Way, int]]
    behind: Mapping[Address, int] = field(default_factory=dict)


def chains(units: Sequence[Seen], own: Role, waiting: Iterable[Waiting], months: Collection[str]) -> list[Chain]:
    """The chains of these months as a centre, an entrusted office or a service office sees them, newest month first."""
    if own is Role.ENTRUSTED:
        found = _of_entrusted(units, list(waiting), months)
    else:
        see = _as_centre if own is Role.CENTRE else _as_provider
        found = [
            see(partner, month, some)
            for partner, some in sorted(_by_partner(units).items())
            if role_of(partner[1]) is Role.ENTRUSTED
            for month in months
        ]
    return sorted((one for one in found if one.people), key=lambda one: (-int(one.month), one.partner))


def _of_entrusted(units: Sequence[Seen], waiting: Sequence[Waiting], months: Collection[str]) -> list[Chain]:
    centres = centres_of(units)
    found = []
    for month in months:
        of_month = [unit for unit in units if unit.month == month]
        people: dict[Address, set[str]] = defaultdict(set)
        care = _only_care(of_month)
        for one in {one for unit in of_month for one in unit.subjects} - care:
            if one in centres:
                people[centres[one]].add(one)
        found += [_entrusted(centre, month, some, units, waiting) for centre, some in people.items()]
    return found


def _entrusted(
    centre: Address, month: str, people: set[str], units: Sequence[Seen], waiting: Sequence[Waiting]
) -> Chain:
    of_month = [unit for unit in units if unit.month == month]
    came = _people(unit for unit in units if unit.partner == centre and not unit.is_ours)
    slips = [u for u in of_month if u.is_ours and u.kind is UnitKind.USE_TABLE and is_prevention(u.partner[1])]
    gone = _people(unit for unit in slips if unit.has_gone)
    expected = {(unit.partner, one) for unit in slips for one in unit.subjects}
    answered = {
        (unit.partner, one)
        for unit in of_month
        if not unit.is_ours and unit.kind is UnitKind.ACTUAL and role_of(unit.partner[1]) is Role.PROVIDER
        for one in unit.subjects
    }
    # One file may tell of all services of an office number, whatever type its name has.
    numbers = {(partner[0], one) for partner, one in answered}
    open_ = {(partner, one) for partner, one in expected if (partner[0], one) not in numbers}
    missing = {one for _, one in open_}
    reported = {one for _, one in answered} - missing
    again = {
        one
        for item in waiting
        if item.is_back and (item.centre, item.origin.month) == (centre, month)
        for one in item.people
    }
    returned = _people(
        u for u in of_month if u.is_ours and u.has_gone and u.kind is UnitKind.ACTUAL and u.partner == centre
    )
    done = {
        Way.ENTRUSTING: came,
        Way.SLIPS: gone | reported,
        Way.RESULTS: reported,
        Way.RETURN: (returned & reported) - again,
    }
    links = [Link(way, len(people & some), len(people)) for way, some in done.items()]
    at = Counter(_stuck(one, done) for one in people)
    behind = Counter(partner for partner, one in open_ if one in people & gone)
    return Chain(centre, month, len(people), links, [(way, at[way]) for way in Way if at[way]], behind)


def _stuck(one: str, done: dict[Way, set[str]]) -> Way | None:
    """Where a person's month waits. The centre's papers may have come on paper: nothing waits for them alone."""
    return next((way for way in (Way.SLIPS, Way.RESULTS, Way.RETURN) if one not in done[way]), None)


def _as_centre(partner: Address, month: str, units: Sequence[Seen]) -> Chain:
    """An entrusted office's clients: those of whom papers went there or came from there in that month or before."""
    units = [unit for unit in units if unit.first_month <= month]
    people = _people(units)
    sent = _people(unit for unit in units if unit.is_ours and unit.has_gone)
    back = _people(u for u in units if not u.is_ours and u.kind is UnitKind.ACTUAL and u.month == month)
    links = [
        Link(Way.ENTRUSTING, len(sent), len(people)),
        Link(Way.SLIPS),
        Link(Way.RESULTS),
        Link(Way.RETURN, len(back), len(people)),
    ]
    left = len(people - back)
    return Chain(partner, month, len(people), links, [(Way.RETURN, left)] if left else [])


def _as_provider(partner: Address, month: str, units: Sequence[Seen]) -> Chain:
    """The people of whom a slip of this month came from an office."""
    of_month = [unit for unit in units if unit.month == month]
    people = _people(unit for unit in of_month if not unit.is_ours and unit.kind is UnitKind.USE_TABLE)
    back = _people(u for u in of_month if u.is_ours and u.has_gone and u.kind is UnitKind.ACTUAL) & people
    links = [
        Link(Way.ENTRUSTING),
        Link(Way.SLIPS, len(people), len(people)),
        Link(Way.RESULTS, len(back), len(people)),
        Link(Way.RETURN),
    ]
    left = len(people - back)
    return Chain(partner, month, len(people), links, [(Way.RESULTS, left)] if left else [])


def _only_care(of_month: Iterable[Seen]) -> set[str]:
    """People whose slips all went to services of 介護給付: no centre waits for them any more."""
    slips = [
        u for u in of_month if u.is_ours and u.kind is UnitKind.USE_TABLE and role_of(u.partner[1]) is Role.PROVIDER
    ]
    prevention = _people(unit for unit in slips if is_prevention(unit.partner[1]))
    return _people(slips) - prevention


def _by_partner(units: Iterable[Seen]) -> dict[Address, list[Seen]]:
    found: dict[Address, list[Seen]] = defaultdict(list)
    for unit in units:
        found[unit.partner].append(unit)
    return found


def _people(units: Iterable[Seen]) -> set[str]:
    return {one for unit in units for one in unit.subjects}
