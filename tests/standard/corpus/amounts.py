"""Rates, times, units and yen that no honest record has."""

from __future__ import annotations

from ..month import rows
from ..spoil import Spoil, cell, cells
from .model import NOTICE, Wrong


def _yen(cost: str, rate: str, claim: str, copay: str) -> dict[str, str]:
    return {
        "total_cost_insured": cost,
        "benefit_rate_percent": rate,
        "insurance_claim_amount": claim,
        "copay_insured": copay,
    }


def _line(record: int, *yen: str) -> Spoil:
    return cells("UPSIKYU", record, **_yen(rows()["UPSIKYU"][record - 1]["total_cost_insured"], *yen))


AMOUNT_CASES = [
    Wrong("W-FIELD-RATE", "割引後率", cell("UPSIKYU", 1, "discount_rate", "105"), NOTICE, 1, "割引後率"),
    Wrong("W-FIELD-RATE", "給付率", cell("UPSIKYU", 1, "benefit_rate_percent", "900"), NOTICE, 1, "給付率"),
    Wrong("W-FIELD-RATE", "小数のある給付率", cell("UPSIKYU", 4, "benefit_rate_percent", "101.0"), NOTICE, 4, "給付率"),
    Wrong(
        "W-CROSS-DURATION",
        "予定",
        cells("UPPLAN", 1, service_start_time="0930", service_end_time="0930"),
        NOTICE,
        1,
        "サービス終了時刻",
    ),
    Wrong("W-CROSS-DURATION", "実績", cells("UPJSK", 2, service_start_time="1000", service_end_time="1000"), NOTICE, 2),
    Wrong("W-CROSS-DURATION", "0時", cells("UPPLAN", 2, service_start_time="0000", service_end_time="0000"), NOTICE, 2),
    Wrong("W-CROSS-NO-UNITS", "予定", cell("UPPLAN", 1, "unit_points", "0"), NOTICE, 1, "単位数"),
    Wrong("W-CROSS-NO-UNITS", "桁をそろえた0の実績", cell("UPJSK", 1, "unit_points", "000000"), NOTICE, 1, "単位数"),
    Wrong("W-CROSS-NO-UNITS", "第7表の明細", cell("UPSIKYU", 1, "unit_points", "0"), NOTICE, 1, "単位数"),
    Wrong("W-CROSS-RATE", "9割が8割", _line(1, "90", "4313", "1079"), NOTICE, 1, "保険／事業費請求額"),
    Wrong("W-CROSS-RATE", "負担と入れかわる", _line(1, "90.0", "540", "4852"), NOTICE, 1, "保険／事業費請求額"),
    Wrong("W-CROSS-RATE", "小計の給付率がちがう", _line(4, "80", "6852", "762"), NOTICE, 4),
    Wrong("W-CROSS-COPAY", "請求額と負担で費用をこえる", _line(1, "90", "4852", "5392"), NOTICE, 1),
    Wrong("W-CROSS-COPAY", "給付率のない行", _line(1, "", "4852", "1079"), NOTICE, 1),
    Wrong("W-CROSS-COPAY", "小計の2割の負担", _line(4, "90", "6852", "1523"), NOTICE, 4),
]
