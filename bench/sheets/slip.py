"""What stands in 第6表 and 第7表 of one person, as plain texts: what the libraries beside ours are given to draw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from renkei.forms.filling.words import day, meaning, month, number
from renkei.standard.showing.words import wide_kana

from .material import MONTH, Person

DAYS = len(MONTH.days)
WEEKDAYS = "".join("月火水木金土日"[one.weekday()] for one in MONTH.days)
# Columns of 第7表: heading and width in percent.
COLUMNS = (
    ("事業所名", 8.0),
    ("事業所番号", 6.0),
    ("サービス内容/種類", 8.0),
    ("サービスコード", 4.3),
    ("単位数", 3.6),
    ("割引後率・単位数", 6.0),
    ("回数", 2.5),
    ("サービス単位/金額", 5.0),
    ("給付管理単位数", 5.0),
    ("種類限度超単位", 4.6),
    ("種類限度内単位", 4.6),
    ("区分限度超単位", 4.6),
    ("区分限度内単位", 4.6),
    ("単位数単価", 4.0),
    ("費用総額", 5.0),
    ("給付率", 3.2),
    ("保険請求額", 5.0),
    ("定額負担単価", 5.0),
    ("利用者負担(保険)", 5.5),
    ("利用者負担(全額)", 5.5),
)
_FIGURES = (
    "count_or_days",
    "service_units_or_amount",
    "benefit_management_units",
    "units_over_type_limit",
    "units_within_type_limit",
    "units_over_category_limit",
    "units_within_category_limit",
    "unit_price_yen",
    "total_cost_insured",
    "benefit_rate_percent",
    "insurance_claim_amount",
    "fixed_copay_unit_amount",
    "copay_insured",
    "copay_full_self_pay",
)
_TOTAL = "9999999999"


@dataclass(frozen=True)
class Line:
    """A service in 第6表: `planned` and `done` have a text a day, empty where there is nothing."""

    time: str
    service: str
    office: str
    planned: tuple[str, ...]
    done: tuple[str, ...]


@dataclass(frozen=True)
class Slip:
    """Both sheets. `annex` has a text a column and row."""

    title: str
    head: Mapping[str, str]
    lines: tuple[Line, ...]
    annex: tuple[tuple[str, ...], ...]


def slip(person: Person) -> Slip:
    """What stands in the sheets of one person."""
    plan, about = person.rows["UPPLAN"], person.rows["UPHOSOKU"][0]
    head = {
        "insurer": about["insurer_number"],
        "insured": about["insured_person_number"],
        "office": person.client.care_manager.name,
        "manager": plan[0]["care_manager_name"],
        "made": day(plan[0]["document_created_date"]),
        "kana": wide_kana(about["client_name_kana"]),
        "client": about["client_name"],
        "birth": day(about["client_birth_date"]),
        "sex": "男" if about["client_sex"] == "1" else "女",
        "level": meaning("care_level", about["care_level"]),
        "limit": number(about["category_benefit_limit_units"]),
        "limit_from": day(about["benefit_limit_start_date"]),
        "limit_until": day(about["benefit_limit_end_date"]),
    }
    annex = tuple(_annex(row) for row in person.rows["UPSIKYU"])
    return Slip(f"{month(MONTH.text)}分 サービス提供票", head, tuple(_lines(person)), annex)


def _lines(person: Person) -> list[Line]:
    counts = [_counted(rows) for rows in (person.rows["UPPLAN"], person.actual)]
    services = sorted({key[:-1] for key in counts[0]})
    lines = []
    for service in services:
        start, end, office, code = service
        planned, done = (tuple(str(count[*service, n] or "") for n in range(1, DAYS + 1)) for count in counts)
        lines.append(
            Line(
                f"{start[:2]}:{start[2:]}～{end[:2]}:{end[2:]}",
                f"{meaning('service_type', code[:2])} {code}",
                office,
                planned,
                done,
            )
        )
    return lines


def _counted(rows: list[dict[str, str]]) -> Counter[tuple[str, str, str, str, int]]:
    return Counter(
        (
            row["service_start_time"],
            row["service_end_time"],
            row["service_office_name"],
            row["service_code"],
            int(row["service_date"][6:]),
        )
        for row in rows
    )


def _annex(row: Mapping[str, str]) -> tuple[str, ...]:
    is_total = row["service_office_number"] == _TOTAL
    code = row["service_code"]
    name = meaning("service_type", code[:2]) + ("合計" if code.endswith("AAAA") else "")
    return (
        *(("合計", "", "", "") if is_total else (row["service_office_name"], row["service_office_number"], name, code)),
        number(row["unit_points"]),
        f"{row['discount_rate']} {number(row['discounted_unit_points'])}".strip(),
        *(number(row[figure]) for figure in _FIGURES),
    )
