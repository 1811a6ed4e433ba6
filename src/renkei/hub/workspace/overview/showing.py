"""The page as people read it: its sections in their order, each with its cards and a bar. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from renkei.hub.workspace.overview.bars import Part, bar
from renkei.hub.workspace.overview.rules import RESULTS, Card, Words
from renkei.hub.workspace.overview.services import Count, Month

_SENDING = (Card.TO_SEND, Card.UNOPENED, Card.OPENED, Card.IMPORTED)
_COMING = (Card.ARRIVED, *RESULTS)
_QUESTIONS = (Card.ASKED, Card.ASKING)
_ONLY_IF_ANY = {Card.FAILED, Card.ELSEWHERE, *_QUESTIONS}
# From what is done to what is not begun, as the bars are drawn.
_WAY_OUT = (Card.IMPORTED, Card.OPENED, Card.ELSEWHERE, Card.UNOPENED, Card.FAILED, Card.TO_SEND)
_WAY_BACK = (Card.DONE, Card.DIFFERENT, Card.WAITING)
_GONE = {Card.IMPORTED, Card.OPENED, Card.ELSEWHERE, Card.UNOPENED}


@dataclass(frozen=True)
class Shown:
    """A card with its words and its count."""

    card: Card
    words: Words
    count: Count


@dataclass(frozen=True)
class Section:
    """A part of the page. `bar` draws how far it is, `words` says the same."""

    name: str
    title: str
    cards: Sequence[Shown]
    bar: Sequence[Part] = ()
    words: str = ""


def sections_of(month: Month, *, makes_plans: bool) -> list[Section]:
    """Open questions first, then what an office does first: plans go out and results come in, or the other way round."""
    out = Section(
        "sending",
        "提供票を送る" if makes_plans else "実績を送る",
        _cards(month, (*_SENDING, Card.FAILED, Card.ELSEWHERE), makes_plans),
        _bar(month, _WAY_OUT, makes_plans),
        _words_out(month),
    )
    back = Section(
        "coming",
        "実績をそろえる" if makes_plans else "届いた提供票と、その実績",
        _cards(month, _COMING, makes_plans),
        _bar(month, _WAY_BACK, makes_plans),
        _words_back(month, makes_plans),
    )
    asked = _cards(month, _QUESTIONS, makes_plans)
    questions = [Section("questions", "だれかが返事を待っているもの", asked)] if asked else []
    return [*questions, *((out, back) if makes_plans else (back, out))]


def show(month: Month, card: Card, *, makes_plans: bool) -> Shown:
    """One card of a month."""
    return Shown(card, card.words(makes_plans=makes_plans), month.count(card))


def _cards(month: Month, cards: Sequence[Card], makes_plans: bool) -> list[Shown]:
    shown = [show(month, card, makes_plans=makes_plans) for card in cards]
    return [one for one in shown if one.count.number or one.card not in _ONLY_IF_ANY]


def _bar(month: Month, cards: Sequence[Card], makes_plans: bool) -> list[Part]:
    return bar([(one.card.value, one.words.label, one.count.number) for one in _cards(month, cards, makes_plans)])


def _words_out(month: Month) -> str:
    number = {card: month.count(card).number for card in _WAY_OUT}
    total, gone = sum(number.values()), sum(number[card] for card in _GONE)
    opened = number[Card.OPENED] + number[Card.IMPORTED]
    return f"{total}件のうち {gone}件を渡しました。そのうち {opened}件が開かれています。" if total else ""


def _words_back(month: Month, makes_plans: bool) -> str:
    number = {card: month.count(card).number for card in _WAY_BACK}
    total = sum(number.values())
    end = "の実績が届いています" if makes_plans else "の実績を送りました"
    return f"{total}人分のうち {total - number[Card.WAITING]}人分{end}。" if total else ""
