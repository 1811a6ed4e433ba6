"""The answers of a month as a list: care-management office by care-management office, person by person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from renkei.hub.core.looks import Viewer
from renkei.hub.parties.models import OfficeService
from renkei.hub.workspace.models import IN_HAND, Answer, OutgoingState
from renkei.hub.workspace.partners import services as partners
from renkei.hub.workspace.partners.services import Route
from renkei.hub.workspace.projecting import services as projecting
from renkei.hub.workspace.projecting.services import Client


class Stage(StrEnum):
    """How far one person's answer is, what is to be done first."""

    OPEN = "open"
    BEGUN = "begun"
    FINISHED = "finished"
    HANDED_IN = "handed-in"
    SENT = "sent"

    @property
    def label(self) -> str:
        return _LABELS[self][0]

    @property
    def icon(self) -> str:
        """The shape beside the words."""
        return _LABELS[self][1]


_LABELS = {
    Stage.OPEN: ("まだ", "arrived"),
    Stage.BEGUN: ("途中", "taken"),
    Stage.FINISHED: ("できた", "done"),
    Stage.HANDED_IN: ("送るものに入れた", "done"),
    Stage.SENT: ("送った", "done"),
}


@dataclass(frozen=True)
class Row:
    """One person at one care-management office. `client` is None where the name is not known here."""

    answer: Answer
    client: Client | None
    stage: Stage


@dataclass(frozen=True)
class Planner:
    """One care-management office with its people, those to be done first in front."""

    route: Route
    number: str
    rows: Sequence[Row]

    def count(self, *stages: Stage) -> int:
        """How many people stand there."""
        return sum(row.stage in stages for row in self.rows)

    @property
    def finished(self) -> int:
        """Who is ready, and is not in the outbox as they are now."""
        return self.count(Stage.FINISHED)

    @property
    def left(self) -> int:
        return self.count(Stage.OPEN, Stage.BEGUN)


@dataclass(frozen=True)
class Listed:
    """All of a month. `counts` by stage."""

    planners: Sequence[Planner]
    counts: Counter[Stage]

    @property
    def people(self) -> int:
        return sum(self.counts.values())


def of_month(service: OfficeService, month: str, viewer: Viewer) -> Listed:
    """Everybody of a month: a look, once a day for each staff member and person. As many queries for many as for few."""
    rows = list(Answer.objects.select_related("outgoing", "changed_by").filter(owner=service, month=month))
    people, _, _ = projecting.people_in_month(service, month, viewer)
    listed = [Row(one, people.get(one.subject), stage_of(one)) for one in rows]
    listed.sort(key=_order)
    routes = partners.routes(service, {(one.number, one.service) for one in rows})
    by_planner: dict[tuple[str, str], list[Row]] = {}
    for row in listed:
        by_planner.setdefault((row.answer.number, row.answer.service), []).append(row)
    found = [Planner(routes[address], address[0], own) for address, own in sorted(by_planner.items())]
    return Listed(found, Counter(row.stage for row in listed))


def stage_of(answer: Answer) -> Stage:
    """How far it is. What was changed after it went has to go again."""
    unit = answer.outgoing
    if unit is not None and answer.sent_revision == answer.revision:
        if unit.state == OutgoingState.HANDED_OVER:
            return Stage.SENT
        if unit.state in IN_HAND:
            return Stage.HANDED_IN
    if answer.is_finished:
        return Stage.FINISHED
    return Stage.BEGUN if answer.open < answer.planned or answer.done or answer.changed_by_id else Stage.OPEN


def _order(row: Row) -> tuple[int, str, str]:
    return list(Stage).index(row.stage), row.client.kana if row.client else "", row.answer.subject
