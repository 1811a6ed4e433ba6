"""`renkei services`: imports the official tables of service codes, so that forms show names and not codes alone."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from renkei.services.reading import MAX_BYTES, NotATable, Reading, month_of, read
from renkei.services.table import Merged, Service, ServiceTable, written
from renkei.standard.layouts import code_lists
from renkei.standard.troubles import reason

from . import service_table
from .files import CannotRunError, content, never_fail_to_print, size_of, tell_programs, visible
from .outputs import write_output


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.description = (
        "国や市町村が公開しているサービスコード表を取り込みます。取り込むと、第6表などにサービスの名前が出ます。\n"
        "Renkei に表は入っていません。表は、公開しているところから、ご自分で手に入れてください。"
    )
    parser.epilog = (
        "例:\n"
        "  renkei services import サービスコード表.xlsx --from 2024-06\n"
        "  renkei services import 単位数表マスタ.csv\n"
        "  renkei services list 111111\n\n"
        "終了コード: 0 できた、1 取り込めない行・知らないコードがあった、2 実行できなかった"
    )
    deeds = parser.add_subparsers(dest="deed", metavar="すること", title="すること", required=True)
    text = "サービスコード表を取り込みます"
    importing = deeds.add_parser(
        "import",
        help=text,
        description=f"{text}。前に取り込んだものに足します。",
        epilog="例: renkei services import サービスコード表.xlsx --from 2024-06",
    )
    importing.add_argument("paths", nargs="+", metavar="ファイル", help="Excel のブック(.xlsx)か CSV")
    importing.add_argument(
        "--from",
        dest="valid_from",
        type=_month,
        metavar="年月",
        help="表の名前がいつからのものか (例: 2024-06)。表に適用開始年月の列がないときに要ります",
    )
    text = "取り込んだ名前を表示します"
    listing = deeds.add_parser(
        "list", help=text, description=text, epilog="例: renkei services list 111111 --month 2026-12"
    )
    listing.add_argument(
        "codes", nargs="*", metavar="コード", help="サービスコード(6文字)か種類(2文字)。なければ種類ごとの数"
    )
    listing.add_argument("--month", type=_month, metavar="年月", help="この月の名前だけにします (例: 2026-12)")
    for deed in (importing, listing):
        service_table.argument(deed, "--table")
        deed.add_argument("--format", choices=("text", "json"), default="text", help="表示の形: text か json")


def _month(text: str) -> str:
    if not (month := month_of(text)):
        raise argparse.ArgumentTypeError("年月は 2024-06 のように書いてください")
    return month


def run(options: argparse.Namespace) -> int:
    """Carries out one deed."""
    never_fail_to_print()
    try:
        return _import(options) if options.deed == "import" else _list(options)
    except CannotRunError as error:
        print(f"renkei services: {error}", file=sys.stderr)
        return 2


def _import(options: argparse.Namespace) -> int:
    path = Path(service_table.place(options.services))
    table = service_table.read_table(str(path)) if path.exists() else ServiceTable()
    readings = {file: _reading(file, options.valid_from or "") for file in options.paths}
    read_services = [one for reading in readings.values() for one in reading.services]
    merged = table.merged(read_services)
    if read_services:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CannotRunError(f"「{path.parent}」を作れません({reason(error)})。") from None
        write_output(path, written(merged.table), force=True)
    if options.format == "json":
        tell_programs(_told(path, readings, merged))
    else:
        _print(path, readings, merged)
    return 1 if any(reading.bad for reading in readings.values()) or not read_services else 0


def _reading(file: str, valid_from: str) -> Reading:
    if size_of(file) > MAX_BYTES:
        raise CannotRunError(f"「{file}」は{MAX_BYTES // 1024 // 1024}MBをこえています。何も取り込んでいません。")
    try:
        return read(Path(file).name, content(file), valid_from)
    except NotATable as error:
        raise CannotRunError(f"「{file}」: {error} 何も取り込んでいません。") from None


def _told(path: Path, readings: dict[str, Reading], merged: Merged) -> dict[str, object]:
    return {
        "table": str(path),
        "services": len(merged.table),
        "new": merged.new,
        "changed": merged.changed,
        "same": merged.same,
        "files": [
            {
                "file": file,
                "read": len(one.services),
                "left_out": one.bad,
                "guesses": one.guesses,
                "findings": [vars(finding) for finding in one.findings],
            }
            for file, one in readings.items()
        ],
    }


def _print(path: Path, readings: dict[str, Reading], merged: Merged) -> None:
    for file, reading in readings.items():
        print(f"{visible(file)}: {len(reading.services)}件を読みました。")
        for type_, count in _by_type(reading.services):
            print(f"  {type_} {count}件")
        for guess in reading.guesses:
            print(f"  注意: {visible(guess)}。名前が合っているか、renkei services list で確かめてください。")
        for one in reading.findings:
            where = " ".join(filter(None, (one.sheet, f"{one.row}行目", one.field)))
            shown = f"「{one.value}」: " if one.value else ""
            print(f"  取り込めない行: {visible(where)}: {visible(shown)}{one.message}\n    直し方: {one.remedy}")
        if reading.bad > len(reading.findings):
            print(f"  取り込めない行は、ほかに{reading.bad - len(reading.findings)}行あります。")
    print(
        f"新しい{merged.new}件、変わった{merged.changed}件、同じ{merged.same}件。"
        f"いま全部で{len(merged.table)}件です: {visible(path)}"
    )
    print(
        "列は見出しの言葉でさがしています。国が公開している表の実物では確かめていないので、はじめは名前を見比べてください。"
    )


def _by_type(services: Iterable[Service]) -> list[tuple[str, int]]:
    counted = Counter(one.code[:2] for one in services)
    names = code_lists()["service_type"]
    return [(f"{type_} {names.get(type_, '')}".strip(), count) for type_, count in sorted(counted.items())]


def _list(options: argparse.Namespace) -> int:
    table = service_table.table(options.services) or ServiceTable()
    wanted = [code.upper() for code in options.codes]
    found = [one for one in table if _is_wanted(one, wanted, options.month)]
    unknown = [code for code in wanted if not any(one.code.startswith(code) for one in found)]
    if options.format == "json":
        tell_programs({"services": [one._asdict() for one in found], "unknown": unknown})
    elif not wanted:
        for type_, count in _by_type(found):
            print(f"{type_} {count}件")
        print(f"全部で{len(found)}件: {visible(service_table.place(options.services))}")
    else:
        for one in found:
            print(visible(_line(one)))
    if unknown:
        print(f"名前がわからないコード: {visible('、'.join(unknown))}", file=sys.stderr)
    return 1 if unknown else 0


def _is_wanted(one: Service, wanted: list[str], month: str | None) -> bool:
    if wanted and not any(one.code == code or (len(code) == 2 and one.code[:2] == code) for code in wanted):
        return False
    return month is None or one.is_of(month)


def _line(one: Service) -> str:
    until = _words(one.valid_until) if one.valid_until else ""
    whose = f"保険者 {one.insurer}" if one.insurer else ""
    units = f"{one.units}単位" if one.units else ""
    told = (one.code, one.name, units, one.unit_basis, f"{_words(one.valid_from)}〜{until}", whose)
    return "  ".join(filter(None, told))


def _words(month: str) -> str:
    return f"{month[:4]}年{int(month[4:])}月" if month_of(month) else month
