"""A transmission in people's words: its state as each side sees it, and its way as a line of steps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from renkei.attachments.index import KIND, KIND_LABEL, Person
from renkei.hub.core.models import Event
from renkei.hub.exchange.attachments.handing import HandedPart
from renkei.hub.exchange.models import Transmission
from renkei.hub.exchange.parts import CLEANED, CONVERTED
from renkei.hub.exchange.rules import Change, Recall, Standing, State, Step
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


_RECALLS = {
    (Direction.RECEIVED, Recall.REQUESTED): StateWords("回収を求められています", "failed"),
    (Direction.SENT, Recall.REQUESTED): StateWords("回収の返事待ち", "failed"),
    (Direction.RECEIVED, Recall.CONFIRMED): StateWords("回収され、消しました", "stopped"),
    (Direction.SENT, Recall.CONFIRMED): StateWords("回収しました", "stopped"),
}


@dataclass(frozen=True)
class Station:
    """One of the three stations of a transmission. `at` is None for one that is still to come."""

    title: str
    words: str
    icon: str
    at: datetime | None


def state_words(direction: Direction, standing: Standing) -> StateWords:
    """Where a transmission stands, as one side reads it: what waits for an answer before how far it has come."""
    asker = Change.BY_SENDER if direction is Direction.RECEIVED else Change.BY_RECIPIENT
    if words := _RECALLS.get((direction, standing.recall)):
        return words
    if standing.change is asker:
        return StateWords("変更のお願いが来ています", "failed")
    if standing.change in {Change.BY_SENDER, Change.BY_RECIPIENT}:
        return StateWords("お願いの返事待ち", "arrived")
    return _WORDS[direction, standing.state or State.ACCEPTED]


def kind_label(kind: str) -> str:
    """The Japanese name of a kind of unit."""
    return KIND_LABEL if kind == KIND else UnitKind(kind).label


@dataclass(frozen=True)
class Paper:
    """An attached file as people see it. `month` is YYYYMM. `made` says what the hub did; `note` what became of the one
    as it was sent."""

    name: str
    title: str
    kind: str
    person: Person | None
    month: str | None
    size: int
    made: str
    note: str


def attached(parts: Iterable[HandedPart]) -> list[Paper]:
    """The attached files of a unit; the copies in the other form of the standard are for programs."""
    shown = [one for one in parts if one.part.made != CONVERTED]
    held = {one.part.of for one in shown if one.part.made == CLEANED}
    return [
        Paper(
            name=one.part.name,
            title=one.about.title if one.about else one.part.name,
            kind=one.about.type.label if one.about else "",
            person=one.about.person if one.about else None,
            month=one.about.month if one.about else None,
            size=one.part.size,
            made="無害化した写し" if one.part.made == CLEANED else "",
            note="もとの書類。相手には、無害化した写しだけを渡しました" if one.part.name in held else "",
        )
        for one in shown
    ]


def stations(transmission: Transmission, happened: Iterable[Event]) -> tuple[Station, ...]:
    """到着 → 受け取り → 読み込み, with what has happened and what is still waited for; a way that was cut off ends there."""
    at = {event.type: event.at for event in happened}
    sender, recipient = transmission.sender.party.name, transmission.recipient.party.name
    arrived = Station("到着", f"{sender} から、ハブに届きました", "done", at.get(Step.ACCEPTED))
    if withdrawn := at.get(Step.WITHDRAWN):
        return arrived, Station("取り消し", f"{sender} が、受け取られる前に取り消しました", "stopped", withdrawn)
    if expired := at.get(Step.EXPIRED):
        return arrived, Station("期限切れ", f"{recipient} が受け取らないまま、期限が切れました", "stopped", expired)
    if collected := at.get(Step.COLLECTED):
        taken = Station("受け取り", f"{recipient} が受け取りました", "done", collected)
    elif opened := at.get(Step.OPENED):
        taken = Station(
            "受け取り", f"{recipient} が中身を開きました。受け取りの知らせを待っています", "arrived", opened
        )
    else:
        taken = Station("受け取り", f"{recipient} の受け取りを待っています", "arrived", None)
    return arrived, taken, _last_station(transmission, recipient, at)


def _last_station(transmission: Transmission, recipient: str, at: Mapping[str, datetime]) -> Station:
    if confirmed := at.get(Step.DELETION_CONFIRMED):
        return Station("回収", f"{recipient} が写しを消したことを確かめました", "stopped", confirmed)
    if transmission.recall == Recall.REQUESTED:
        return Station("回収", "回収を求めています。相手の返事を待っています", "failed", at.get(Step.RECALL_REQUESTED))
    if imported := at.get(Step.IMPORTED):
        return Station("読み込み", f"{recipient} の介護ソフトに入りました", "done", imported)
    if failed := at.get(Step.IMPORT_FAILED):
        return Station("読み込み", f"{recipient} の介護ソフトで読み込めませんでした", "failed", failed)
    return Station("読み込み", "まだ読み込まれていません", "arrived", None)
