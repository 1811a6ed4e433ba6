"""Wrong files: what is spoilt, the codes that must be found (and no others), the place, the severity by role."""

from __future__ import annotations

from dataclasses import dataclass, field

from .month import DAY_CARE, HARU, HELPER, MONTH, NAMES, RENTAL, TABLE_SEQUENCE, TO_HELPER, files, rows
from .spoil import (
    Spoil,
    added,
    cell,
    cells,
    changed,
    every,
    record_again,
    renamed,
    replaced,
    without,
    without_record,
)

ERROR, WARNING = "error", "warning"
# Severity as sender, hub and recipient.
STANDARD = (ERROR, ERROR, WARNING)  # the standard says so, and the file can still be read
UNREADABLE = (ERROR, ERROR, ERROR)
SOFT = (ERROR, WARNING, WARNING)  # inferred, or our convention
NOTICE = (WARNING, WARNING, WARNING)


@dataclass(frozen=True)
class Wrong:
    """`record` and `item` say the place of the first finding with this code; `also` lists what follows from it."""

    code: str
    what: str
    spoil: Spoil
    severity: tuple[str, str, str] = STANDARD
    record: int | None = None
    item: str | None = None
    also: frozenset[str] = field(default_factory=frozenset)

    def __str__(self) -> str:
        return f"{self.code}-{self.what}"


def _also(*codes: str) -> frozenset[str]:
    return frozenset(codes)


_MISSING = _also("E-UNIT-MISSING")

NAME_CASES = [
    Wrong("E-NAME-KIND", "先頭が種類でない", renamed("UPJSK", "UPJSK", "DLTBET"), UNREADABLE),
    Wrong("E-NAME-KIND", "全角の名前", renamed("UPJSK", "UPJSK_", "実績"), UNREADABLE),
    Wrong("E-NAME-FORM", "区切りが足りない", renamed("UPJSK", f"_{HELPER}_11", f"_{HELPER}"), UNREADABLE),
    Wrong("E-NAME-FORM", "区切りが多い", renamed("DLT1KYO", "_43_", "_43__"), UNREADABLE),
    Wrong("E-NAME-FORM", "写真の枝番がない", added(f"UPKIHON_IMAGE_{TO_HELPER}_20261126090014.jpg", bytes), UNREADABLE),
    Wrong("E-NAME-MONTH", "13月", renamed("UPJSK", "202612", "202613"), UNREADABLE),
    Wrong("E-NAME-MONTH", "月がない", renamed("UPJSK", "202612_", ""), UNREADABLE),
    Wrong("E-NAME-MONTH", "要らない月", renamed("DLT1KYO", "DLT1KYO_", "DLT1KYO_202612_"), UNREADABLE),
    Wrong("E-NAME-MONTH", "実績の月が000000", renamed("UPJSK", "202612", "000000"), UNREADABLE),
    Wrong("E-NAME-OFFICE", "9桁の番号", renamed("UPJSK", HELPER, HELPER[:-1]), UNREADABLE),
    Wrong("E-NAME-OFFICE", "小文字の番号", renamed("DLTJSK", HELPER, "13702000a4"), UNREADABLE),
    Wrong("E-NAME-SERVICE", "種類が1桁", renamed("UPJSK", "_11_", "_1_"), UNREADABLE),
    Wrong("E-NAME-SERVICE", "種類が小文字", renamed("DLTJSK", "_11_", "_a2_"), UNREADABLE),
    Wrong("E-NAME-SEQUENCE", "連番が13桁", renamed("UPJSK", "090007.", "09000."), UNREADABLE),
    Wrong("E-NAME-SEQUENCE", "連番に文字", renamed("DLTJSK", "090000.", "09000A."), UNREADABLE),
    Wrong(
        "E-NAME-VERSION",
        "第3版の名前",
        renamed("UPJSK", f"{HELPER}_11_1370100016_43", f"{HELPER}_1370100016"),
    ),
    Wrong("E-NAME-VERSION", "第3版の削除", renamed("DLTPLAN", "_43_1370200014_11", "_1370200014")),
    Wrong("W-NAME-EDITION", "第4.0版の名前", renamed("UPJSK", "_11_", "_111_"), NOTICE),
    Wrong("W-NAME-EDITION", "第4.0版の送信先", renamed("DLT1KYO", "_11_", "_111_"), NOTICE),
    Wrong("E-NAME-EXTENSION", "拡張子がtxt", renamed("UPJSK", ".CSV", ".txt"), UNREADABLE),
    Wrong("E-NAME-EXTENSION", "拡張子がない", renamed("DLTJSK", ".CSV", ""), UNREADABLE),
    Wrong("E-NAME-CASE", "小文字の拡張子", renamed("UPJSK", ".CSV", ".csv"), SOFT),
    Wrong("E-NAME-CASE", "大文字の写真", added(f"UPKIHON_IMAGE_{TO_HELPER}_20261126090014_0001.JPG", bytes), SOFT),
    Wrong(
        "E-NAME-SWAPPED",
        "実績の種類が逆",
        renamed("UPJSK", f"{HELPER}_11_1370100016_43", f"{HELPER}_43_1370100016_11"),
        SOFT,
    ),
    Wrong("E-NAME-SWAPPED", "削除の種類が逆", renamed("DLTPLAN", f"43_{HELPER}_11", f"11_{HELPER}_43"), SOFT),
    Wrong("W-NAME-TIME", "連番が日時でない", renamed("UPJSK", "20270102090007", "20271302090007"), NOTICE),
    Wrong("W-NAME-TIME", "25時", renamed("DLTJSK", "20270103090000", "20270103250000"), NOTICE),
    Wrong("W-NAME-CHECK-DIGIT", "検査数字", renamed("DLT1KYO", HELPER, "1370200015"), NOTICE),
    Wrong("W-NAME-CHECK-DIGIT", "番号にI", renamed("DLT1KYO", HELPER, "13A02I0015"), NOTICE),
]

