"""Reading the files of the public list, row by row: a wrong row is a finding, and the rest goes on.

The files: UTF-8 with a byte order mark, one for each kind of service, 24 columns, published twice a year. No Django here:
the command that imports them reads them by itself and hands over portions.
"""

from __future__ import annotations

import csv
import functools
import io
import lzma
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import BinaryIO, NamedTuple

COLUMNS = 24
MOST_LINE = 64 * 1024  # characters
MOST_FILES = 200
MOST_BYTES = 512 * 1024 * 1024  # of one file, unpacked
_NUMBER = re.compile(r"[0-9A-Z]{10}")
_PLACE = re.compile(r"[0-9]{6}")
# Where each item stands; the heading of those marked is held against the file, so that no other table is taken for it.
_AT = {
    "municipality": 0,
    "name": 4,
    "kana": 5,
    "kind": 6,
    "address": 7,
    "building": 8,
    "phone": 11,
    "fax": 12,
    "corporation": 14,
    "number": 15,
}
_HEADINGS = {4: "事業所名", 6: "サービスの種類", 7: "住所", 15: "事業所番号"}
_LONGEST = {"name": 200, "kana": 200, "kind": 60, "address": 300, "phone": 20, "fax": 20, "corporation": 200}
_LABELS = {
    "municipality": "市町村コード",
    "name": "事業所名",
    "kana": "事業所名カナ",
    "kind": "サービスの種類",
    "address": "住所",
    "phone": "電話番号",
    "fax": "FAX番号",
    "corporation": "法人の名称",
    "number": "事業所番号",
}


@dataclass(frozen=True)
class Wrong:
    """What is wrong with a line of a file, and what to do. `line` is 0 for the whole file; `is_kept`: it was taken all
    the same."""

    file: str
    line: int
    field: str
    message: str
    remedy: str
    is_kept: bool = False

    def __str__(self) -> str:
        place = f" {self.line}行目" if self.line else ""
        field = f"「{self.field}」" if self.field else ""
        return f"{self.file}{place}{field}: {self.message}{self.remedy}"


class Known(NamedTuple):
    """One service of one office, as the list says it."""

    number: str
    kind: str
    service: str
    name: str
    kana: str
    municipality: str
    address: str
    phone: str
    fax: str
    corporation: str


Tell = Callable[[Wrong], None]


class _Stopped(Exception):
    """The rest of a file cannot be read; the text says why."""


def read(path: Path, tell: Tell) -> Iterator[Known]:
    """The rows of a CSV file, or of all in a zip; `tell` is given what is wrong. Memory stays flat. Raises OSError."""
    if path.suffix.lower() != ".zip":
        with path.open("rb") as file:
            yield from _rows(path.name, file, tell)
        return
    try:
        with zipfile.ZipFile(path) as archive:
            yield from _archived(path.name, archive, tell)
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, RuntimeError):
        tell(Wrong(path.name, 0, "", "zip として開けません。", "ダウンロードし直してください。"))


def _archived(name: str, archive: zipfile.ZipFile, tell: Tell) -> Iterator[Known]:
    members = [member for member in archive.infolist() if member.filename.lower().endswith(".csv")]
    if not members:
        tell(Wrong(name, 0, "", "CSV のファイルが入っていません。", "中身を確かめてください。"))
    for member in members[:MOST_FILES]:
        with archive.open(member) as file:
            # An entry's name comes from outside: its last part alone is shown.
            yield from _rows(Path(member.filename).name, file, tell)  # type: ignore[arg-type]  # a BufferedIOBase


def _rows(name: str, file: BinaryIO, tell: Tell) -> Iterator[Known]:
    rows = csv.reader(_lines(file), strict=True)
    try:
        _check_heading(next(rows, []))
        for row in rows:
            if row and (known := _known(name, rows.line_num, row, tell)):
                yield known
    except _Stopped as error:
        tell(Wrong(name, rows.line_num, "", str(error), "ここから先は読んでいません。"))
    except csv.Error:
        words = "CSV として読めません(引用符が閉じていないなど)。"
        tell(Wrong(name, rows.line_num, "", words, "ここから先は読んでいません。ダウンロードし直してください。"))


def _lines(file: BinaryIO) -> Iterator[str]:
    """Lines of bounded length; what is no UTF-8 is left as lone surrogates, for its row to be told."""
    read = 0
    with io.TextIOWrapper(file, encoding="utf-8-sig", errors="surrogateescape", newline="") as text:
        while line := text.readline(MOST_LINE):
            read += len(line)
            if len(line) == MOST_LINE:
                raise _Stopped("1行が長すぎます。")
            if read > MOST_BYTES:
                raise _Stopped("ファイルが大きすぎます。")
            yield line


def _check_heading(row: list[str]) -> None:
    if len(row) != COLUMNS or any(row[place].strip() != words for place, words in _HEADINGS.items()):
        raise _Stopped(
            f"介護サービス情報公表システムの一覧({COLUMNS}列、UTF-8)ではありません。"
            "表計算ソフトで保存し直したものは、もとのファイルを使ってください。"
        )


def _known(file: str, line: int, row: list[str], tell: Tell) -> Known | None:
    if len(row) != COLUMNS:
        tell(Wrong(file, line, "", f"{COLUMNS}列のはずが{len(row)}列です。", "この行は入れていません。"))
        return None
    given = {item: row[place].strip() for item, place in _AT.items()}
    given["number"] = unicodedata.normalize("NFKC", given["number"]).upper()
    given["municipality"] = given["municipality"].zfill(6)
    given["address"] = " ".join(filter(None, (given["address"], given.pop("building"))))
    if wrong := _wrong(given):
        item, words = wrong
        tell(Wrong(file, line, _LABELS[item], words, "この行は入れていません。元の一覧で確かめてください。"))
        return None
    service = service_of(given["kind"])
    if not service:
        words = "この名前のサービス種類(2桁)を知りません。"
        tell(Wrong(file, line, _LABELS["kind"], words, "種類なしで入れました。", is_kept=True))
    return Known(service=service, **given)


def _wrong(given: dict[str, str]) -> tuple[str, str] | None:
    """The first item of a row that cannot be taken, and why."""
    for item, value in given.items():
        if any("\udc80" <= character <= "\udcff" or character == "\0" for character in value):
            return item, "UTF-8 の文字として読めません。"
    if not _NUMBER.fullmatch(given["number"]):
        short = len(given["number"]) == 9 and given["number"].isdecimal()
        return "number", "9桁です。先頭の0が落ちていませんか。" if short else "10桁の数字・英大文字ではありません。"
    if not _PLACE.fullmatch(given["municipality"]):
        return "municipality", "6桁の数字ではありません。"
    for item in ("name", "kind"):
        if not given[item]:
            return item, "空です。"
    long = [item for item, most in _LONGEST.items() if len(given[item]) > most]
    return (long[0], f"{_LONGEST[long[0]]}文字より長いです。") if long else None


def service_of(name: str) -> str:
    """The service type of a name in the list; empty for one that is not known.

    >>> service_of("居宅介護支援"), service_of("短期入所療養介護（介護医療院）"), service_of("占い")
    ('43', '2A', '')
    """
    return _services().get(unicodedata.normalize("NFKC", name), "")


@functools.cache
def _services() -> dict[str, str]:
    text = resources.files(__package__).joinpath("service_names.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines()[1:]]
    return {unicodedata.normalize("NFKC", name): service for name, service in rows}
