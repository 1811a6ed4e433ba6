"""Items, records and files that do not agree."""

from __future__ import annotations

from ..month import DAY_CARE, HARU, HELPER, MONTH, RENTAL, files, rows
from ..spoil import (
    cell,
    cells,
    every,
    record_again,
    renamed,
    without_record,
)
from .model import NOTICE, SOFT, Wrong, also

_OTHER = {"insured_person_number": "0000000009"}

CROSS_CASES = [
    Wrong(
        "E-CROSS-MONTH",
        "予定の月がちがう",
        cells("UPPLAN", 5, target_year_month="202611", service_date="20261130"),
        record=5,
    ),
    Wrong("E-CROSS-MONTH", "実績の名前の月", renamed("UPJSK", MONTH, "202611"), record=1, item="対象年月"),
    Wrong("E-CROSS-MONTH", "削除の月", every("DLTJSK", delete_target_year_month="202611"), record=1),
    Wrong("E-CROSS-SENTINEL", "計画書の補足に月", every("UPHOSOKU_PLAN", target_year_month=MONTH), record=1),
    Wrong(
        "E-CROSS-SENTINEL",
        "計画書の補足に日がない",
        every("UPHOSOKU_PLAN", care_plan_creation_or_change_date="00000000"),
        record=1,
    ),
    Wrong(
        "E-CROSS-SENTINEL",
        "提供票の補足に計画日",
        cell("UPHOSOKU", 1, "care_plan_creation_or_change_date", "20261115"),
        record=1,
    ),
    Wrong(
        "E-CROSS-DAY", "翌月の利用日", cell("UPPLAN", 1, "service_date", "20270102"), record=1, item="サービス利用日"
    ),
    Wrong("E-CROSS-DAY", "実績の前月の日", cell("UPJSK", 2, "service_date", "20261109"), record=2),
    Wrong(
        "E-CROSS-DAYS",
        "11月31日",
        cells("UPPLAN", 1, per_diem_days_bitmap="1" * 31, target_year_month="202611"),
        SOFT,
        1,
        also=also("E-CROSS-MONTH", "E-CROSS-DAY"),
    ),
    Wrong(
        "E-CROSS-SENDER",
        "担当の事業所がちがう",
        every("UPPLAN", care_management_office_number=RENTAL),
        SOFT,
        1,
        "プラン担当業者コード",
    ),
    Wrong(
        "E-CROSS-SENDER",
        "実績の事業所がちがう",
        cell("UPJSK", 1, "service_office_number", DAY_CARE),
        SOFT,
        1,
        "サービス事業者コード",
    ),
    Wrong("E-CROSS-SENDER", "実績の宛先がちがう", cell("UPJSK", 1, "care_management_office_number", RENTAL), SOFT, 1),
    Wrong("E-CROSS-SENDER", "第1表の事業所がちがう", every("UP1KYO", care_management_office_number=RENTAL), SOFT, 1),
    Wrong("E-CROSS-SENDER", "削除の事業所がちがう", every("DLTJSK", service_office_number=RENTAL), SOFT, 1),
    Wrong("E-CROSS-UNRELATED", "宛先のサービスがない人", without_record("UPPLAN", 5), record=5, item="被保険者番号"),
    Wrong("E-CROSS-UNRELATED", "全員が無関係", every("UPPLAN", service_office_number=RENTAL), record=1),
    Wrong("E-CROSS-PARENT", "第2表だけの人", cells("UP2KYO", 3, **_OTHER), SOFT, 3, "被保険者番号"),
    Wrong(
        "E-CROSS-PARENT",
        "第7表だけの人",
        lambda: files({"UPSIKYU": rows()["UPSIKYU"] + [row | _OTHER for row in rows()["UPSIKYU"][5:]]}),
        SOFT,
        9,
    ),
    Wrong("E-CROSS-PARENT", "補足情報だけの人", record_again("UPHOSOKU", 2, **_OTHER), SOFT, 3),
    Wrong("E-CROSS-PARENT", "別表だけの相談", every("UPKIHON_SUB1", consultation_date="20261111"), SOFT, 1),
    Wrong("E-CROSS-DEPENDENT", "補足情報のない人", without_record("UPHOSOKU", 2), SOFT, 5, "被保険者番号"),
    Wrong("E-CROSS-DEPENDENT", "第7表のない人", lambda: files({"UPSIKYU": rows()["UPSIKYU"][:5]}), SOFT, 5),
    Wrong(
        "E-CROSS-DEPENDENT",
        "第2表のない計画",
        every("UP2KYO", care_plan_creation_or_change_date="20261001"),
        SOFT,
        1,
        also=also("E-CROSS-PARENT"),
    ),
    Wrong(
        "W-CROSS-DEPENDENT",
        "第3表のない計画",
        lambda: files(
            {
                "UP1KYO": [*rows()["UP1KYO"], rows()["UP1KYO"][0] | HARU],
                "UP2KYO": [*rows()["UP2KYO"], rows()["UP2KYO"][0] | HARU],
                "UPHOSOKU_PLAN": [*rows()["UPHOSOKU_PLAN"], rows()["UPHOSOKU_PLAN"][0] | HARU],
            }
        ),
        NOTICE,
        2,
    ),
    Wrong(
        "W-CROSS-DEPENDENT",
        "支援計画のない計画書",
        lambda: files({"UPYOBO_SUB": []}),
        NOTICE,
        1,
        also=also("W-CSV-EMPTY"),
    ),
    Wrong("E-CROSS-TWICE", "補足情報が2件", record_again("UPHOSOKU", 1, client_phone=""), SOFT, 3),
    Wrong("E-CROSS-TWICE", "同じ削除が2件", record_again("DLTPLAN", 1), SOFT, 2),
    Wrong("E-CROSS-TOTAL", "合計がない", without_record("UPSIKYU", 8), record=6, item="被保険者番号"),
    Wrong("E-CROSS-TOTAL", "合計が2件", record_again("UPSIKYU", 5), record=9),
    Wrong("E-CROSS-TOTAL-OFFICE", "合計の事業所", cell("UPSIKYU", 5, "service_office_number", HELPER), record=5),
    Wrong(
        "E-CROSS-TOTAL-OFFICE",
        "明細の事業所が9999999999",
        cell("UPSIKYU", 1, "service_office_number", "9999999999"),
        record=1,
    ),
    Wrong(
        "E-CROSS-SUM",
        "給付管理が合わない",
        cell("UPSIKYU", 5, "benefit_management_units", "1202"),
        SOFT,
        5,
        "給付管理単位数",
    ),
    Wrong("E-CROSS-SUM", "費用が合わない", cell("UPSIKYU", 8, "total_cost_insured", "7695"), SOFT, 8),
    Wrong("E-CROSS-SUM", "明細が変わった", cell("UPSIKYU", 1, "service_units_or_amount", "500"), SOFT, 5),
    Wrong("E-CROSS-SUBTOTAL", "小計がない", without_record("UPSIKYU", 4), record=1, also=also("E-CROSS-SUM")),
    Wrong(
        "E-CROSS-SUBTOTAL",
        "小計の事業所がちがう",
        cells("UPSIKYU", 4, service_office_number=HELPER),
        record=1,
        also=also("E-CROSS-SUM"),
    ),
    Wrong("W-CROSS-SUMMARY", "合計の単位数", cell("UPSIKYU", 5, "unit_points", "10"), NOTICE, 5),
    Wrong("W-CROSS-SUMMARY", "小計の割引率", cell("UPSIKYU", 4, "discount_rate", "100"), NOTICE, 4),
    Wrong("W-CROSS-NUMBERS", "第2表の番号の重なり", cell("UP2KYO", 2, "support_no", "1"), NOTICE, 2),
    Wrong("W-CROSS-NUMBERS", "第2表の同じ行", record_again("UP2KYO", 3), NOTICE, 4),
    Wrong("W-CROSS-SAME", "同じ予定", record_again("UPPLAN", 1), NOTICE, 7),
    Wrong("W-CROSS-SAME", "同じ実績", record_again("UPJSK", 3), NOTICE, 4),
    Wrong("W-CROSS-DISCRIMINATOR", "車いす2台", record_again("UPPLAN", 6, tais_code="00002-000020"), NOTICE, 7),
    Wrong(
        "W-CROSS-DISCRIMINATOR",
        "同じ番号の2台",
        lambda: files(
            {
                "UPPLAN": [
                    *rows()["UPPLAN"][:5],
                    *(
                        rows()["UPPLAN"][5] | {"detail_discriminator": "1", "tais_code": tais}
                        for tais in ("00001-000010", "00002-000020")
                    ),
                ]
            }
        ),
        NOTICE,
        7,
    ),
    Wrong("W-CROSS-TIMES", "片方だけ9999", cell("UPPLAN", 1, "service_end_time", "9999"), NOTICE, 1),
    Wrong("W-CROSS-TIMES", "開始だけ9999", cell("UPJSK", 1, "service_start_time", "9999"), NOTICE, 1),
    Wrong("W-CROSS-WEEK", "2種類の内容", cell("UP3KYO", 1, "non_weekly_service", "貸与"), NOTICE, 1),
    Wrong("W-CROSS-WEEK", "何もない行", cell("UP3KYO", 3, "non_weekly_service", ""), NOTICE, 3),
    Wrong("W-CROSS-SERVICE", "名前の種類の行がない", renamed("UPJSK", f"{HELPER}_11", f"{HELPER}_13"), NOTICE),
    Wrong("W-CROSS-SERVICE", "中身が別の種類", every("UPJSK", service_code="131010"), NOTICE),
    Wrong(
        "W-CROSS-SLOT",
        "2番目の枠から",
        cells(
            "UPHOSOKU",
            1,
            type_limit_2_service_type_code="11",
            type_limit_2_limit_units="1",
            type_limit_2_total_units="1",
            type_limit_2_excess_units="0",
        ),
        NOTICE,
        1,
    ),
    Wrong(
        "W-CROSS-SLOT",
        "枠が飛ぶ",
        cells(
            "UPHOSOKU",
            1,
            **{
                f"type_limit_{slot}_{item}": "11"
                for slot in (1, 3)
                for item in ("service_type_code", "limit_units", "total_units", "excess_units")
            },
        ),
        NOTICE,
        1,
    ),
]
