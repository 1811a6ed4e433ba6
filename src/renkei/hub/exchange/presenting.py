"""A transmission in people's words: its state as each side sees it, and its way as a line of steps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from renkei.hub.core.models import Event
from renkei.hub.exchange.models import Transmission
from renkei.hub.exchange.rules import State
from renkei.standard.layouts import code_lists
from renkei.standard.units import UnitKind


class Direction(StrEnum):
    """Which side of a transmission one's own office is on."""

    RECEIVED = "received"
    SENT = "sent"


@dataclass(frozen=True)
class StateWords:
    """A state as one side reads it. `icon` is a shape of its own, so that colour never tells it alone."""

    text: str
    icon: str


_WORDS = {
    (Direction.RECEIVED, State.ACCEPTED): StateWords("まだ受け取っていません", "arrived"),
    (Direction.RECEIVED, State.COLLECTED): StateWords("受け取りました", "taken"),
    (Direction.RECEIVED, State.IMPORTED): StateWords("読み込みました", "done"),
    (Direction.RECEIVED, State.IMPORT_FAILED): StateWords("読み込めませんでした", "failed"),
    (Direction.RECEIVED, State.WITHDRAWN): StateWords("送り手が取り消しました", "stopped"),
    (Direction.RECEIVED, State.EXPIRED): StateWords("期限が切れました", "stopped"),
    (Direction.SENT, State.ACCEPTED): StateWords("相手の受け取り待ち", "arrived"),
    (Direction.SENT, State.COLLECTED): StateWords("相手が受け取りました", "taken"),
    (Direction.SENT, State.IMPORTED): StateWords("相手が読み込みました", "done"),
    (Direction.SENT, State.IMPORT_FAILED): StateWords("相手が読み込めませんでした", "failed"),
    (Direction.SENT, State.WITHDRAWN): StateWords("取り消しました", "stopped"),
    (Direction.SENT, State.EXPIRED): StateWords("受け取られず、期限が切れました", "stopped"),
}


@dataclass(frozen=True)
class Step:
    """One of the three stations of a transmission. `at` is None for one that is still to come."""

    title: str
    words: str
    icon: str
    at: datetime | None


def state_words(direction: Direction, state: str) -> StateWords:
    """The state as one side reads it."""
    return _WORDS[direction, State(state)]


def kind_label(kind: str) -> str:
    """The Japanese name of a kind of unit."""
    return UnitKind(kind).label


def service_label(service: str) -> str:
    """訪問介護 of 11; the code itself for one that no list has."""
    lists = code_lists()
    return lists["service_type_office"].get(service) or lists["service_type"].get(service) or service


def steps(transmission: Transmission, happened: Iterable[Event]) -> tuple[Step, ...]:
    """到着 → 受け取り → 読み込み, with what has happened and what is still waited for."""
    at = {event.type: event.at for event in happened}
    sender, recipient = transmission.sender.party.name, transmission.recipient.party.name
    arrived = Step("到着", f"{sender} から、ハブに届きました", "done", at.get(State.ACCEPTED))
    if collected := at.get(State.COLLECTED):
        taken = Step("受け取り", f"{recipient} が受け取りました", "done", collected)
    else:
        taken = Step("受け取り", f"{recipient} の受け取りを待っています", "arrived", None)
    return arrived, taken, _last_step(recipient, at)


def _last_step(recipient: str, at: dict[str, datetime]) -> Step:
    if imported := at.get(State.IMPORTED):
        return Step("読み込み", f"{recipient} の介護ソフトに入りました", "done", imported)
    if failed := at.get(State.IMPORT_FAILED):
        return Step("読み込み", f"{recipient} の介護ソフトで読み込めませんでした", "failed", failed)
    return Step("読み込み", "まだ読み込まれていません", "arrived", None)