UNIT_CASES = [
    Wrong("E-UNIT-MISSING", "第7表がない", without("UPSIKYU")),
    Wrong("E-UNIT-MISSING", "補足情報がない", without("UPHOSOKU")),
    Wrong("E-UNIT-MISSING", "第1表がない", without("UP1KYO")),
    Wrong("E-UNIT-MISSING", "第3表がない", without("UP3KYO")),
    Wrong("E-UNIT-MISSING", "別表だけ", without("UPKIHON")),
    Wrong("E-UNIT-FOREIGN", "提供票に実績の削除", renamed("DLTPLAN", "20261126090007", TABLE_SEQUENCE), SOFT),
    Wrong("E-UNIT-FOREIGN", "計画書に計画書の削除", renamed("DLT1KYO", "20261126090000", "20261125090007"), SOFT),
    Wrong(
        "E-UNIT-FOREIGN",
        "提供票に第1表の補足情報",
        renamed("UPHOSOKU_PLAN", "20261125090007", TABLE_SEQUENCE),
        SOFT,
        also=_also("E-UNIT-MISSING", "E-UNIT-SEQUENCE"),
    ),
    Wrong("E-UNIT-MONTH", "第7表だけ翌月", renamed("UPSIKYU", MONTH, "202701"), also=_also("E-CROSS-MONTH")),
    Wrong("E-UNIT-MONTH", "補足情報だけ翌月", renamed("UPHOSOKU", MONTH, "202701"), also=_also("E-CROSS-MONTH")),
    Wrong("E-UNIT-SEQUENCE", "第7表の連番がちがう", renamed("UPSIKYU", "090014", "090015"), also=_MISSING),
    Wrong("E-UNIT-SEQUENCE", "第2表の連番がちがう", renamed("UP2KYO", "090007", "090008"), also=_MISSING),
    Wrong(
        "E-UNIT-OFFICE", "第7表の送信先がちがう", renamed("UPSIKYU", f"{HELPER}_11", f"{DAY_CARE}_15"), also=_MISSING
    ),
    Wrong(
        "E-UNIT-OFFICE", "補足情報の種類がちがう", renamed("UPHOSOKU", f"{HELPER}_11", f"{HELPER}_13"), also=_MISSING
    ),
    Wrong("E-UNIT-DUPLICATE", "同じ名前で別の中身", added("控え/" + NAMES["DLTPLAN"], lambda: b"\r\n"), SOFT),
    Wrong(
        "W-UNIT-COPY", "控えのフォルダ", added("控え/" + NAMES["DLTPLAN"], lambda: files()[NAMES["DLTPLAN"]]), NOTICE
    ),
]

