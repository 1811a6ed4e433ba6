"""Wrong characters and wrong CSV."""

from __future__ import annotations

from pathlib import Path

from ..month import files
from ..spoil import (
    cell,
    changed,
    every,
    replaced,
    unreadable,
)
from .model import NOTICE, SOFT, UNREADABLE, Wrong, also

FILE_CASES = [
    Wrong("E-FILE-UNREADABLE", "消えたファイル", unreadable("DLTPLAN", Path("消えた")), UNREADABLE),
    Wrong("E-FILE-UNREADABLE", "フォルダ", unreadable("UPPLAN", Path()), UNREADABLE),
    Wrong("E-FILE-UNREADABLE", "消えた第7表", unreadable("UPSIKYU", Path("消えた")), UNREADABLE, sums=True),
    Wrong("E-FILE-UNREADABLE", "消えた実績", unreadable("UPJSK", Path("消えた")), UNREADABLE),
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
    Wrong("W-CHAR-QUESTION", "氏名の?", cell("UPHOSOKU", 1, "client_name", "?野　髙子"), NOTICE, 1, "利用者氏名"),
    Wrong("W-CHAR-QUESTION", "事業所名の?", cell("UPPLAN", 2, "service_office_name", "訪問介護?"), NOTICE, 2),
    Wrong("W-CHAR-QUESTION", "住所の?", cell("UPKIHON", 1, "client_address", "?町1-1"), NOTICE, 1),
    Wrong("E-CHAR-CONTROL", "途中の1A", replaced("UP2KYO", "見守り".encode("cp932"), b"\x1a"), SOFT, record=1),
]

_HEADER = "CSVバージョン,保険者番号,被保険者番号,削除対象年月\r\n".encode("cp932")

CSV_CASES = [
    Wrong(
        "E-CSV-BINARY",
        "表計算ソフトのブック",
        changed("DLTPLAN", lambda _: b"PK\x03\x04\x14\0" + bytes(64)),
        UNREADABLE,
    ),
    Wrong(
        "E-CSV-BINARY", "古いブック", changed("UPJSK", lambda _: b"\xd0\xcf\x11\xe0\xa1\xb1" + bytes(64)), UNREADABLE
    ),
    Wrong("E-CSV-BINARY", "PDF", changed("DLT1KYO", lambda _: b"%PDF-1.7\r\n"), UNREADABLE),
    Wrong(
        "E-CSV-COLUMNS",
        "途中で切れた記録",
        changed("UPPLAN", lambda data: data[:-4]),
        UNREADABLE,
        6,
        also=also("W-CSV-END"),
    ),
    Wrong(
        "E-CHAR-GAIJI", "計画書の外字", changed("UPYOBO", lambda data: data.replace(b"\xfb\xfc", b"\xf0\x40")), record=1
    ),
    Wrong("E-CSV-EMPTY", "0バイト", changed("DLTPLAN", lambda _: b""), SOFT),
    Wrong("E-CSV-EMPTY", "改行だけ", changed("DLTPLAN", lambda _: b"\r\n"), SOFT, also=also("W-CSV-END")),
    Wrong("W-CSV-EMPTY", "第3表に何もない", lambda: files({"UP3KYO": []}), NOTICE, also=also("W-CROSS-DEPENDENT")),
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
    Wrong(
        "E-CSV-HEADER",
        "列1、列2…",
        changed("DLTPLAN", lambda data: "列1,列2,列3,列4\r\n".encode("cp932") + data),
        SOFT,
        1,
    ),
    Wrong("E-CSV-HEADER", "英語の見出し", changed("DLTPLAN", lambda data: b"version,a,b,c\r\n" + data), SOFT, 1),
    Wrong("E-CSV-VERSION", "第4.0版", every("UPPLAN", csv_version="202504"), record=1, item="CSVバージョン"),
    Wrong("E-CSV-VERSION", "知らない版", every("DLTPLAN", csv_version="202410"), record=1),
    Wrong("E-CSV-VERSION", "版が数字でない", every("DLTPLAN", csv_version="4.1"), record=1),
    Wrong(
        "E-CSV-VERSION-MIXED",
        "版がまざる",
        cell("UPPLAN", 2, "csv_version", "202208"),
        record=2,
        also=also("E-CSV-VERSION"),
    ),
    Wrong(
        "E-CSV-VERSION-MIXED",
        "1行だけ版がない",
        cell("UPPLAN", 3, "csv_version", ""),
        record=3,
        also=also("E-FIELD-REQUIRED"),
    ),
    Wrong("W-CSV-NEWLINE", "LF", changed("UPPLAN", lambda data: data.replace(b"\r\n", b"\n")), NOTICE),
    Wrong("W-CSV-END", "最後の改行がない", changed("UPPLAN", lambda data: data[:-2]), NOTICE),
    Wrong("W-CSV-END", "1A", changed("UPPLAN", lambda data: data + b"\x1a"), NOTICE),
    Wrong("W-CSV-END", "最後に空行", changed("UPPLAN", lambda data: data + b"\r\n\r\n"), NOTICE),
    Wrong("W-CSV-BLANK", "途中に空行", replaced("UPPLAN", b"\r\n", b"\r\n\r\n"), NOTICE, 2),
]
