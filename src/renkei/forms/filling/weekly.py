"""The records of 第3表 as a week: services and activities with their minutes, and beside them what has no sure place. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Row = Mapping[str, str]
DAYS = "月火水木金土日"
MIDNIGHT = 24 * 60  # minutes


@dataclass(frozen=True, order=True)
class Span:
    """From when to when, in minutes since midnight; `end` is over 24 hours where it is on the next day."""

    start: int
    end: int

    @property
    def words(self) -> str:
        """As care managers write it; one time for what takes no time.

        >>> Span(570, 630).words, Span(1320, 1800).words, Span(420, 420).words, Span(0, 1440).words
        ('9:30-10:30', '22:00-翌6:00', '7:00', '0:00-24:00')
        """
        if self.start == self.end:
            return clock(self.start)
        return f"{clock(self.start)}-{'翌' if self.end > MIDNIGHT else ''}{clock(_of_day(self.end))}"


@dataclass(frozen=True, order=True)
class Service:
    """A service of each week: the day is 1 (月) to 7 (日)."""

    day: int
    span: Span
    name: str


@dataclass(frozen=True, order=True)
class Activity:
    """What the person does each day."""

    span: Span
    name: str


@dataclass(frozen=True)
class Unclear:
    """A record whose day or time is none: both as they were written."""

    day: str
    time: str
    name: str


@dataclass(frozen=True)
class Week:
    """One person's week; each thing once, in the order of the clock. `others` are services that are not by the week."""

    services: tuple[Service, ...]
    activities: tuple[Activity, ...]
    others: tuple[str, ...]
    unclear: tuple[Unclear, ...]


def week_of(rows: Iterable[Row]) -> Week:
    """The week that the records of UP3KYO make; a record may be of several sorts.

    >>> row = {"weekly_service": "訪問介護", "weekday": "1", "weekly_service_start": "0930", "weekly_service_end": "1000"}
    >>> week_of([row]).services
    (Service(day=1, span=Span(start=570, end=600), name='訪問介護'),)
    """
    rows = list(rows)
    found = [one for row in rows for one in (_service(row), _activity(row)) if one]
    return Week(
        services=tuple(sorted({one for one in found if isinstance(one, Service)})),
        activities=tuple(sorted({one for one in found if isinstance(one, Activity)})),
        others=tuple(dict.fromkeys(text for row in rows if (text := row.get("non_weekly_service", "").strip()))),
        unclear=tuple(dict.fromkeys(one for one in found if isinstance(one, Unclear))),
    )


def clock(minutes: int) -> str:
    """9:30 of 570; midnight at a day's end stays 24:00."""
    return f"{minutes // 60}:{minutes % 60:02}"


def _of_day(minutes: int) -> int:
    return minutes - MIDNIGHT if minutes > MIDNIGHT else minutes


def _service(row: Row) -> Service | Unclear | None:
    name, day, start, end = _items(row, "weekly_service", "weekday", "weekly_service_start", "weekly_service_end")
    if not (name or day or start or end):
        return None
    span = _span(start, end)
    if span and len(day) == 1 and day in "1234567":
        return Service(int(day), span, name)
    return Unclear(f"{DAYS[int(day) - 1]}曜日" if day in [*"1234567"] else day, _as_written(start, end), name)


def _activity(row: Row) -> Activity | Unclear | None:
    name, start, end = _items(row, "daily_activity", "daily_activity_start", "daily_activity_end")
    if not (name or start or end):
        return None
    span = _span(start, end)
    return Activity(span, name) if span else Unclear("毎日", _as_written(start, end), name)


def _items(row: Row, *items: str) -> list[str]:
    return [row.get(item, "").strip() for item in items]


def _span(start: str, end: str) -> Span | None:
    """None for what is no time: 2500, 9999, text. An end before its start is on the next day."""
    first, last = _minutes(start), _minutes(end)
    if first is None or last is None or first == MIDNIGHT:
        return None
    return Span(first, last if last >= first else last + MIDNIGHT)


def _minutes(text: str) -> int | None:
    if len(text) != 4 or not (text.isascii() and text.isdecimal()):
        return None
    minutes = int(text[:2]) * 60 + int(text[2:])
    return minutes if int(text[2:]) < 60 and minutes <= MIDNIGHT else None


def _as_written(start: str, end: str) -> str:
    return start if start == end else f"{start}-{end}"