CHARACTER_CASES = [
    Wrong("E-CHAR-UTF8", "UTF-8", changed("UPPLAN", lambda data: data.decode("cp932").encode()), UNREADABLE),
    Wrong("E-CHAR-UTF8", "BOM付き", changed("DLTPLAN", lambda data: b"\xef\xbb\xbf" + data), UNREADABLE),
    Wrong("E-CHAR-UTF16", "UTF-16", changed("DLTPLAN", lambda data: data.decode().encode("utf-16")), UNREADABLE),
    Wrong("E-CHAR-GAIJI", "外字の氏名", replaced("UPHOSOKU", b"\xfb\xfc", b"\xf0\x40"), record=1, item="利用者氏名"),
    Wrong("E-CHAR-GAIJI", "外字の方針", replaced("UP1KYO", b"\x96\xe9\x8a\xd4", b"\xf9\xfc"), record=1),
    Wrong("E-CHAR-BYTE", "半端なバイト", replaced("UPHOSOKU", b"\xfb\xfc", b"\x81 "), record=1, item="利用者氏名"),
    Wrong("E-CHAR-BYTE", "A0", replaced("UPHOSOKU", b"\xfb\xfc", b"\xa0"), record=1),
    Wrong("E-CHAR-BYTE", "NUL", replaced("UPHOSOKU", b"\xfb\xfc", b"\0"), record=1),
    Wrong("E-CHAR-CONTROL", "制御文字", replaced("UPHOSOKU", b"\xfb\xfc", b"\x07"), SOFT, record=1),
    Wrong("E-CHAR-CONTROL", "途中の1A", replaced("UP2KYO", "見守り".encode("cp932"), b"\x1a"), SOFT, record=1),
]

_HEADER = "CSVバージョン,保険者番号,被保険者番号,削除対象年月\r\n".encode("cp932")

CSV_CASES = [
    Wrong("E-CSV-EMPTY", "0バイト", changed("DLTPLAN", lambda _: b""), SOFT),
    Wrong("E-CSV-EMPTY", "改行だけ", changed("DLTPLAN", lambda _: b"\r\n"), SOFT, also=_also("W-CSV-END")),
    Wrong("W-CSV-EMPTY", "第3表に何もない", lambda: files({"UP3KYO": []}), NOTICE, also=_also("W-CROSS-DEPENDENT")),
    Wrong("E-CSV-QUOTE", "裸の引用符", replaced("DLTPLAN", b"132019", b'13"2019'), UNREADABLE, 1, "保険者番号"),
    Wrong("E-CSV-QUOTE", "閉じたあとの文字", replaced("UPHOSOKU", b'",', b'"x,'), UNREADABLE, 1, "利用者氏名フリガナ"),
    Wrong("E-CSV-QUOTE", "重ねていない引用符", replaced("UPPLAN", b'""', b'"'), UNREADABLE, 6, "用具名称（機種名）"),
    Wrong("E-CSV-UNCLOSED", "閉じない引用符", replaced("DLTPLAN", b"132019", b'"132019'), UNREADABLE, 1, "保険者番号"),
    Wrong(
        "E-CSV-UNCLOSED",
        "途中で切れたファイル",
        changed("UP1KYO", lambda data: data[: data.rindex(b'"')]),
        UNREADABLE,
        1,
    ),
    Wrong("E-CSV-CR", "CRだけの改行", changed("UPPLAN", lambda data: data.replace(b"\r\n", b"\r")), SOFT, 1),
    Wrong("E-CSV-CR", "1行だけCR", replaced("UPPLAN", b"\r\n", b"\r"), SOFT, 1),
    Wrong(
        "E-CSV-COLUMNS", "項目が多い", changed("UPPLAN", lambda data: data.replace(b"\r\n", b",\r\n")), UNREADABLE, 1
    ),
    Wrong("E-CSV-COLUMNS", "項目が足りない", replaced("DLTPLAN", b",202612", b""), UNREADABLE, 1),
    Wrong("E-CSV-COLUMNS", "ただの文", changed("DLTPLAN", lambda _: b"202407\r\n"), UNREADABLE, 1),
    Wrong("E-CSV-HEADER", "見出し行", changed("DLTPLAN", lambda data: _HEADER + data), SOFT, 1),
    Wrong("E-CSV-HEADER", "英語の見出し", changed("DLTPLAN", lambda data: b"version,a,b,c\r\n" + data), SOFT, 1),
    Wrong("E-CSV-VERSION", "第4.0版", every("UPPLAN", csv_version="202504"), record=1, item="CSVバージョン"),
    Wrong("E-CSV-VERSION", "知らない版", every("DLTPLAN", csv_version="202410"), record=1),
    Wrong("E-CSV-VERSION", "版が数字でない", every("DLTPLAN", csv_version="4.1"), record=1),
    Wrong(
        "E-CSV-VERSION-MIXED",
        "版がまざる",
        cell("UPPLAN", 2, "csv_version", "202208"),
        record=2,
        also=_also("E-CSV-VERSION"),
    ),
    Wrong(
        "E-CSV-VERSION-MIXED",
        "1行だけ版がない",
        cell("UPPLAN", 3, "csv_version", ""),
        record=3,
        also=_also("E-FIELD-REQUIRED"),
    ),
    Wrong("W-CSV-NEWLINE", "LF", changed("UPPLAN", lambda data: data.replace(b"\r\n", b"\n")), NOTICE),
    Wrong("W-CSV-END", "最後の改行がない", changed("UPPLAN", lambda data: data[:-2]), NOTICE),
    Wrong("W-CSV-END", "1A", changed("UPPLAN", lambda data: data + b"\x1a"), NOTICE),
    Wrong("W-CSV-END", "最後に空行", changed("UPPLAN", lambda data: data + b"\r\n\r\n"), NOTICE),
    Wrong("W-CSV-BLANK", "途中に空行", replaced("UPPLAN", b"\r\n", b"\r\n\r\n"), NOTICE, 2),
]

