"""Wrong names."""

from __future__ import annotations

from ..month import HELPER, TO_HELPER
from ..spoil import (
    added,
    renamed,
)
from .model import NOTICE, SOFT, UNREADABLE, Wrong, also
from .prevention import JPEG

NAME_CASES = [
    Wrong("E-NAME-KIND", "小文字の名前", renamed("UPJSK", "UPJSK", "upjsk"), UNREADABLE),
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
    Wrong(
        "E-NAME-VERSION",
        "第3版の削除",
        renamed("DLTPLAN", "_43_1370200014_11", "_1370200014"),
        also=also("E-NAME-TYPES"),
    ),
    Wrong("W-NAME-EDITION", "第4.0版の名前", renamed("UPJSK", "_11_", "_111_"), NOTICE),
    Wrong("W-NAME-EDITION", "第4.0版の送信先", renamed("DLT1KYO", "_11_", "_111_"), NOTICE),
    Wrong("E-NAME-EXTENSION", "拡張子がtxt", renamed("UPJSK", ".CSV", ".txt"), UNREADABLE),
    Wrong("E-NAME-EXTENSION", "拡張子がない", renamed("DLTJSK", ".CSV", ""), UNREADABLE),
    Wrong("E-NAME-CASE", "小文字の拡張子", renamed("UPJSK", ".CSV", ".csv"), SOFT),
    Wrong(
        "E-NAME-CASE",
        "大文字の写真",
        added(f"UPKIHON_IMAGE_{TO_HELPER}_20261126090014_0001.JPG", lambda: JPEG),
        SOFT,
        also=also("W-UNIT-PICTURE"),
    ),
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
