"""What is in hand, as counts and as lists: partners, kinds and months, no person, so it is no look."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from django.db.models import Count, Q, QuerySet, Sum

from renkei.hub.exchange.presenting import kind_label
from renkei.hub.parties.models import OfficeService
from renkei.hub.workspace.habits.services import habits_of
from renkei.hub.workspace.models import IN_HAND, Approval, Channel, Handling, Outgoing, OutgoingState
from renkei.hub.workspace.partners import services as partners
from renkei.hub.workspace.partners.services import Route

PAGE_ROWS = 50
_Key = TypeVar("_Key")


class Group(StrEnum):
    """Where a unit waits, for whom; `label` and `hint` are what people read."""

    FAULTY = "faulty"
    DRAFT = "draft"
    CHECKED = "checked"
    READY = "ready"
    SENDING = "sending"
    GONE = "gone"
    DROPPED = "dropped"

    @property
    def label(self) -> str:
        return _LABELS[self][0]

    @property
    def hint(self) -> str:
        return _LABELS[self][1]


_LABELS = {
    Group.FAULTY: ("直すもの", "このままでは送れません。開いて、直し方を見てください。"),
    Group.DRAFT: ("下書き", "中身を確かめて、「完成にする」を押してください。"),
    Group.CHECKED: ("承認を待つもの", "完成にした人とは別の人が、確かめて承認します。"),
    Group.READY: ("送れるもの", "相手ごとに、いつもの届け方で渡します。"),
    Group.SENDING: ("送っているもの", "このページを閉じても、続きます。"),
    Group.GONE: ("Renkei の外で渡したもの", "ファクスや国の仕組みなどで渡したと記録したものです。"),
    Group.DROPPED: ("送るのをやめたもの", "元に戻せます。"),
}


@dataclass(frozen=True)
class Total:
    """Units of a group: how many, for how many partners, and about how many people (one who is in two counts twice)."""

    units: int = 0
    partners: int = 0
    people: int = 0


@dataclass(frozen=True)
class Summary:
    """All that is in hand. `ready` is by channel, the hub first; `needs_signature`: what is for the hub waits for a program
    that holds the office's key."""

    groups: Mapping[Group, Total]
    ready: Mapping[Channel, Total]
    approval: Approval
    needs_signature: bool


@dataclass(frozen=True)
class Row:
    """One unit in a list, its partner's name and channel, and who did something with it last."""

    unit: Outgoing
    kind: str
    route: Route
    last: Handling | None

    @property
    def service_label(self) -> str:
        """訪問介護 of 11."""
        return OfficeService(service=self.unit.service).label


@dataclass(frozen=True)
class Page:
    """A piece of a list; `after` is the cursor for the next one, None at the end."""

    rows: Sequence[Row]
    after: uuid.UUID | None


def summary(owner: OfficeService) -> Summary:
    """Counts of everything in hand. As many queries for much as for little; it costs what is in hand, not what ever was."""
    approval = Approval(habits_of(owner).approval)
    grouped = (
        Outgoing.objects.filter(owner=owner, state__in=IN_HAND)
        .values("state", "number", "service")
        .annotate(
            units=Count("pk"),
            about=Sum("people"),
            faulty=Count("pk", filter=Q(errors__gt=0)),
            of_faulty=Sum("people", filter=Q(errors__gt=0), default=0),
            busy=Count("pk", filter=Q(sending__isnull=False)),
            of_busy=Sum("people", filter=Q(sending__isnull=False), default=0),
        )
        .order_by("number", "service", "state")
    )
    rows = list(grouped)
    routes = partners.routes(owner, {(row["number"], row["service"]) for row in rows})
    groups, ready = _Sums[Group](), _Sums[Channel]()
    for row in rows:
        address = row["number"], row["service"]
        rest = row["units"] - row["faulty"] - row["busy"], row["about"] - row["of_faulty"] - row["of_busy"]
        group = group_of(row["state"], approval)
        groups.add(Group.FAULTY, address, row["faulty"], row["of_faulty"])
        groups.add(Group.SENDING, address, row["busy"], row["of_busy"])
        groups.add(group, address, *rest)
        if group is Group.READY:
            ready.add(routes[address].channel, address, *rest)
    by_channel = {channel: ready.of(channel) for channel in Channel if ready.of(channel).units}
    in_groups = {group: groups.of(group) for group in Group}
    return Summary(in_groups, by_channel, approval, needs_signature=not owner.party.browser_seal)