_BARE = changed("UPYOBO", lambda data: data.replace(b'"', b""))
_NO_SUPPLIER = {"tais_code": "", "equipment_notification_code": ""}

FIELD_CASES = [
    Wrong("W-CSV-UNQUOTED", "裸の文", _BARE, NOTICE, 1, "利用者名"),
    Wrong(
        "W-CSV-UNQUOTED",
        "裸の用具名",
        replaced("UPPLAN", '"自走用""ライト"""'.encode("cp932"), "車いす".encode("cp932")),
        NOTICE,
        6,
    ),
    Wrong(
        "E-FIELD-REQUIRED",
        "被保険者番号がない",
        cell("UPJSK", 1, "insured_person_number", ""),
        record=1,
        item="被保険者番号",
    ),
    Wrong("E-FIELD-REQUIRED", "氏名がない", cell("UPHOSOKU", 2, "client_name", ""), record=2, item="利用者氏名"),
    Wrong("E-FIELD-REQUIRED", "単位数がない", cell("UPPLAN", 1, "unit_points", ""), SOFT, 1, "単位数"),
    Wrong("E-FIELD-REQUIRED", "曜日がない", cell("UP3KYO", 1, "weekday", ""), SOFT, 1, "曜日"),
    Wrong("E-FIELD-REQUIRED", "種類限度額の枠", cell("UPHOSOKU", 1, "type_limit_1_service_type_code", "11"), record=1),
    Wrong("E-FIELD-REQUIRED", "相談方法の内容", cell("UPKIHON", 1, "consultation_method", "03"), record=1),
    Wrong("E-FIELD-REQUIRED", "入院の補足", cell("UPKIHON", 1, "client_situation", "02"), record=1),
    Wrong("W-FIELD-WANTED", "担当者名がない", cell("UPPLAN", 1, "care_manager_name", ""), NOTICE, 1, "プラン担当者名"),
    Wrong("W-FIELD-WANTED", "委託の有無がない", cell("UPKIHON", 1, "outsourcing", ""), NOTICE, 1),
    Wrong("W-FIELD-UNUSED", "識別子", cell("UPPLAN", 1, "record_identifier_unused", "1"), NOTICE, 1, "識別子"),
    Wrong("W-FIELD-UNUSED", "補足情報の識別子", cell("UPHOSOKU", 1, "record_identifier_unused", "X"), NOTICE, 1),
    Wrong("E-FIELD-LENGTH", "0が消えた被保険者番号", every("UPJSK", insured_person_number="1"), record=1),
    Wrong("E-FIELD-LENGTH", "5桁の保険者番号", every("DLTPLAN", insurer_number="13201"), record=1, item="保険者番号"),
    Wrong("E-FIELD-LENGTH", "長すぎる回数", cell("UPPLAN", 1, "service_count", "100"), record=1, item="サービス回数"),
    Wrong(
        "E-FIELD-LENGTH", "長すぎる電話番号", cell("UPHOSOKU", 1, "client_phone", "０４２－０００－００００"), record=1
    ),
    Wrong("E-FIELD-LENGTH", "桁の足りない時刻", cell("UPPLAN", 1, "service_start_time", "930"), record=1),
    Wrong("E-FIELD-LENGTH", "長すぎる単位金額", cell("UPSIKYU", 1, "service_units_or_amount", "000488"), SOFT, 1),
    Wrong("E-FIELD-TYPE", "数字でない保険者番号", every("DLTPLAN", insurer_number="13201X"), record=1),
    Wrong("E-FIELD-TYPE", "Hでない文字", every("DLTPLAN", insured_person_number="A000000001"), record=1),
    Wrong("E-FIELD-TYPE", "ハイフンのない郵便番号", cell("UPHOSOKU", 1, "client_postal_code", "1858501"), record=1),
    Wrong("E-FIELD-TYPE", "全角のハイフンのTAIS", cell("UPPLAN", 6, "tais_code", "00001－000010"), record=6),
    Wrong("E-FIELD-TYPE", "コンマ入りの単位数", cell("UPPLAN", 1, "unit_points", "1,244"), record=1, item="単位数"),
    Wrong("E-FIELD-TYPE", "30文字の日割", cell("UPPLAN", 1, "per_diem_days_bitmap", "2" * 31), record=1),
    Wrong("E-FIELD-TYPE", "小文字のサービスコード", cell("UPPLAN", 1, "service_code", "11111a"), record=1),
    Wrong("E-FIELD-TYPE", "円単価", cell("UPSIKYU", 1, "unit_price_yen", "11,05"), record=1),
    Wrong("E-FIELD-DATE", "2月30日", every("DLT1KYO", care_plan_creation_or_change_date="20260230"), record=1),
    Wrong("E-FIELD-DATE", "うるう年でない2月29日", cell("UPHOSOKU", 1, "client_birth_date", "19410229"), record=1),
    Wrong("E-FIELD-DATE", "1900年はうるう年でない", cell("UPHOSOKU", 1, "client_birth_date", "19000229"), record=1),
    Wrong(
        "E-FIELD-DATE",
        "13月の対象年月",
        every("DLTPLAN", delete_target_year_month="202613"),
        record=1,
        also=_also("E-CROSS-MONTH"),
    ),
    Wrong("E-FIELD-TIME", "25時", cell("UPPLAN", 1, "service_start_time", "2500"), record=1, item="サービス開始時刻"),
    Wrong("E-FIELD-TIME", "開始が24時", cell("UPPLAN", 1, "service_start_time", "2400"), record=1),
    Wrong("E-FIELD-TIME", "第3表の9999", cell("UP3KYO", 1, "weekly_service_start", "9999"), record=1),
    Wrong("W-FIELD-SIGN", "負の単位数", cell("UPPLAN", 1, "unit_points", "-12"), NOTICE, 1),
    Wrong("W-FIELD-SIGN", "負の給付管理", cells("UPSIKYU", 3, service_units_or_amount="-40"), NOTICE, 3),
    Wrong("E-FIELD-EQUIPMENT", "予定にコードなし", cells("UPPLAN", 6, **_NO_SUPPLIER), record=6, item="サービスコード"),
    Wrong("E-FIELD-EQUIPMENT", "別表にコードなし", cells("UPSIKYU", 7, **_NO_SUPPLIER), record=7),
    Wrong("E-FIELD-EQUIPMENT", "予防の貸与", cells("UPPLAN", 6, service_code="671001", **_NO_SUPPLIER), record=6),
    Wrong("W-FIELD-EQUIPMENT", "特地加算", cells("UPPLAN", 6, service_code="178001", **_NO_SUPPLIER), NOTICE, 6),
    Wrong("W-FIELD-EQUIPMENT", "減算", cells("UPPLAN", 6, service_code="17D201", **_NO_SUPPLIER), NOTICE, 6),
]

