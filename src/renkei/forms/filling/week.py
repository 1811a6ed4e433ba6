"""第3表 週間サービス計画表: each service is a box over its minutes, services at the same time stand side by side. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from renkei.forms.rendering import Form

from . import words
from .given import Given
from .weekly import DAYS, MIDNIGHT, Activity, Service, Span, Week, clock, week_of

_LEAST = 30  # minutes that a box takes on paper however short the service is: a line of letters
_SIDE_BY_SIDE = 6  # more boxes than this leave no room for letters


@dataclass(frozen=True, order=True)
class _Piece:
    """What one service takes of one day, as it is drawn."""

    day: int
    start: int
    end: int
    time: str
    name: str


@dataclass(frozen=True)
class _Box:
    """A piece in its lane of `lanes`; several pieces where there are too many to stand side by side.

    Below it nothing is drawn until `free`: letters that have no room in the box may stand there.
    """

    start: int
    end: int
    lane: int
    lanes: int
    services: tuple[dict[str, str], ...]
    free: int = MIDNIGHT


def fill(given: Given) -> Form:
    """第3表 of one person.

    The standard does not say from which month a plan is; it is filled in where the supplement names one.

    >>> fill(Given(("", ""), ("", ""), ("", ""), "", {})).data["days"][0]
    {'name': '月', 'boxes': []}
    """
    rows, supplement = given.of("UP3KYO"), given.first("UPHOSOKU")
    first, month = given.first("UP3KYO"), supplement["target_year_month"]
    data = {
        "client": words.one_line(supplement["client_name"] or given.client[0]),
        "created_on": words.day(first["weekly_plan_created_date"]),
        "month": words.month(month) if month.strip("0") else "",
        "insurer": first["insurer_number"] or given.person[0],
        "insured": first["insured_person_number"] or given.person[1],
        "planned_on": words.day(first["care_plan_creation_or_change_date"]),
        **week_data(week_of(rows)),
    }
    return Form("week", data)


def week_data(week: Week) -> dict[str, Any]:
    """The week itself: boxes of each day, activities, what is not by the week, what has no sure place."""
    pieces = sorted(piece for service in week.services for piece in _pieces(service))
    days = ((name, [piece for piece in pieces if piece.day == day]) for day, name in enumerate(DAYS, start=1))
    return {
        "days": [{"name": name, "boxes": [asdict(box) for box in _with_room(_boxes(name, own))]} for name, own in days],
        "activities": [_activity(one) for one in week.activities],
        "others": list(week.others),
        "unclear": [asdict(one) for one in week.unclear],
    }


def _pieces(service: Service) -> Iterator[_Piece]:
    """A night is drawn on both of its days; the week goes round from 日 to 月."""
    span = service.span
    yield _Piece(service.day, span.start, min(span.end, MIDNIGHT), span.words, service.name)
    if span.end > MIDNIGHT:
        until = span.end - MIDNIGHT
        yield _Piece(service.day % 7 + 1, 0, until, f"前日{clock(span.start)}-{clock(until)}", service.name)


def _boxes(day: str, pieces: list[_Piece]) -> Iterator[_Box]:
    for group in _groups(pieces):
        lanes: list[int] = []  # until when each is taken
        own = []
        for piece in group:
            start, end = _drawn(piece)
            lane = next((place for place, until in enumerate(lanes) if until <= start), len(lanes))
            lanes[lane : lane + 1] = [end]
            own.append(_Box(start, end, lane, 0, (_told(day, piece),)))
        if len(lanes) > _SIDE_BY_SIDE:
            services = tuple(_told(day, piece) for piece in group)
            yield _Box(own[0].start, max(one.end for one in own), 0, 1, services)
        else:
            yield from (_Box(one.start, one.end, one.lane, len(lanes), one.services) for one in own)


def _with_room(boxes: Iterable[_Box]) -> Iterator[_Box]:
    boxes = list(boxes)
    for box in boxes:
        below = [one.start for one in boxes if one.start >= box.end and _share_width(one, box)]
        yield replace(box, free=min(below, default=MIDNIGHT))


def _share_width(one: _Box, other: _Box) -> bool:
    return (
        one.lane * other.lanes < (other.lane + 1) * one.lanes and other.lane * one.lanes < (one.lane + 1) * other.lanes
    )


def _groups(pieces: Iterable[_Piece]) -> list[list[_Piece]]:
    """Pieces that have to share the width of a day, by chains of overlaps on paper."""
    groups: list[list[_Piece]] = []
    until = -1
    for piece in sorted(pieces, key=_drawn):
        start, end = _drawn(piece)
        if start < until:
            groups[-1].append(piece)
        else:
            groups.append([piece])
        until = max(until, end)
    return groups


def _drawn(piece: _Piece) -> tuple[int, int]:
    """From which minute to which the box is: never under the day's end."""
    start = min(piece.start, MIDNIGHT - _LEAST)
    return start, max(piece.end, start + _LEAST)


def _told(day: str, piece: _Piece) -> dict[str, str]:
    return {"day": day, "time": piece.time, "name": piece.name}


def _activity(one: Activity) -> dict[str, Any]:
    """`bars` are the minutes that it takes; a night has two."""
    spans = [Span(one.span.start, min(one.span.end, MIDNIGHT))]
    if one.span.end > MIDNIGHT:
        spans.append(Span(0, one.span.end - MIDNIGHT))
    bars = [asdict(span) for span in spans]
    return {"start": one.span.start, "time": one.span.words, "name": one.name, "bars": bars}
