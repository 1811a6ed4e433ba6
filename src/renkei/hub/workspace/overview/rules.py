"""What a month is counted by, and where each unit counts. Pure, no database.

A unit stands under one card of its way (`card_of`), and besides under one of the questions while somebody waits for an
answer about it (`question_of`).
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from renkei.hub.exchange.presenting import Direction
from renkei.hub.exchange.rules import Change, Recall, Standing, State
from renkei.hub.workspace.partners.services import Address


@dataclass(frozen=True)
class Words:
    """What a card says: its name, what to do about it now, the shape beside it, and what it counts."""

    label: str
    hint: str
    icon: str
    unit: str = "件"


class Card(StrEnum):
    """One count of the page. Those of `RESULTS` count a person at one partner (人分), all others units (件)."""

    TO_SEND = "to-send"
    UNOPENED = "unopened"
    OPENED = "opened"
    IMPORTED = "imported"
    FAILED = "failed"
    ELSEWHERE = "elsewhere"
    ARRIVED = "arrived"
    WAITING = "waiting"
    DIFFERENT = "different"
    DONE = "done"
    ASKED = "asked"
    ASKING = "asking"

    def words(self, *, makes_plans: bool) -> Words:
        """As an office reads it that makes plans, or one that serves."""
        return _WORDS[self] if makes_plans else _FOR_SERVERS.get(self, _WORDS[self])


IN_OUTBOX = (Card.TO_SEND, Card.ELSEWHERE)
RESULTS = (Card.WAITING, Card.DIFFERENT, Card.DONE)

_WORDS = {
    Card.TO_SEND: Words("まだ送っていない", "渡す前のものです。「送るもの」のページで、確かめて送ります。", "arrived"),
    Card.UNOPENED: Words(
        "送って、まだ開かれていない", "急ぐものは、電話で「送りました」と伝えると確かです。", "arrived"
    ),
    Card.OPENED: Words("開かれた・受け取られた", "相手が中身を見たか、受け取ったものです。", "taken"),
    Card.IMPORTED: Words("読み込まれた", "相手の介護ソフトに入りました。することはありません。", "done"),
    Card.FAILED: Words(
        "届かなかった・読み込まれなかった", "開いて理由を見て、直したものをもう一度送ってください。", "failed"
    ),
    Card.ELSEWHERE: Words(
        "ほかのやり方で渡した",
        "ファクスや国の仕組みなどで渡したものです。開かれたかは、ここでは分かりません。",
        "taken",
    ),
    Card.ARRIVED: Words("届いて、まだ開いていない", "開いて中身を見るか、介護ソフトで受け取ってください。", "arrived"),
    Card.WAITING: Words("実績待ち", "予定があり、実績がまだ届いていない人です。", "arrived", "人分"),
    Card.DIFFERENT: Words("予定とちがう", "実績が届き、予定とちがうところがある人です。", "failed", "人分"),
    Card.DONE: Words("済み", "実績が届き、予定どおりだった人です。", "done", "人分"),
    Card.ASKED: Words("返事をするもの", "相手が、こちらの返事を待っています。開いて、返事をしてください。", "failed"),
    Card.ASKING: Words("返事を待つもの", "こちらから頼んで、相手の返事を待っているものです。", "arrived"),
}
_FOR_SERVERS = {
    Card.WAITING: Words("実績を送っていない", "提供票が届き、実績をまだ送っていない人です。", "arrived", "人分"),
    Card.DIFFERENT: Words("予定とちがう", "送った実績に、予定とちがうところがある人です。", "failed", "人分"),
    Card.DONE: Words("済み", "実績を送り、予定どおりだった人です。", "done", "人分"),
}


@dataclass(frozen=True)
class Mail:
    """One unit of a month on this hub. `partner` is the other end; `is_replaced`: newer ones are about all of its people."""

    id: uuid.UUID
    direction: Direction
    partner: Address
    kind: str
    standing: Standing
    accepted_at: datetime
    is_opened: bool = False
    is_replaced: bool = False


def card_of(mail: Mail) -> Card | None:
    """Where a unit counts; None for what is over, and for what was received and opened."""
    state, recall = mail.standing.state, mail.standing.recall
    if mail.is_replaced or state is State.WITHDRAWN or recall in {Recall.REQUESTED, Recall.CONFIRMED}:
        return None
    if mail.direction is Direction.RECEIVED:
        return Card.ARRIVED if state is State.ACCEPTED and not mail.is_opened else None
    if state is State.ACCEPTED and not mail.is_opened:
        return Card.UNOPENED
    if state in {State.EXPIRED, State.IMPORT_FAILED}:
        return Card.FAILED
    return Card.IMPORTED if state is State.IMPORTED else Card.OPENED


def question_of(mail: Mail) -> Card | None:
    """Who waits for an answer about a unit: the partner (ASKED), we (ASKING), or nobody."""
    standing, is_received = mail.standing, mail.direction is Direction.RECEIVED
    if standing.is_over:
        return None
    if standing.recall is Recall.REQUESTED:
        return Card.ASKED if is_received else Card.ASKING
    if standing.change not in {Change.BY_SENDER, Change.BY_RECIPIENT}:
        return None
    return Card.ASKED if (standing.change is Change.BY_SENDER) == is_received else Card.ASKING


def cards_of(mail: Mail) -> list[Card]:
    """All cards under which a unit stands."""
    return [card for card in (card_of(mail), question_of(mail)) if card]
