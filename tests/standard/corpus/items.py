"""Wrong items and codes."""

from __future__ import annotations

from collections.abc import Callable

from ..month import files
from ..spoil import (
    Spoil,
    cell,
    cells,
    changed,
    every,
    replaced,
)
from .model import NOTICE, SOFT, Wrong

_BARE = changed("UPYOBO", lambda data: data.replace(b'"', b""))
_NO_SUPPLIER = {"tais_code": "", "equipment_notification_code": ""}


def _not(*unknown: str) -> Callable[[str, str, str], bool]:
    """An imported table that has all codes but these, of this month and insurer."""
    return lambda code, month, insurer: (month, insurer) == ("202612", "132019") and code not in unknown


FIELD_CASES = [
    Wrong(
        "E-FIELD-FORM",
        "斜線の入った日付",
        cell("UPPLAN", 1, "service_date", "2026/12/02"),
        record=1,
        item="サービス利用日",
    ),
    Wrong("E-FIELD-FORM", "斜線の入った対象年月", every("DLTPLAN", delete_target_year_month="2026/12"), record=1),
    Wrong("E-FIELD-FORM", "コロンの入った時刻", cell("UPPLAN", 1, "service_start_time", "9:30"), record=1),
    Wrong("E-FIELD-FORM", "全角の曜日", cell("UP3KYO", 1, "weekday", "１"), record=1),
    Wrong(
        "E-FIELD-FORM", "0が消えた要介護状態", cell("UPHOSOKU", 1, "care_level", "6"), record=1, item="要介護状態区分"
    ),
    Wrong(
        "E-FIELD-EXPONENT",
        "指数の事業所番号",
        cell("UPPLAN", 3, "service_office_number", "1.3702E+09"),
        record=3,
        item="サービス事業者コード",
    ),
    Wrong("E-FIELD-EXPONENT", "指数の被保険者番号", every("UPJSK", insured_person_number="1E+09"), record=1),
    Wrong(
        "E-FIELD-EXPONENT",
        "指数の担当事業所",
        cell("UPPLAN", 1, "care_management_office_number", "1.3701E+09"),
        record=1,
    ),
    Wrong("E-FIELD-LENGTH", "11桁の被保険者番号", every("UPJSK", insured_person_number="00000000001"), record=1),
    Wrong("E-FIELD-LENGTH", "7桁の保険者番号", every("DLTPLAN", insurer_number="1320190"), record=1, item="保険者番号"),
    Wrong("E-FIELD-LENGTH", "16桁の電話番号", cell("UPHOSOKU", 1, "client_phone", "042-000-0000-000"), record=1),
    Wrong("E-FIELD-TYPE", "数字でない課題の番号", cell("UP2KYO", 1, "need_no", "A"), record=1),
    Wrong("E-FIELD-TYPE", "数字でない支援計画の番号", cell("UPYOBO_SUB", 1, "support_plan_no", "B"), record=1),
    Wrong("E-FIELD-DATE", "相談日が2月30日", every("DLTKIHON", consultation_date="20260230"), record=1),
    Wrong("E-FIELD-DATE", "計画作成日が13月", every("DLTYOBO", plan_creation_or_change_date="20261301"), record=1),
    Wrong(
        "E-FIELD-REQUIRED", "基本情報の氏名がない", cell("UPKIHON", 1, "client_name", ""), record=1, item="利用者氏名"
    ),
    Wrong("E-FIELD-REQUIRED", "計画種類がない", cell("UPYOBO", 1, "prevention_plan_kind", ""), record=1),
    Wrong("E-FIELD-REQUIRED", "削除の相談日がない", every("DLTKIHON", consultation_date=""), record=1),
    Wrong("E-FIELD-REQUIRED", "利用サービスの番号がない", cell("UPYOBO_SUB", 1, "used_service_no", ""), SOFT, record=1),
    Wrong("W-FIELD-WANTED", "計画書の委託の有無がない", cell("UPYOBO", 1, "outsourcing", ""), NOTICE, 1),
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
    Wrong("E-FIELD-FORM", "0が消えた被保険者番号", every("UPJSK", insured_person_number="1"), record=1),
    Wrong("E-FIELD-FORM", "0が消えた保険者番号", every("DLTPLAN", insurer_number="13201"), record=1, item="保険者番号"),
    Wrong("E-FIELD-LENGTH", "長すぎる回数", cell("UPPLAN", 1, "service_count", "100"), record=1, item="サービス回数"),
    Wrong("E-FIELD-FORM", "全角の電話番号", cell("UPHOSOKU", 1, "client_phone", "０４２－０００－００００"), record=1),
    Wrong("E-FIELD-FORM", "桁の足りない時刻", cell("UPPLAN", 1, "service_start_time", "930"), record=1),
    Wrong("E-FIELD-LENGTH", "長すぎる単位金額", cell("UPSIKYU", 1, "service_units_or_amount", "000488"), SOFT, 1),
    Wrong("E-FIELD-TYPE", "数字でない保険者番号", every("DLTPLAN", insurer_number="13201X"), record=1),
    Wrong("E-FIELD-TYPE", "Hでない文字", every("DLTPLAN", insured_person_number="A000000001"), record=1),
    Wrong("E-FIELD-FORM", "ハイフンのない郵便番号", cell("UPHOSOKU", 1, "client_postal_code", "1858501"), record=1),
    Wrong("E-FIELD-FORM", "全角のハイフンのTAIS", cell("UPPLAN", 6, "tais_code", "00001－000010"), record=6),
    Wrong("E-FIELD-FORM", "コンマ入りの単位数", cell("UPPLAN", 1, "unit_points", "1,244"), record=1, item="単位数"),
    Wrong("E-FIELD-TYPE", "30文字の日割", cell("UPPLAN", 1, "per_diem_days_bitmap", "2" * 31), record=1),
    Wrong("E-FIELD-FORM", "小文字のサービスコード", cell("UPPLAN", 1, "service_code", "11111a"), record=1),
    Wrong("E-FIELD-TYPE", "円単価", cell("UPSIKYU", 1, "unit_price_yen", "11,05"), record=1),
    Wrong("E-FIELD-DATE", "2月30日", every("DLT1KYO", care_plan_creation_or_change_date="20260230"), record=1),
    Wrong("E-FIELD-DATE", "うるう年でない2月29日", cell("UPHOSOKU", 1, "client_birth_date", "19410229"), record=1),
    Wrong("E-FIELD-DATE", "1900年はうるう年でない", cell("UPHOSOKU", 1, "client_birth_date", "19000229"), record=1),
    Wrong(
        "E-FIELD-DATE",
        "13月の対象年月",
        every("DLTPLAN", delete_target_year_month="202613"),
        record=1,
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
    Wrong(
        "E-CODE-LIST",
        "計画書に要支援のコード12",
        cell("UPYOBO", 1, "support_level", "12"),
        record=1,
        item="要支援状態区分",
    ),
    Wrong("E-CODE-LIST", "補足情報に非該当01", cell("UPHOSOKU", 1, "care_level", "01"), record=1),
    Wrong("E-CODE-LIST", "経過のコード", cell("UPKIHON_SUB2", 1, "disease_course", "04"), record=1),
    Wrong("E-CODE-SCOPE", "福祉用具の販売", cells("UPSIKYU", 7, service_code="411001"), record=7),
    Wrong("E-CODE-TYPE", "ない種類の削除", every("DLTJSK", service_type_code="99"), SOFT, record=1),
    Wrong("E-CODE-SUMMARY", "実績に30日超の小計", cells("UPJSK", 1, service_code="11ZZZZ"), SOFT, 1),
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


def _slots(*types: str) -> Spoil:
    values = {}
    for slot, code in enumerate(types, start=1):
        values[f"type_limit_{slot}_service_type_code"] = code
        values.update({f"type_limit_{slot}_{item}_units": "1" for item in ("limit", "total", "excess")})
    return cells("UPHOSOKU", 1, **values)


CODE_CASES += [
    Wrong(
        "W-CODE-UNKNOWN",
        "表にない訪問",
        files,
        NOTICE,
        1,
        "サービスコード",
        together=True,
        knows_service=_not("111111"),
    ),
    Wrong(
        "W-CODE-UNKNOWN",
        "表にない加算",
        files,
        NOTICE,
        4,
        "サービスコード",
        together=True,
        knows_service=_not("155301"),
    ),
    Wrong(
        "W-CODE-UNKNOWN",
        "表にない貸与",
        files,
        NOTICE,
        6,
        "サービスコード",
        together=True,
        knows_service=_not("171001"),
    ),
    Wrong("W-CODE-SLOT", "介護医療院の短期入所", _slots("2A"), NOTICE, 1),
    Wrong("W-CODE-SLOT", "2番目の枠の短期入所", _slots("11", "23"), NOTICE, 1, "２サービス種類コード"),
]
