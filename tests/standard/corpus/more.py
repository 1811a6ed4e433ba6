"""A third way to break rules that the other modules break twice."""

from __future__ import annotations

from ..month import DAY_CARE, HARU, HELPER, MONTH, NAMES, PLANNER, TO_HELPER, files, rows
from ..spoil import added, cell, cells, changed, record_again, renamed, replaced, without_record
from .across import with_again
from .model import NOTICE, SOFT, UNREADABLE, Wrong, also

_NO_SUPPLIER = {"tais_code": "", "equipment_notification_code": ""}


def _one_in_prevention() -> dict[str, bytes]:
    """Use tables to a support centre, of two clients one in prevention."""
    month = rows()
    haru = HARU["insured_person_number"]
    for row in month["UPPLAN"]:
        if row["insured_person_number"] == haru:
            row["service_code"] = {"111111": "631010", "171001": "671001"}[row["service_code"]]
    made = files(month)
    keys = ("UPPLAN", "UPSIKYU", "UPHOSOKU")
    return {NAMES[key].replace(f"{HELPER}_11", f"{HELPER}_46"): made[NAMES[key]] for key in keys}


def _without_rental() -> dict[str, bytes]:
    annex = rows()["UPSIKYU"]
    del annex[6]
    annex[6] |= {"service_units_or_amount": "244", "benefit_management_units": "244", "total_cost_insured": "2696"}
    return files({"UPSIKYU": annex})