CODE_CASES = [
    Wrong("E-CODE-LIST", "性別", cell("UPHOSOKU", 1, "client_sex", "3"), record=1, item="利用者性別"),
    Wrong("E-CODE-LIST", "要介護状態", cell("UPHOSOKU", 1, "care_level", "26"), record=1),
    Wrong("E-CODE-LIST", "3０日超区分", cell("UPPLAN", 1, "over_30_days_flag", "2"), record=1),
    Wrong("E-CODE-LIST", "基本情報にない06", cell("UPKIHON", 1, "care_level", "06"), record=1),
    Wrong("E-CODE-LIST", "全角の曜日", cell("UP3KYO", 1, "weekday", "月"), record=1),
    Wrong("E-CODE-SCOPE", "特養", cells("UPPLAN", 4, service_code="512101"), record=4, item="サービスコード"),
    Wrong("E-CODE-SCOPE", "特定施設", cells("UPPLAN", 4, service_code="331111"), record=4),
    Wrong("E-CODE-SCOPE", "実績の削除", every("DLTJSK", service_type_code="32"), record=1),
    Wrong("E-CODE-TYPE", "ない種類", cells("UPPLAN", 4, service_code="991111"), SOFT, 4),
    Wrong("E-CODE-TYPE", "居宅介護支援", cells("UPPLAN", 4, service_code="432111"), SOFT, 4),
    Wrong("E-CODE-SUMMARY", "予定に小計", cells("UPPLAN", 4, service_code="15AAAA"), SOFT, 4),
    Wrong("E-CODE-SUMMARY", "予定に合計", cells("UPPLAN", 4, service_code="999999"), SOFT, 4),
]

