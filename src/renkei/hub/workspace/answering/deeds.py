"""What a form of the answering page asks for, as a change of what is filled in. Pure.

The ticks are read with every deed: nobody loses them by pressing another button first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from renkei.hub.workspace.answering import visits as visiting
from renkei.hub.workspace.answering.visits import Filled, Impossible, Visits

MOST_TEXT = 4000  # characters of a report


class Asked:
    """A posted form. `ticks` are the places that are marked; `text` gives a field, trimmed and cut."""

    def __init__(self, fields: Mapping[str, str], ticks: Sequence[str]) -> None:
        self._fields = fields
        self.ticks = frozenset(int(text) for text in ticks if _is_number(text))

    def text(self, name: str, most: int = 40) -> str:
        return self._fields.get(name, "").replace("\r\n", "\n").strip()[:most]

    def place(self, name: str) -> int:
        """A visit's place. Raises Impossible."""
        text = self.text(name)
        if not _is_number(text):
            raise Impossible("どのサービスかを選んでください。")
        return int(text)

    def time(self, name: str) -> str:
        """HHMM of a time field (HH:MM) or of what somebody typed."""
        return self.text(name).replace(":", "")


def saved(filled: Filled, asked: Asked) -> Filled:
    """The ticks and the report as they stand on the page."""
    return replace(filled, visits=_ticked(filled.visits, asked), report=asked.text("report", MOST_TEXT))


def done(filled: Filled, asked: Asked, deed: str) -> Filled:
    """The same, and what the pressed button says. Raises Impossible for what cannot be."""
    return replace(saved(filled, asked), visits=_after(saved(filled, asked).visits, asked, deed))


def _after(visits: Visits, asked: Asked, deed: str) -> Visits:
    match deed:
        case "all":
            return visiting.as_planned(visits)
        case "finish":
            return visiting.ticked(visits, [place for place, one in enumerate(visits) if one.done])
        case "move":
            return _moved(visits, asked)
        case "put-back":
            return visiting.put_back(visits, asked.place("which"))
        case "remove":
            return visiting.without(visits, asked.place("which"))
        case "add":
            return _added(visits, asked)
    return visits


def _ticked(visits: Visits, asked: Asked) -> Visits:
    """A mark that was never set says nothing yet; one that was taken away says that it did not take place."""
    return tuple(
        replace(one, done=True) if place in asked.ticks else replace(one, done=None if one.done is None else False)
        for place, one in enumerate(visits)
    )


def _moved(visits: Visits, asked: Asked) -> Visits:
    place, count = asked.place("which"), asked.text("count")
    start, end = asked.time("start"), asked.time("end")
    if start or end:
        return visiting.moved(visits, place, start, end, count)
    if count:
        return visiting.counted(visits, place, count)
    raise Impossible("新しい時刻か、回数を入れてください。")


def _added(visits: Visits, asked: Asked) -> Visits:
    day = _day(asked.text("day"))
    start, end = asked.time("new_start"), asked.time("new_end")
    if code := asked.text("code").upper():
        return visiting.added_other(visits, code, asked.text("units"), day, start, end)
    like = asked.place("like")
    if not 0 <= like < len(visits):
        raise Impossible("どのサービスかを選んでください。")
    one = visits[like]
    if one.is_timed and not start and not end:
        start, end = one.row["service_start_time"], one.row["service_end_time"]
    return visiting.added(visits, like, day, start, end, asked.text("new_count") or "1")


def _day(text: str) -> int:
    """The day of a date field (YYYY-MM-DD), or a plain number; whether the month has it is asked later."""
    try:
        return date.fromisoformat(text).day
    except ValueError:
        if _is_number(text):
            return int(text)
        raise Impossible("何日に行ったかを入れてください。") from None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 5