class _Sums(Generic[_Key]):
    """Totals that grow."""

    def __init__(self) -> None:
        self._units: Counter[_Key] = Counter()
        self._people: Counter[_Key] = Counter()
        self._partners: dict[_Key, set[tuple[str, str]]] = defaultdict(set)

    def add(self, key: _Key, address: tuple[str, str], units: int, people: int) -> None:
        if units:
            self._units[key] += units
            self._people[key] += people
            self._partners[key].add(address)

    def of(self, key: _Key) -> Total:
        return Total(self._units[key], len(self._partners[key]), self._people[key])


def units_of(owner: OfficeService, group: Group, approval: Approval) -> QuerySet[Outgoing]:
    """The units of a group, those that were brought last first."""
    rows = Outgoing.objects.filter(owner=owner)
    if group in _BY_STATE:
        return rows.filter(_BY_STATE[group]).order_by("-pk")
    free = rows.filter(sending=None)
    if group is Group.FAULTY:
        return free.filter(state__in=IN_HAND, errors__gt=0).order_by("-pk")
    states = [state for state in IN_HAND if group_of(state, approval) is group]
    return free.filter(state__in=states, errors=0).order_by("-pk")


def is_ready(unit: Outgoing) -> bool:
    """Whether it only waits to be sent through the hub."""
    approval = Approval(habits_of(unit.owner).approval)
    rows = units_of(unit.owner, Group.READY, approval).filter(going_by(unit.owner, Channel.HUB))
    return rows.filter(pk=unit.pk).exists()


_BY_STATE = {
    Group.SENDING: Q(sending__isnull=False, state__in=IN_HAND),
    Group.GONE: Q(state=OutgoingState.HANDED_OVER) & ~Q(channel=Channel.HUB),
    Group.DROPPED: Q(state=OutgoingState.DROPPED),
}


def page(owner: OfficeService, group: Group, after: uuid.UUID | None, channel: Channel | None = None) -> Page:
    """A piece of a group's list; with `channel` only what goes by it. As many queries whatever it shows."""
    rows = units_of(owner, group, Approval(habits_of(owner).approval))
    if after is not None:
        rows = rows.filter(pk__lt=after)
    if channel is not None:
        rows = rows.filter(going_by(owner, channel))
    found = list(rows[: PAGE_ROWS + 1])
    shown = found[:PAGE_ROWS]
    return Page(rows_of(owner, shown), shown[-1].pk if len(found) > PAGE_ROWS else None)


def rows_of(owner: OfficeService, units: Sequence[Outgoing]) -> list[Row]:
    """These units with what a list shows of each."""
    routes = partners.routes(owner, {(unit.number, unit.service) for unit in units})
    last = _last(units)
    return [Row(unit, kind_label(unit.kind), routes[unit.number, unit.service], last.get(unit.pk)) for unit in units]


def going_by(owner: OfficeService, channel: Channel) -> Q:
    """Units in hand whose partner is reached by this channel now."""
    rows = Outgoing.objects.filter(owner=owner, state__in=IN_HAND).values_list("number", "service").distinct()
    routes = partners.routes(owner, set(rows))
    wanted = Q(pk__in=[])
    for (number, service), route in routes.items():
        if route.channel == channel:
            wanted |= Q(number=number, service=service)
    return wanted


def _last(units: Iterable[Outgoing]) -> dict[uuid.UUID, Handling]:
    rows = Handling.objects.filter(outgoing__in=list(units)).select_related("staff").order_by("at", "pk")
    return {row.outgoing_id: row for row in rows}


def group_of(state: str, approval: Approval) -> Group:
    """Where a faultless unit of this state waits."""
    if state == OutgoingState.DRAFT:
        return Group.DRAFT
    if state == OutgoingState.CHECKED and approval is Approval.OTHER:
        return Group.CHECKED
    return Group.READY
