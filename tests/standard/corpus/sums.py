"""第6表 and 第7表 that do not agree, and limits that are exceeded in silence."""

from __future__ import annotations

from ..month import DAY_CARE, Row, files, rows
from ..older_month import USE_TABLE, older_files
from ..spoil import Files, Spoil, cell, cells, record_again, without_record
from .model import NOTICE, Wrong, also


def _sums(code: str, what: str, spoil: Spoil, record: int, item: str | None = None, *others: str) -> Wrong:
    return Wrong(code, what, spoil, NOTICE, record, item, also(*others), sums=True)


def _annex(**changes: Row) -> Spoil:
    """Other values in some rows of 第7表: r1 is the first. The totals are made to fit by the caller."""

    def spoil() -> Files:
        records = rows()["UPSIKYU"]
        for place, values in changes.items():
            records[int(place[1:]) - 1] |= values
        return files({"UPSIKYU": records})

    return spoil


def _units(units: int, count: int = 1) -> Row:
    return {
        "count_or_days": str(count),
        "service_units_or_amount": str(units),
        "benefit_management_units": str(units),
    }


def _stay(before: str, planned: str, together: str) -> Row:
    return {
        "days_used_through_previous_month": before,
        "planned_days_this_month": planned,
        "cumulative_days": together,
    }


def _rented_twice() -> Files:
    """Two things of one code and different rents in 第6表, the cheaper one twice in 第7表."""
    planned, annex = rows()["UPPLAN"], rows()["UPSIKYU"]
    other = {"tais_code": "00002-000020", "unit_points": "300"}
    planned.append(planned[5] | other)
    again = annex[6] | other | _units(600, 2) | {"total_cost_insured": "6000"}
    annex[6:] = [annex[6], again, annex[7] | _units(1344) | {"total_cost_insured": "13696"}]
    return files({"UPPLAN": planned, "UPSIKYU": annex})


def _type_limit(limit: int, excess: int) -> Row:
    return {
        "type_limit_1_service_type_code": "15",
        "type_limit_1_limit_units": str(limit),
        "type_limit_1_total_units": "713",
        "type_limit_1_excess_units": str(excess),
    }


def _type_limit_not_in_the_annex() -> Files:
    month = rows()
    supplement = [month["UPHOSOKU"][0] | _type_limit(700, 13), month["UPHOSOKU"][1]]
    annex = month["UPSIKYU"]
    annex[4] |= {"units_over_type_limit": "0"}
    annex[3] |= {"units_over_type_limit": "0"}
    return files({"UPHOSOKU": supplement, "UPSIKYU": annex})


def _older(**values: str) -> Spoil:
    def spoil() -> Files:
        planned = rows()["UPPLAN"]
        planned[0] |= values
        return older_files(*USE_TABLE, changed={"UPPLAN": planned})

    return spoil


SUM_CASES = [
    _sums(
        "W-CROSS-LINE",
        "回数を変えて単位数がもとのまま",
        cell("UPSIKYU", 1, "count_or_days", "3"),
        1,
        "サービス単位金額",
        "W-CROSS-COUNT",
    ),
    _sums("W-CROSS-LINE", "割引後単位数とちがう", cell("UPSIKYU", 2, "discounted_unit_points", "600"), 2),
    _sums("W-CROSS-LINE", "1回分だけの単位数", _annex(r1=_units(244, 2), r5=_units(957)), 1),
    _sums("W-CROSS-PART", "小計が明細より多い", _annex(r4=_units(714), r5=_units(1202)), 4, "サービス単位金額"),
    _sums("W-CROSS-PART", "小計に加算が入っていない", _annex(r4=_units(673), r5=_units(1161)), 4),
    _sums(
        "W-CROSS-COUNT",
        "予定をふやして計算していない",
        record_again("UPPLAN", 1, service_date="20261216"),
        1,
        "回数／日数",
    ),
    _sums("W-CROSS-COUNT", "予定をへらして計算していない", without_record("UPPLAN", 2), 1),
    _sums("W-CROSS-COUNT", "第7表の回数が多い", _annex(r1=_units(732, 3), r5=_units(1445)), 1),
    _sums("W-CROSS-UNITS", "第6表の単位数がちがう", cell("UPPLAN", 3, "unit_points", "700"), 2, "単位数"),
    _sums("W-CROSS-UNITS", "第7表の単位数がちがう", _annex(r6=_units(250) | {"unit_points": "250"}, r8=_units(750)), 6),
    _sums("W-CROSS-UNITS", "貸与の値段がちがう", _rented_twice, 7, "サービス単位金額"),
    _sums(
        "W-CROSS-NOT-BILLED", "第7表にない訪問", record_again("UPPLAN", 1, service_code="112111", unit_points="300"), 7
    ),
    _sums(
        "W-CROSS-NOT-BILLED",
        "別の事業所の訪問",
        record_again("UPPLAN", 1, service_office_number=DAY_CARE, service_date="20261216"),
        7,
        "サービスコード",
    ),
    _sums("W-CROSS-NOT-PLANNED", "第6表にない加算", without_record("UPPLAN", 4), 3, "サービスコード"),
    _sums("W-CROSS-NOT-PLANNED", "第6表にない貸与", without_record("UPPLAN", 6), 7),
    _sums("W-CROSS-LIMIT", "こえたと書いていない", cell("UPHOSOKU", 1, "category_benefit_limit_units", "1200"), 5),
    _sums(
        "W-CROSS-LIMIT",
        "こえた単位数が0",
        lambda: files(
            {
                "UPHOSOKU": [row | {"category_benefit_limit_units": "700"} for row in rows()["UPHOSOKU"]],
                "UPSIKYU": [row | {"units_over_category_limit": "0"} for row in rows()["UPSIKYU"]],
            }
        ),
        5,
        "区分支給限度基準超単位",
    ),
    _sums(
        "W-CROSS-TYPE-LIMIT", "枠のこえた単位数が0", cells("UPHOSOKU", 1, **_type_limit(700, 0)), 1, "１限度超単位数"
    ),
    _sums("W-CROSS-TYPE-LIMIT", "第7表のこえた単位数が0", _type_limit_not_in_the_annex, 5, "種類支給限度基準超単位"),
    _sums("W-CROSS-UNITS", "第3版の第6表", _older(unit_points="250"), 1, "単位数", "E-NAME-VERSION"),
    _sums("W-CROSS-COUNT", "第3版の回数", _older(service_count="3"), 1, None, "E-NAME-VERSION"),
    _sums("W-CROSS-STAY", "累積の日数が合わない", _annex(r6=_stay("12", "3", "16")), 6, "累積利用日数"),
    _sums("W-CROSS-STAY", "小計の累積の日数が合わない", _annex(r4=_stay("0", "2", "0")), 4),
]
