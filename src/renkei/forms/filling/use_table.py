"""第6表: サービス利用票 for the client, サービス提供票 for the offices, and the month as an office reports it. Pure.

Lines stand by time of day, what is added to a service below it. Services without a time come last.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import Any

from renkei.standard.showing.month_grid import Day, Grid, GridRow, Line, counted, day_of, grid
from renkei.standard.showing.words import wide_kana

from ..rendering import Form
from .choices import certification, choice
from .given import Given, Row
from .services import spoken_service
from .words import day, meaning, month, number, one_line

_DAYS = 31
_ERAS = {"明治": "明", "大正": "大", "昭和": "昭", "平成": "平", "令和": "令"}
# What surely has room in the lowest line of the form, in letters; the height of what is longer is measured.
_SHORT_SERVICE, _SHORT_OFFICE = 20, 28
_SHORT_HEAD = {"client": 14, "kana": 17, "birth": 12, "limit": 7, "limit_from": 10, "limit_until": 10, "short_stay": 2}
# The name of the planning office and of its care manager; less where the client confirms beside it.
_SHORT_PLANNER, _SHORT_PLANNER_FOR_CLIENT = 26, 16
# A text longer than this goes on in another line of the form: no line is higher than a page.
_PIECE = 240
_NO_VISIT = "\u00a0"  # as wide as a figure
_TOLD = 8


def fill(given: Given, for_client: bool = False) -> Form:
    """第6表 of one person and month: 利用票 where it is for the client, else 提供票; of a unit of actuals what an office reports.

    >>> fill(Given(("", ""), ("", ""), ("", ""), "", {}), for_client=True).data["title"]
    '令和　　年　　月分　サービス利用票（兼居宅サービス計画）'
    """
    plan = given.of("UPPLAN")
    actual = given.actual or given.of("UPJSK")
    slip = given.first("UPPLAN") if plan else given.first("UPJSK")
    of_month = slip["target_year_month"]
    planned, done = counted(plan, of_month), counted(actual, of_month)
    sheet = grid([*plan, *actual], of_month)
    name = "サービス利用票（兼居宅サービス計画）" if for_client else "サービス提供票"
    return Form(
        "use-table",
        {
            "label": "第6表",
            "title": f"{month(of_month) or '令和　　年　　月'}分　{name}",
            "direction": _direction(given, for_client),
            "confirmed": for_client,
            "certification": certification(given.first("UPHOSOKU")["certification_status"]),
            "head": _head(given, slip, for_client),
            "days": _days(sheet.days),
            "lines": [
                part
                for row in _ordered(sheet)
                for part in _line(
                    row,
                    given.services.get((of_month, row.line.code)) or spoken_service(row.line.code),
                    planned.get(row.line, Counter()),
                    done.get(row.line, Counter()),
                )
            ],
            "below": _below(plan, actual, of_month),
        },
    )


def _direction(given: Given, for_client: bool) -> str:
    if given.of("UPJSK"):
        return "サービス事業所→居宅介護支援事業所"
    return "居宅介護支援事業者→利用者" if for_client else "居宅介護支援事業者→サービス事業者"


def _head(given: Given, slip: Row, for_client: bool) -> dict[str, Any]:
    known = given.first("UPHOSOKU")
    changed = day(known["care_level_change_date"])
    before = known["previous_care_level"] if changed else known["care_level"]
    planner = slip["care_management_office_number"]
    era, born = _era(day(known["client_birth_date"]))
    stayed = slip["short_stay_days_through_previous_month"] or known["short_stay_days_through_previous_month"]
    head = {
        "insurer": given.person[0],
        "insured": given.person[1],
        "office": one_line(given.offices.get(planner, planner)),
        "manager": one_line(slip["care_manager_name"]),
        "kana": one_line(wide_kana(given.client[1])),
        "client": one_line(given.client[0]),
        "made": day(slip["document_created_date"]),
        "eras": choice(tuple(_ERAS.values()), era),
        "birth": born,
        "sexes": choice(("男", "女"), meaning("sex", known["client_sex"]).removesuffix("性")),
        "level": meaning("care_level", before),
        "level_after": meaning("care_level", known["care_level"]) if changed else "",
        "level_changed": changed,
        "limit": number(known["category_benefit_limit_units"]),
        "limit_from": _month_of(known["benefit_limit_start_date"]),
        "limit_until": _month_of(known["benefit_limit_end_date"]),
        "short_stay": number(stayed),
    }
    planner_room = _SHORT_PLANNER_FOR_CLIENT if for_client else _SHORT_PLANNER
    rooms = _SHORT_HEAD | {"office": planner_room, "manager": planner_room}
    return head | {"long": any(len(head[name]) > room for name, room in rooms.items())}


def _month_of(text: str) -> str:
    told = day(text)
    return month(text[:6]) if told != text else told


def _era(told: str) -> tuple[str, str]:
    """The era as it is circled, and the rest of the day."""
    short = _ERAS.get(told[:2], "")
    return (short, told[2:]) if short else ("", told)


def _days(days: Sequence[Day]) -> dict[str, Any]:
    """Weekdays in a row, and the tone of each of 31 columns: "none" of those that the month lacks."""
    missing = "none" if days else ""
    tones = [one.tone for one in days] + [missing] * (_DAYS - len(days))
    return {"weekdays": "".join(one.weekday for one in days), "tones": tones}


def _ordered(sheet: Grid) -> list[GridRow]:
    """By time of day, add-ons below their service: they have its time and a code behind it; what has no time, such as an
    add-on of the month, stands below the last line of its office and kind."""
    last: dict[tuple[str, str], Line] = {}
    for row in sheet.rows:
        if row.line.time:
            last[_kind(row.line)] = max(last.get(_kind(row.line), row.line), row.line, key=_time)
    return sorted(sheet.rows, key=lambda row: _place(row.line, last))


def _place(line: Line, last: dict[tuple[str, str], Line]) -> tuple[Any, ...]:
    under = line if line.time else last.get(_kind(line), line)
    return *_time(under), *_kind(line), not line.time, line.code, line.equipment


def _kind(line: Line) -> tuple[str, str]:
    return line.office, line.code[:2]


def _time(line: Line) -> tuple[bool, str, str]:
    return (False, line.start, line.end) if line.time else (True, "", "")


def _line(row: GridRow, called: str, planned: Counter[int], done: Counter[int]) -> Iterator[dict[str, Any]]:
    """What one service takes on the form: a line, more where a name is as long as a story."""
    note = "　".join(filter(None, (row.equipment_name, row.note)))
    texts = (called, note, row.office_name)
    for place, (service, said, office) in enumerate(zip_longest(*map(_pieces, texts), fillvalue="")):
        first = place == 0
        yield {
            "time": row.line.time if first else "",
            "service": service,
            "note": said,
            "office": office,
            "long": bool(said) or len(service) > _SHORT_SERVICE or len(office) > _SHORT_OFFICE,
            "planned": _marks(planned if first else Counter()),
            "done": _marks(done if first else Counter()),
        }


def _pieces(text: str) -> list[str]:
    plain = one_line(text)
    return [plain[at : at + _PIECE] for at in range(0, len(plain), _PIECE)] or [""]


def _marks(days: Counter[int]) -> dict[str, Any]:
    """How often on each day: `marks` has a sign a day for counts of one figure, `wide` the other days with theirs."""
    signs = [str(days[day]) if 0 < days[day] < 10 else _NO_VISIT for day in range(1, _DAYS + 1)]
    return {
        "marks": "".join(signs).rstrip(_NO_VISIT),
        "wide": [[day, str(count)] for day, count in sorted(days.items()) if count >= 10],
        "total": str(days.total() or ""),
    }


def _below(plan: Iterable[Row], actual: Iterable[Row], of_month: str) -> list[str]:
    """What has no column: days of other months, which a file may name."""
    said = []
    for name, rows in (("予定", plan), ("実績", actual)):
        days = [row["service_date"] for row in rows if day_of(row, of_month) is None]
        if days:
            told = "、".join(day(one) or one or "日付なし" for one in dict.fromkeys(days[:_TOLD]))
            more = "など" if len(days) > _TOLD else ""
            said.append(f"ほかの月の日付の{name}が{len(days)}行あります（{told}{more}）。表には入れていません。")
    return said