_OTHER = {"insured_person_number": "0000000009"}

CROSS_CASES = [
    Wrong(
        "E-CROSS-MONTH",
        "予定の月がちがう",
        cells("UPPLAN", 5, target_year_month="202611", service_date="20261130"),
        record=5,
        also=_also("E-CROSS-DEPENDENT"),
    ),
    Wrong("E-CROSS-MONTH", "実績の名前の月", renamed("UPJSK", MONTH, "202611"), record=1, item="対象年月"),
    Wrong("E-CROSS-MONTH", "削除の月", every("DLTJSK", delete_target_year_month="202611"), record=1),
    Wrong("E-CROSS-SENTINEL", "計画書の補足に月", every("UPHOSOKU_PLAN", target_year_month=MONTH), record=1),
    Wrong(
        "E-CROSS-SENTINEL",
        "計画書の補足に日がない",
        every("UPHOSOKU_PLAN", care_plan_creation_or_change_date="00000000"),
        record=1,
        also=_also("E-CROSS-PARENT", "E-CROSS-DEPENDENT"),
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
        also=_also("E-CROSS-MONTH", "E-CROSS-DAY", "E-CROSS-DEPENDENT"),
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
        also=_also("E-CROSS-PARENT"),
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
        also=_also("W-CSV-EMPTY"),
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
    Wrong("E-CROSS-SUBTOTAL", "小計がない", without_record("UPSIKYU", 4), record=1, also=_also("E-CROSS-SUM")),
    Wrong(
        "E-CROSS-SUBTOTAL",
        "小計の事業所がちがう",
        cells("UPSIKYU", 4, service_office_number=HELPER),
        record=1,
        also=_also("E-CROSS-SUM"),
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


def _slots(*types: str) -> Spoil:
    values = {}
    for slot, code in enumerate(types, start=1):
        values[f"type_limit_{slot}_service_type_code"] = code
        values.update({f"type_limit_{slot}_{item}_units": "1" for item in ("limit", "total", "excess")})
    return cells("UPHOSOKU", 1, **values)


CODE_CASES += [
    Wrong("W-CODE-SLOT", "介護医療院の短期入所", _slots("2A"), NOTICE, 1),
    Wrong("W-CODE-SLOT", "2番目の枠の短期入所", _slots("11", "23"), NOTICE, 1, "２サービス種類コード"),
]

CORPUS = [*NAME_CASES, *UNIT_CASES, *CHARACTER_CASES, *CSV_CASES, *FIELD_CASES, *CODE_CASES, *CROSS_CASES]
