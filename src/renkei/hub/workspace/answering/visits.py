"""The visits of one person's month: what the slip plans, and what somebody says became of it. Pure.

What goes out is the record of the plan with what was changed in it, so that nothing that the care manager wrote is lost.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from renkei.standard import values
from renkei.standard.comparing import UNTIMED, reconcile
from renkei.standard.showing.month_grid import days_of

Row = Mapping[str, str]
Key = tuple[str, ...]
MOST_COUNT = 99  # the item has two digits
MOST_VISITS = 2000  # of one person in a month: what is more is a mistake
_TIME = re.compile(r"([01][0-9]|2[0-3])[0-5][0-9]", re.ASCII)
_END = re.compile(rf"{_TIME.pattern}|2400", re.ASCII)
_CODE = re.compile(values.FORMS["service_code"].pattern)
_WHERE_AND_WHEN = ("service_date", "service_start_time", "service_end_time", "service_count")
_OF_A_THING = ("tais_code", "equipment_notification_code", "equipment_name", "detail_discriminator")


class Impossible(ValueError):
    """What somebody typed cannot be; the text says so in words."""


@dataclass(frozen=True)
class Visit:
    """One line of 第6表 on one day. `planned` is the plan's record, None for a visit that is in no plan.

    `row` is the record as it goes out. `done` is None as long as nobody has said whether it took place. `note` stays here.
    """

    row: Row
    planned: Row | None
    done: bool | None = None
    note: str = ""

    @property
    def is_timed(self) -> bool:
        """False for what has no time, as 福祉用具貸与 or an add-on of the month."""
        return (self.row["service_start_time"], self.row["service_end_time"]) != UNTIMED

    @property
    def is_changed(self) -> bool:
        """Whether it took place otherwise than planned."""
        return self.planned is not None and any(self.row[name] != self.planned[name] for name in _WHERE_AND_WHEN)


Visits = tuple[Visit, ...]


@dataclass(frozen=True)
class Filled:
    """What the body of an answer says: whose it is, the visits, and the report of the month in somebody's words."""

    insurer: str
    insured: str
    name: str
    kana: str
    visits: Visits
    report: str = ""


def begun(plan: Iterable[Row]) -> Visits:
    """The visits of a plan, of which nobody has said anything yet, in the order of days and times."""
    return _ordered(Visit(row, row) for row in plan)


def brought_up_to(visits: Iterable[Visit], plan: Iterable[Row]) -> Visits:
    """The same visits under a newer plan: what was said of a visit stays with it.

    A visit that the plan has no more goes, unless it took place: then it is one outside the plan.
    """
    waiting: dict[Key, list[Visit]] = {}
    extra = []
    for one in visits:
        if one.planned is None:
            extra.append(one)
        else:
            waiting.setdefault(_key(one.planned), []).append(one)
    found = []
    for row in plan:
        known = waiting.get(_key(row))
        before = known.pop(0) if known else None
        found.append(_under(before, row) if before else Visit(row, row))
    gone = [one for left in waiting.values() for one in left if one.done]
    return _ordered([*found, *extra, *(replace(one, planned=None) for one in gone)])


def ticked(visits: Sequence[Visit], places: Collection[int]) -> Visits:
    """Those at these places took place, the others did not."""
    return tuple(replace(one, done=place in places) for place, one in enumerate(visits))


def as_planned(visits: Sequence[Visit]) -> Visits:
    """All that nobody has said anything of yet took place as planned."""
    return tuple(replace(one, done=True) if one.done is None else one for one in visits)


def said(visits: Sequence[Visit], place: int, done: bool | None, note: str) -> Visits:
    """What somebody says of one visit. Raises Impossible for a place that there is not."""
    _at(visits, place)
    return tuple(replace(one, done=done, note=note) if n == place else one for n, one in enumerate(visits))


def moved(visits: Sequence[Visit], place: int, start: str, end: str, count: str = "") -> Visits:
    """The visit took place from `start` to `end` (HHMM); `count` times, where one is given.

    Add-ons of the same visit go with it: they carry its time (layout annex, 第6表). Raises Impossible.
    """
    one = _at(visits, place)
    if not one.is_timed:
        raise Impossible("時間の定めのないサービスです。時間は変えられません。")
    _check_times(start, end)
    times = {"service_start_time": start, "service_end_time": end}
    before = _times(one.row)
    found = []
    for n, other in enumerate(visits):
        goes_along = other.row["service_date"] == one.row["service_date"] and _times(other.row) == before
        if n == place:
            fresh = {**other.row, **times} | ({"service_count": _count(count)} if count else {})
            found.append(replace(other, row=fresh, done=True))
        elif goes_along and other.done is not False:
            found.append(replace(other, row={**other.row, **times}, done=True))
        else:
            found.append(other)
    return tuple(found)


def counted(visits: Sequence[Visit], place: int, count: str) -> Visits:
    """The visit took place so many times that day. Raises Impossible."""
    one = _at(visits, place)
    fresh = replace(one, row={**one.row, "service_count": _count(count)}, done=True)
    return tuple(fresh if n == place else other for n, other in enumerate(visits))


def added(visits: Sequence[Visit], like: int, day: int, start: str, end: str, count: str = "1") -> Visits:
    """One more visit, of the service at the place `like`, on a day of the month. Raises Impossible."""
    one = _at(visits, like)
    _require_room(visits)
    fresh = _on(one.row, day) | {"service_count": _count(count)}
    if one.is_timed:
        _check_times(start, end)
        fresh |= {"service_start_time": start, "service_end_time": end}
    return _ordered([*visits, Visit(fresh, None, done=True)])


