"""The ledger in people's words: a page of lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from renkei.hub.exchange.presenting import Direction, StateWords, kind_label, state_words
from renkei.hub.parties.models import OfficeService
from renkei.hub.workspace.ledger import reading
from renkei.hub.workspace.ledger.reading import Source, Unit
from renkei.hub.workspace.ledger.wanted import Wanted, cursor
from renkei.hub.workspace.partners import services as partners

PAGE_ROWS = 20
NO_PROOF = "Renkei を通していないので、署名の証明はありません。"
_ELSEWHERE = {Source.OUT: StateWords("渡しました", "done"), Source.CAME: StateWords("届いたものを入れました", "done")}


@dataclass(frozen=True)
class Line:
    """One unit in the list. `note` says what this way cannot prove."""

    unit: Unit
    partner: str
    kind: str
    state: StateWords

    @property
    def direction(self) -> str:
        return "送った" if self.unit.direction is Direction.SENT else "受け取った"

    @property
    def is_proved(self) -> bool:
        return self.unit.source is Source.HUB

    @property
    def note(self) -> str:
        return "" if self.is_proved else NO_PROOF

    @property
    def service_label(self) -> str:
        """訪問介護 of 11."""
        return OfficeService(service=self.unit.address[1]).label


@dataclass(frozen=True)
class Page:
    """A piece of the list; `older` is the cursor for the next one, empty at the end."""

    lines: Sequence[Line]
    older: str


def page(service: OfficeService, wanted: Wanted) -> Page:
    """One page. As many queries whatever is stored."""
    found = reading.units(service, wanted, PAGE_ROWS + 1)
    shown = found[:PAGE_ROWS]
    return Page(lines_of(service, shown), cursor(shown[-1].at, shown[-1].id) if len(found) > PAGE_ROWS else "")


def lines_of(service: OfficeService, units: Sequence[Unit]) -> list[Line]:
    """These units with what a list shows of each. Three queries where some went on another way."""
    routes = partners.routes(service, {unit.address for unit in units if not unit.partner_name})
    return [
        Line(unit, unit.partner_name or routes[unit.address].name, kind_label(unit.kind), _state(unit))
        for unit in units
    ]


def _state(unit: Unit) -> StateWords:
    return state_words(unit.direction, unit.standing) if unit.standing else _ELSEWHERE[unit.source]
