"""The board in the words of a page: groups of what is to be passed on, and the chains with names of offices."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from renkei.hub.parties.models import OfficeService
from renkei.hub.workspace.calendar import Deadline
from renkei.hub.workspace.habits.rules import is_open
from renkei.hub.workspace.models import Habits, RelayDue
from renkei.hub.workspace.overview.months import later
from renkei.hub.workspace.partners import services as partners
from renkei.hub.workspace.partners.services import Address
from renkei.hub.workspace.relaying import due as dues
from renkei.hub.workspace.relaying.chains import Chain, Way
from renkei.hub.workspace.relaying.rules import Role, Waiting
from renkei.hub.workspace.relaying.services import Board

MOST_LINES = 30  # of a group; the button for all is for all

_TURNS = {
    Role.ENTRUSTED: {
        Way.SLIPS: "こちらが、提供票を送る番です",
        Way.RESULTS: "事業所の実績を待っています",
        Way.RETURN: "こちらが、センターへ回して送る番です",
    },
    Role.CENTRE: {Way.RETURN: "居宅から、予定と実績が回ってくるのを待っています"},
    Role.PROVIDER: {Way.RESULTS: "こちらが、実績を居宅へ返す番です"},
}


# Of a month that is not over nobody waits for results yet.
_LATER = "この月が終わると、実績が返ってきます"


@dataclass(frozen=True)
class Line:
    """One unit to pass on, with the names of those between whom it goes."""

    item: Waiting
    giver: str
    takers: Sequence[str]


@dataclass(frozen=True)
class Group:
    """What is to be passed on for one centre and month (YYYYMM, "" for papers without one). `ready` counts units."""

    centre: Address
    name: str
    month: str
    lines: Sequence[Line]
    more: int
    ready: int
    people: int

    @property
    def cursor(self) -> str:
        """As a form names it."""
        return "-".join((*self.centre, self.month or "0"))


@dataclass(frozen=True)
class Drawn:
    """A chain with names. `turns` says whose turn it is, for how many people."""

    chain: Chain
    name: str
    turns: Sequence[tuple[str, int]]
    behind: Sequence[tuple[str, int]]
    due: Deadline | None


@dataclass(frozen=True)
class Shown:
    """All of the page. `homeless` waits for a service office, `lost` for somebody who says which centre it goes to."""

    groups: Sequence[Group]
    homeless: Sequence[Line]
    lost: Sequence[Line]
    chains: Sequence[Drawn]
    due: Deadline
    due_month: str


def show(service: OfficeService, found: Board, due: RelayDue, habits: Habits, today: date) -> Shown:
    """In words. Three queries for the names, however many there are."""
    names = _names(service, found)

    def works(day: date) -> bool:
        return is_open(habits, day)

    this = f"{today:%Y%m}"
    drawn = [_drawn(one, found.role, names, this, _due(one, due, today, works)) for one in found.chains]
    waits = [_line(item, names) for item in found.items if item.homeless]
    homeless, lost = ([line for line in waits if line.item.is_back is back] for back in (False, True))
    # Last month until its day is over; what is late then stands with its month.
    month = next(month for month in (later(this, -1), this) if not dues.deadline(due, month, today, works).is_over)
    return Shown(_groups(found.items, names), homeless, lost, drawn, dues.deadline(due, month, today, works), month)


def key_of(item: Waiting) -> tuple[Address, str]:
    """In which group it stands."""
    return item.centre, item.origin.month


def _groups(items: Sequence[Waiting], names: Mapping[Address, str]) -> list[Group]:
    by_key: dict[tuple[Address, str], list[Waiting]] = defaultdict(list)
    for item in items:
        if item.is_ready:
            by_key[key_of(item)].append(item)
    found = []
    # What has a day comes first, the oldest month in front.
    for (centre, month), some in sorted(by_key.items(), key=lambda one: (not one[0][1], one[0][1], one[0][0])):
        people = {one for item in some for one in item.people}
        lines = [_line(item, names) for item in some[:MOST_LINES]]
        more = len(some) - len(lines)
        found.append(Group(centre, names[centre], month, lines, more, len(some), len(people)))
    return found


def _line(item: Waiting, names: Mapping[Address, str]) -> Line:
    return Line(item, names[item.origin.partner], [names[address] for address in sorted(item.to)])


def _drawn(chain: Chain, role: Role, names: Mapping[Address, str], this: str, due: Deadline | None) -> Drawn:
    is_over = chain.month < this
    told = {way: words if is_over or way is Way.SLIPS else _LATER for way, words in _TURNS[role].items()}
    turns = [(told[way], people) for way, people in chain.waits]
    if not is_over:
        return Drawn(chain, names[chain.partner], turns, [], None)
    behind = [(names[address], people) for address, people in sorted(chain.behind.items())]
    return Drawn(chain, names[chain.partner], turns, behind, due)


def _due(chain: Chain, due: RelayDue, today: date, works: Callable[[date], bool]) -> Deadline | None:
    """The day, where it matters: somebody waits, and the month is over."""
    if not chain.waits or chain.month >= f"{today:%Y%m}":
        return None
    return dues.deadline(due, chain.month, today, works)


def _names(service: OfficeService, found: Board) -> dict[Address, str]:
    addresses = {chain.partner for chain in found.chains}
    addresses |= {address for chain in found.chains for address in chain.behind}
    for item in found.items:
        addresses |= {item.centre, item.origin.partner, *item.to}
    return {address: route.name for address, route in partners.routes(service, addresses).items()}
