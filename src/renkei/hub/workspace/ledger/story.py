"""What happened to units, station by station: who made them ready, when they went, who opened and imported them, who looked."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Max

from renkei.hub.core.ids import month_of
from renkei.hub.core.models import Event, Look
from renkei.hub.exchange.presenting import Direction
from renkei.hub.exchange.recalling import PURPOSES
from renkei.hub.exchange.rules import Side, Step
from renkei.hub.parties.models import OfficeService, Staff
from renkei.hub.workspace.ledger import versions
from renkei.hub.workspace.ledger.lines import Line
from renkei.hub.workspace.ledger.reading import Source, Unit
from renkei.hub.workspace.ledger.versions import Spell
from renkei.hub.workspace.models import Handling, Outgoing

_BAD = {Step.IMPORT_FAILED, Step.RECALL_REQUESTED, Step.CHANGE_REQUESTED}
_ENDED = {Step.WITHDRAWN, Step.EXPIRED, Step.DELETION_CONFIRMED}


@dataclass(frozen=True)
class Station:
    """One thing that happened. `who` took the step: one's own staff by name, the other office as a whole."""

    at: datetime
    title: str
    who: str
    icon: str = "done"


@dataclass(frozen=True)
class Seen:
    """How often somebody of one's own has looked at a unit, how, and when last."""

    who: str
    how: str
    times: int
    last: datetime


@dataclass
class Story:
    """One unit with everything that happened to it, in order."""

    line: Line
    spell: Spell | None = None
    stations: list[Station] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)

    @property
    def times_seen(self) -> int:
        return sum(one.times for one in self.seen)


def tell(service: OfficeService, lines: Sequence[Line], subject: str = "") -> list[Story]:
    """The stories of these lines. As many queries whatever happened: seven for versions, four for the rest."""
    units = {line.unit.id: line.unit for line in lines}
    spells = versions.in_force(service, list(units.values()), subject)
    events, handlings, looked = _events(units), _handlings(service, units), _looked(service, units)
    names = _names(service, events, looked)
    stories = {line.unit.id: Story(line, spells.get(line.unit.id)) for line in lines}
    for event in events:
        line = stories[event.about].line
        stories[event.about].stations.append(_of_event(service, line, event, names))
    for id_, one in handlings:
        stories[id_].stations.append(_of_handling(one))
    for id_, seen in _seen(units, looked, names):
        stories[id_].seen.append(seen)
    for story in stories.values():
        if story.line.unit.source is Source.CAME:
            words = f"{story.line.unit.channel.label}で届き、ここに入れました"
            story.stations.append(Station(story.line.unit.at, words, ""))
        story.stations.sort(key=lambda station: station.at)
    return list(stories.values())


def _events(units: Mapping[uuid.UUID, Unit]) -> list[Event]:
    ids = [unit.id for unit in units.values() if unit.source is Source.HUB]
    if not ids:
        return []
    rows = Event.objects.filter(about__in=ids, month__gte=month_of(min(ids))).order_by("number")
    return list(rows.only("about", "at", "type", "side", "actor", "number"))


def _handlings(service: OfficeService, units: Mapping[uuid.UUID, Unit]) -> list[tuple[uuid.UUID, Handling]]:
    """What was done with a unit before it went, also with one that became a transmission. Two queries."""
    # By month and partner, where the index is: few units of the outbox may have become transmissions.
    narrowed = {
        "months__in": {one.months for one in units.values()},
        "number__in": {one.address[0] for one in units.values()},
    }
    sent = Outgoing.objects.filter(owner=service, transmission__in=units, **narrowed)
    made = dict(sent.values_list("pk", "transmission"))
    of = {**{id_: id_ for id_ in units}, **made}
    rows = Handling.objects.filter(outgoing__in=of).select_related("staff").order_by("at", "pk")
    return [(of[one.outgoing_id], one) for one in rows]


def _looked(service: OfficeService, units: Mapping[uuid.UUID, Unit]) -> list[tuple[str, str, str, int, datetime]]:
    """Looks of one's own office at these units: (about, actor, purpose, how often, when last)."""
    about = [about_of(unit) for unit in units.values()]
    first = month_of(min(units)) if units else None
    rows = (
        Look.objects.filter(about__in=about, party=service.party_id, month__gte=first) if first else Look.objects.none()
    )
    counted = rows.values("about", "actor", "purpose").annotate(times=Count("pk"), last=Max("at")).order_by("-last")
    return list(counted.values_list("about", "actor", "purpose", "times", "last"))


def about_of(unit: Unit) -> str:
    """How the record of looks names it."""
    return f"{ {Source.HUB: 'transmission', Source.OUT: 'outgoing', Source.CAME: 'incoming'}[unit.source] }:{unit.id}"


def _names(
    service: OfficeService, events: Iterable[Event], looked: Iterable[tuple[str, ...] | tuple[object, ...]]
) -> dict[str, str]:
    """The names of one's own staff, by how records name them. Nobody else's are asked for."""
    actors = {event.actor for event in events} | {str(row[1]) for row in looked}
    ids = [int(actor.partition(":")[2]) for actor in actors if actor.startswith("staff:")]
    found = Staff.objects.filter(pk__in=ids, memberships__party=service.party_id).distinct() if ids else ()
    return {f"staff:{staff.pk}": f"{staff.name} さん" for staff in found}


def _of_event(service: OfficeService, line: Line, event: Event, names: Mapping[str, str]) -> Station:
    step = Step(event.type)
    icon = "failed" if step in _BAD else "stopped" if step in _ENDED else "done"
    return Station(event.at, step.label, _who(service, line, event, names), icon)


def _who(service: OfficeService, line: Line, event: Event, names: Mapping[str, str]) -> str:
    if event.side == Side.HUB:
        return "ハブ"
    ours = Side.SENDER if line.unit.direction is Direction.SENT else Side.RECIPIENT
    if event.side != ours:
        return line.partner
    return names.get(event.actor) or (
        "事業所のプログラム" if event.actor.startswith("program:") else service.party.name
    )


def _of_handling(one: Handling) -> Station:
    who = f"{one.staff.name} さん" if one.staff else "事業所のプログラム"
    return Station(one.at, one.get_step_display() + (f"({one.words})" if one.words else ""), who)


def _seen(
    units: Mapping[uuid.UUID, Unit], looked: Iterable[tuple[str, str, str, int, datetime]], names: Mapping[str, str]
) -> Iterable[tuple[uuid.UUID, Seen]]:
    by_about = {about_of(unit): id_ for id_, unit in units.items()}
    for about, actor, purpose, times, last in looked:
        who = names.get(actor) or ("事業所のプログラム" if actor.startswith("program:") else "前にいた職員")
        yield by_about[about], Seen(who, PURPOSES.get(purpose, purpose), times, last)
