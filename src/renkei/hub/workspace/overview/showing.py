"""The page as people read it: its sections in their order, each with its cards and a bar. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from renkei.hub.workspace.overview.bars import Part, bar
from renkei.hub.workspace.overview.rules import RESULTS, Card, Words
from renkei.hub.workspace.overview.services import Count, Month

_SENDING = (Card.TO_SEND, Card.UNOPENED, Card.OPENED, Card.IMPORTED)
_SENDING_IF_ANY = (Card.FAILED, Card.ELSEWHERE)
_COMING = (Card.ARRIVED, *RESULTS)
_QUESTIONS = (Card.ASKED, Card.ASKING)


@dataclass(frozen=True)
class Shown:
    """A card with its words and its count."""

    card: Card
    words: Words
    count: Count


@dataclass(frozen=True)
class Section:
    """A part of the page. `bar` draws `done` of `total` in what they count, with `words` for what is done."""

    name: str
    title: str
    cards: Sequence[Shown]
    bar: Sequence[Part] = ()
    done: int = 0
    total: int = 0
    unit: str = ""
    words: str = ""


def sections_of(month: Month, *, makes_plans: bool) -> list[Section]:
    """What an office does first comes first: plans go out and results come in, or the other way round."""

    def shown(*cards: Card) -> list[Shown]:
        return [show(month, card, makes_plans=makes_plans) for card in cards]

    sending = [*shown(*_SENDING), *(one for one in shown(*_SENDING_IF_ANY) if one.count.number)]
    gone = [one for one in sending if one.card not in (Card.TO_SEND, Card.UNOPENED, Card.FAILED)]
    coming = shown(*_COMING)
    there = [one for one in coming if one.card in (Card.DIFFERENT, Card.DONE)]
    out = _section(
        "sending",
        "提供票を送る" if makes_plans else "実績を送る",
        sending,
        (sending, gone),
        ("件", "渡って、開かれています"),
    )
    back = _section(
        "coming",
        "実績をそろえる" if makes_plans else "届いた提供票と、その実績",
        coming,
        ([one for one in coming if one.card in RESULTS], there),
        ("人分", "実績が届いています" if makes_plans else "実績を送りました"),
    )
    asked = [one for one in shown(*_QUESTIONS) if one.count.number]
    questions = [Section("questions", "だれかが返事を待っているもの", asked)] if asked else []
    return [*questions, *((out, back) if makes_plans else (back, out))]


def show(month: Month, card: Card, *, makes_plans: bool) -> Shown:
    """One card of a month."""
    return Shown(card, card.words(makes_plans=makes_plans), month.count(card))


def _section(
    name: str,
    title: str,
    cards: Sequence[Shown],
    drawn: tuple[Sequence[Shown], Sequence[Shown]],
    words: tuple[str, str],
) -> Section:
    whole, done = drawn
    # From what is done to what is not begun: a bar fills from its beginning.
    parts = [(one.card.value, one.words.label, one.count.number) for one in reversed(whole)]
    total = sum(one.count.number for one in whole)
    return Section(name, title, cards, bar(parts), sum(one.count.number for one in done), total, *words)