def added_other(visits: Sequence[Visit], code: str, units: str, day: int, start: str, end: str) -> Visits:
    """One more visit, of a service of the same type that the slip does not have. `start` "" is one without a time.

    Raises Impossible.
    """
    one = _at(visits, 0)
    _require_room(visits)
    if not _CODE.fullmatch(code) or code[:2] != one.row["service_code"][:2]:
        raise Impossible(f"サービスコードは6文字で、はじめの2文字は {one.row['service_code'][:2]} です。")
    if not (units.isdecimal() and units.isascii() and len(units) <= 6):
        raise Impossible("単位数は、6桁までの数字です。")
    if start or end:
        _check_times(start, end)
    fresh = _on(one.row, day) | dict.fromkeys(_OF_A_THING, "") | {"per_diem_days_bitmap": "", "service_count": "1"}
    times = (start, end) if start else UNTIMED
    fresh |= {"service_code": code, "unit_points": units, "over_30_days_flag": "0"}
    fresh |= {"service_start_time": times[0], "service_end_time": times[1]}
    return _ordered([*visits, Visit(fresh, None, done=True)])


def without(visits: Sequence[Visit], place: int) -> Visits:
    """Take away a visit that is in no plan. Raises Impossible for a planned one: that is answered instead."""
    if _at(visits, place).planned is not None:
        raise Impossible("予定にあるサービスは消せません。行わなかったときは、印を外してください。")
    return tuple(one for n, one in enumerate(visits) if n != place)


def put_back(visits: Sequence[Visit], place: int) -> Visits:
    """As it was planned again, times and all. Raises Impossible."""
    one = _at(visits, place)
    if one.planned is None:
        raise Impossible("予定にないサービスです。")
    fresh = replace(one, row=one.planned)
    return tuple(fresh if n == place else other for n, other in enumerate(visits))


def records_of(visits: Iterable[Visit], made_on: str, office: str) -> list[dict[str, str]]:
    """The records of 実績 for the visits that took place; `made_on` is YYYYMMDD, `office` the service office's number.

    The version is that of today: `records.write` fills it in.
    """
    said_by = {"document_created_date": made_on, "updated_by_office_number": office, "service_office_number": office}
    rows = [{**one.row, **said_by} for one in visits if one.done]
    for row in rows:
        row.pop("csv_version", None)
    return rows


@dataclass(frozen=True)
class Totals:
    """Visits: planned, done, of which nobody has said yet, and that went otherwise than planned."""

    planned: int
    done: int
    open: int
    differing: int


def totals(visits: Sequence[Visit]) -> Totals:
    """What pages count, without opening anything. As long as something is open, only what was said can differ."""
    said_of = [one for one in visits if one.done is not None]
    results = reconcile([one.planned for one in said_of if one.planned], [one.row for one in said_of if one.done])
    return Totals(
        planned=sum(one.planned is not None for one in visits),
        done=sum(one.done is True for one in visits),
        open=len(visits) - len(said_of),
        differing=sum(len(result.differences) for result in results),
    )


def as_json(visits: Iterable[Visit]) -> list[dict[str, Any]]:
    """For the body of an answer."""
    return [{"row": one.row, "planned": one.planned, "done": one.done, "note": one.note} for one in visits]


def from_json(found: Iterable[Mapping[str, Any]]) -> Visits:
    """The other way."""
    return tuple(Visit(**one) for one in found)


def _under(visit: Visit, row: Row) -> Visit:
    """What was said of a visit, with the newer record of the same visit beneath it."""
    changes = {name: visit.row[name] for name in _WHERE_AND_WHEN if visit.is_changed}
    return replace(visit, row={**row, **changes}, planned=row)


def _require_room(visits: Sequence[Visit]) -> None:
    if len(visits) >= MOST_VISITS:
        raise Impossible(f"1人に入れられるサービスは、{MOST_VISITS:,}回までです。")


def _on(row: Row, day: int) -> dict[str, str]:
    month = row["target_year_month"]
    if f"{month}{day:02}" not in _days(month):
        raise Impossible("その月にない日です。")
    return {**row, "service_date": f"{month}{day:02}"}


def _days(month: str) -> frozenset[str]:
    return frozenset(f"{month}{day.number:02}" for day in days_of(month))


def _check_times(start: str, end: str) -> None:
    if not _TIME.fullmatch(start) or not _END.fullmatch(end):
        raise Impossible("時刻は、0930 のように4桁で入れてください。")
    if start == end:
        raise Impossible("始まりと終わりが同じ時刻です。")


def _count(text: str) -> str:
    if not (text.isascii() and text.isdecimal() and 0 < int(text) <= MOST_COUNT):
        raise Impossible(f"回数は、1から{MOST_COUNT}までの数字です。")
    return str(int(text))


def _at(visits: Sequence[Visit], place: int) -> Visit:
    if not 0 <= place < len(visits):
        raise Impossible("そのサービスは、もうありません。いまの様子を見てください。")
    return visits[place]


def _times(row: Row) -> tuple[str, str]:
    return row["service_start_time"], row["service_end_time"]


def _key(row: Row) -> Key:
    thing = row.get("tais_code") or row.get("equipment_notification_code") or ""
    return (*_place(row), thing, row.get("detail_discriminator", ""), row.get("satellite_branch_no", ""))


def _place(row: Row) -> Key:
    return row["service_date"], row["service_start_time"], row["service_end_time"], row["service_code"]


def _ordered(visits: Iterable[Visit]) -> Visits:
    return tuple(sorted(visits, key=lambda one: _key(one.row)))
