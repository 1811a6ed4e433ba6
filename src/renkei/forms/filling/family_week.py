"""第3表 for the person and the family: what comes when, from which office, whom to call. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from renkei.forms.rendering import Form

from . import words
from .given import Given
from .service_sorts import OTHER, plain, sort_of
from .weekly import DAYS, MIDNIGHT, Service, Span, week_of

_NOON = 12 * 60
_LEAST_CONTACTS = 4  # rows, empty ones to write in


@dataclass(frozen=True)
class _Office:
    number: str
    name: str


@dataclass(frozen=True)
class _Support:
    """One line of 第2表: what is done, and by which office."""

    content: str
    sort: str
    office: _Office


def fill(given: Given, phones: Mapping[str, str] | None = None) -> Form:
    """The week of one person in plain words; `phones` are telephone numbers by the office's number or name.

    第3表 names no offices. They come from 第2表: where it has the same service, or else one office alone of the same sort
    (`guessed`, which the paper says).

    >>> fill(Given(("", ""), ("", ""), ("", ""), "", {})).data["days"][0]
    {'name': '月', 'visits': []}
    """
    week, supplement = week_of(given.of("UP3KYO")), given.first("UPHOSOKU")
    plan, month = _plan(given), supplement["target_year_month"]
    visits = [(service, *_office_of(service, plan)) for service in week.services]
    data = {
        "blank": not given.of("UP3KYO"),
        "client": words.one_line(supplement["client_name"] or given.client[0]),
        "created_on": words.day(given.first("UP3KYO")["weekly_plan_created_date"]),
        "month": words.month(month) if month.strip("0") else "",
        "days": [
            {"name": name, "visits": [_visit(*one[:2]) for one in visits if one[0].day == day]}
            for day, name in enumerate(DAYS, start=1)
        ],
        "guessed": any(guessed for _, _, guessed in visits),
        "activities": [{"time": _time(one.span), "name": one.name} for one in week.activities],
        "others": list(week.others),
        "unclear": [" ".join(part for part in (one.day, one.time, one.name) if part) for one in week.unclear],
        "contacts": _contacts(given, plan, phones or {}),
    }
    return Form("family-week", data)


def _plan(given: Given) -> list[_Support]:
    found = []
    for row in given.of("UP2KYO"):
        content, sort, name, number = (
            row.get(item, "").strip()
            for item in ("service_content", "service_type_name", "service_office_name", "service_office_number")
        )
        if name or number:
            known = name or given.offices.get(number, number)
            found.append(_Support(content, sort, _Office(number, known)))
    return found


def _office_of(service: Service, plan: list[_Support]) -> tuple[str, bool]:
    """The office's name, and whether its sort alone says that it is this one; no name where none or several fit."""
    name, sort = plain(service.name), sort_of(service.name)
    same = {one.office for one in plan if name and name in (plain(one.content), plain(one.sort))}
    alike = {one.office for one in plan if sort is not OTHER and sort in (sort_of(one.sort), sort_of(one.content))}
    if len(fitting := same or alike) != 1:
        return "", False
    return next(iter(fitting)).name, fitting is not same


def _visit(service: Service, office: str) -> dict[str, Any]:
    sort, name = sort_of(service.name), service.name
    said = (name or sort.words, "") if sort is OTHER else (sort.words, name)
    return {"time": _time(service.span), "sort": sort.name, "words": said[0], "name": said[1], "office": office}


def _time(span: Span) -> dict[str, Any]:
    """From when to when as people say it; `until` is None for what takes no time."""
    until = None if span.end == span.start else _said(span.end)
    return {"from": _said(span.start), "until": until}


def _said(minutes: int) -> dict[str, str]:
    """午後 4:25; the next day's times are told as such.

    >>> _said(985), _said(750)["half"], _said(1440), _said(1800)["half"]
    ({'half': '午後', 'clock': '4:25'}, '昼', {'half': '夜', 'clock': '12:00'}, '次の日の午前')
    """
    if minutes == MIDNIGHT:
        return {"half": "夜", "clock": "12:00"}
    if minutes > MIDNIGHT:
        said = _said(minutes - MIDNIGHT)
        return said | {"half": f"次の日の{said['half']}"}
    hour, minute = divmod(minutes, 60)
    half = "午前" if minutes < _NOON else "昼" if hour == 12 else "午後"
    return {"half": half, "clock": f"{hour - 12 if hour > 12 else hour}:{minute:02}"}


def _contacts(given: Given, plan: list[_Support], phones: Mapping[str, str]) -> list[dict[str, str]]:
    """The care manager first, then each office of the plan once; without a known number there is room to write it."""
    first = given.first("UP1KYO")
    number = first["care_management_office_number"] or given.sender[0]
    name = first["care_management_office_name"] or given.offices.get(number, "")
    manager = " ".join(part for part in (name, first["care_manager_name"]) if part)
    found = [_contact("ケアマネジャー", manager, _Office(number, name), phones)]
    for office in dict.fromkeys(one.office for one in plan):
        sorts = dict.fromkeys(one.sort or one.content for one in plan if one.office == office)
        found.append(_contact("・".join(filter(None, sorts)), office.name, office, phones))
    room = [_contact("", "", _Office("", ""), {})] * (_LEAST_CONTACTS - len(found))
    return found + room


def _contact(role: str, name: str, office: _Office, phones: Mapping[str, str]) -> dict[str, str]:
    return {"role": role, "name": name, "phone": phones.get(office.number) or phones.get(office.name) or ""}