MORE_CASES = [
    Wrong("E-NAME-OFFICE", "番号に記号", renamed("UPJSK", HELPER, "13702000-4"), UNREADABLE),
    Wrong("E-NAME-SERVICE", "種類が全角", renamed("UPJSK", "_11_", "_１１_"), UNREADABLE),
    Wrong("E-NAME-SEQUENCE", "連番が15桁", renamed("UPJSK", "090007.", "0900070."), UNREADABLE),
    Wrong("W-NAME-EDITION", "両方が第4.0版", renamed("DLT1KYO", f"43_{HELPER}_11", f"431_{HELPER}_111"), NOTICE),
    Wrong("E-NAME-EXTENSION", "コピーの印", renamed("UPJSK", ".CSV", " (1).txt"), UNREADABLE),
    Wrong("E-NAME-CASE", "先頭だけ大文字", renamed("DLTJSK", ".CSV", ".Csv"), SOFT),
    Wrong("E-NAME-SWAPPED", "計画書の削除の種類が逆", renamed("DLT1KYO", f"43_{HELPER}_11", f"11_{HELPER}_43"), SOFT),
    Wrong(
        "W-NAME-DIRECTION", "サービス事業所どうしの削除", renamed("DLTJSK", f"{PLANNER}_43", f"{PLANNER}_17"), NOTICE
    ),
    Wrong("W-NAME-TIME", "2月30日の連番", renamed("DLT1KYO", "20261126090000", "20260230090000"), NOTICE),
    Wrong("W-NAME-CHECK-DIGIT", "送信元の検査数字", renamed("DLT1KYO", PLANNER, "1370100017"), NOTICE),
    Wrong(
        "E-UNIT-FOREIGN",
        "実績に第2表",
        renamed("UP2KYO", "20261125090007", "20261126090007"),
        SOFT,
        also=also("E-UNIT-MISSING", "E-UNIT-SEQUENCE"),
    ),
    Wrong(
        "W-UNIT-FOREIGN",
        "基本情報に削除",
        renamed("DLTYOBO", "20261126090035", "20261126090014"),
        NOTICE,
        also=also("W-UNIT-DELETES-LATER"),
        together=True,
    ),
    Wrong("E-UNIT-MONTH", "予定だけ前月", renamed("UPPLAN", MONTH, "202611"), also=also("E-CROSS-MONTH")),
    Wrong("E-UNIT-SEQUENCE", "第3表の連番がちがう", renamed("UP3KYO", "090007", "090009"), also=also("E-UNIT-MISSING")),
    Wrong(
        "E-UNIT-OFFICE",
        "第2表の送信先がちがう",
        renamed("UP2KYO", f"{HELPER}_11", f"{DAY_CARE}_15"),
        also=also("E-UNIT-MISSING"),
    ),
    Wrong(
        "W-UNIT-ORDER",
        "古い実績に新しい連番",
        with_again(
            ("UPJSK",), "20270102100000", UPJSK=[row | {"document_created_date": "20261230"} for row in rows()["UPJSK"]]
        ),
        NOTICE,
        also=also("W-UNIT-REPLACED"),
        together=True,
    ),
    Wrong(
        "W-UNIT-PICTURE",
        "基本情報のない写真の名前",
        added(f"UPKIHON_IMAGE_{TO_HELPER}_20261126090014_0009.jpg", lambda: b"\xff\xd8\xff"),
        NOTICE,
    ),
    Wrong("E-CHAR-UTF8", "あとから日本語", changed("UPYOBO", lambda data: data.decode("cp932").encode()), UNREADABLE),
    Wrong("E-CHAR-CONTROL", "改ページ", replaced("UPYOBO", b"\xfb\xfc", b"\x0c"), SOFT, record=1),
    Wrong("E-CSV-EMPTY", "終わりの記号だけ", changed("DLT1KYO", lambda _: b"\x1a"), SOFT, also=also("W-CSV-END")),
    Wrong(
        "E-CSV-UNCLOSED",
        "氏名の引用符が閉じない",
        changed("UPYOBO", lambda data: data.rstrip(b"\r\n,").rstrip(b'"')),
        UNREADABLE,
        1,
    ),
    Wrong("E-CSV-CR", "削除の最後がCR", changed("DLTPLAN", lambda data: data.replace(b"\r\n", b"\r")), SOFT, 1),
    Wrong(
        "E-CSV-HEADER",
        "引用符つきの見出し",
        changed("DLT1KYO", lambda data: '"版","保険者","被保険者","日"\r\n'.encode("cp932") + data),
        SOFT,
        1,
    ),
    Wrong(
        "E-CSV-VERSION-MIXED",
        "第4.0版がまざる",
        cell("UPJSK", 3, "csv_version", "202504"),
        record=3,
        also=also("E-CSV-VERSION"),
    ),
    Wrong(
        "W-CSV-UNQUOTED", "裸の氏名", replaced("UPKIHON", '"ｵﾉﾃﾞﾗ"'.encode("cp932"), "ｵﾉﾃﾞﾗ".encode("cp932")), NOTICE, 1
    ),
    Wrong("W-FIELD-UNUSED", "第7表の識別子", cell("UPSIKYU", 2, "record_identifier_unused", "0"), NOTICE, 2, "識別子"),
    Wrong("W-FIELD-SIGN", "実績の負の単位数", cell("UPJSK", 1, "unit_points", "-5"), NOTICE, 1, "単位数"),
    Wrong("W-FIELD-EQUIPMENT", "予防の特地加算", cells("UPPLAN", 6, service_code="678001", **_NO_SUPPLIER), NOTICE, 6),
    Wrong(
        "W-CODE-SLOT",
        "療養病床の短期入所",
        cells(
            "UPHOSOKU",
            2,
            type_limit_1_service_type_code="23",
            type_limit_1_limit_units="1",
            type_limit_1_total_units="1",
            type_limit_1_excess_units="0",
        ),
        NOTICE,
        2,
    ),
    Wrong(
        "E-CROSS-DAYS",
        "2月30日の印",
        cells("UPJSK", 1, per_diem_days_bitmap="0" * 29 + "10", target_year_month="202602"),
        SOFT,
        1,
        also=also("E-CROSS-MONTH", "E-CROSS-DAY"),
    ),
    Wrong(
        "E-CROSS-TOTAL",
        "2人とも合計がない",
        lambda: files({"UPSIKYU": [row for row in rows()["UPSIKYU"] if row["service_code"] != "999999"]}),
        record=1,
    ),
    Wrong(
        "E-CROSS-TOTAL-OFFICE", "2人目の合計の事業所", cell("UPSIKYU", 8, "service_office_number", DAY_CARE), record=8
    ),
    Wrong(
        "W-CROSS-SUMMARY",
        "合計の割引後単位数",
        cell("UPSIKYU", 8, "discounted_unit_points", "744"),
        NOTICE,
        8,
        "割引後単位数",
    ),
    Wrong("W-CROSS-SAME", "同じ貸与", record_again("UPPLAN", 6), NOTICE, 7),
    Wrong("W-CROSS-TIMES", "貸与の開始だけ時刻", cell("UPPLAN", 6, "service_start_time", "0900"), NOTICE, 6),
    Wrong(
        "W-CROSS-WEEK",
        "曜日だけの行に活動",
        cells(
            "UP3KYO", 2, weekly_service="訪問介護", weekday="1", weekly_service_start="0900", weekly_service_end="1000"
        ),
        NOTICE,
        2,
    ),
    Wrong(
        "W-CROSS-DEPENDENT",
        "2人目の第3表がない",
        lambda: files({key: [*rows()[key], rows()[key][0] | HARU] for key in ("UP1KYO", "UP2KYO", "UPHOSOKU_PLAN")}),
        NOTICE,
        2,
    ),
    Wrong("W-CROSS-RELAY", "2人目だけ予防でない", _one_in_prevention, NOTICE, 1, "被保険者番号"),
    Wrong("W-CROSS-LEVEL", "月末に変わった", cell("UPHOSOKU", 1, "care_level_change_date", "20261231"), NOTICE, 1),
    Wrong(
        "W-CROSS-LIMIT",
        "2人目がこえた",
        cell("UPHOSOKU", 2, "category_benefit_limit_units", "700"),
        NOTICE,
        8,
        sums=True,
    ),
    Wrong("W-CROSS-NOT-BILLED", "第7表に貸与がない", _without_rental, NOTICE, 6, sums=True),
    Wrong("W-CROSS-NOT-PLANNED", "第6表にない通所", without_record("UPPLAN", 3), NOTICE, 2, sums=True),
]
