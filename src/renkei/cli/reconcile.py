"""`renkei reconcile`: plan against actual of a month, by person, office and day."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from pathlib import Path

from renkei.standard.comparing.faults import fault_lines
from renkei.standard.comparing.months import Reconciliation, Standing, reconcile_papers
from renkei.standard.comparing.papers import of_kind
from renkei.standard.showing.reconciled import reconciled_csv, reconciled_html, reconciled_text
from renkei.standard.showing.reconciled_rows import as_dict

from .files import CannotRunError, never_fail_to_print
from .outputs import give, write_output
from .reading import Reading, read

FORMATS = ("text", "json", "csv", "html", "xlsx")


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.description = (
        "予定(第6表)と実績を、利用者・事業所・日ごとにつき合わせます。はじめに 変更なし・変更あり の人数を示します。\n"
        "同じものが何度も届いているときは連番の新しいほうを使い、使わなかったものと削除の連絡を示します。"
    )
    parser.epilog = (
        "例:\n"
        "  renkei reconcile 送った提供票/ 届いた実績/\n"
        "  renkei reconcile 12月/                      予定と実績が同じフォルダにあるとき\n"
        "  renkei reconcile --format xlsx --out 12月.xlsx 送った提供票/ 届いた実績/\n\n"
        "終了コード: 0 すべて予定どおり、1 ちがい・実績待ち・確かめることがある、2 つき合わせられなかった"
    )
    parser.add_argument("plans", metavar="予定", help="提供票(第6表)のファイルかフォルダ")
    parser.add_argument(
        "actuals", nargs="?", metavar="実績", help="実績のファイルかフォルダ(なければ予定と同じところから読みます)"
    )
    parser.add_argument(
        "--format",
        choices=FORMATS,
        default="text",
        help="表示の形: text 文章(初期値)、json JSON、csv 表計算ソフト用のCSV、html ページ、xlsx 表計算ソフトのファイル",
    )
    parser.add_argument(
        "--out", type=Path, metavar="ファイル", help="画面に出さず、このファイルに書きます(xlsxには必要)"
    )
    parser.add_argument("--force", action="store_true", help="--out のファイルがもうあっても、書きかえます")


def run(options: argparse.Namespace) -> int:
    """Compare and tell; 1 when there is anything to look at."""
    never_fail_to_print()
    if options.format == "xlsx" and not options.out:
        print("renkei reconcile: xlsx は画面に出せません。--out で書くファイルを指定してください。", file=sys.stderr)
        return 2
    try:
        plans = read([options.plans])
        actuals = read([options.actuals]) if options.actuals else plans
        _need("予定(UPPLAN)", plans, "UPPLAN")
        _need("実績(UPJSK)", actuals, "UPJSK")
        reading = plans | actuals
        found = reconcile_papers(plans.papers, actuals.papers)
        data = _formed(found, reading, options.format)
        if options.out or options.format == "csv":
            reading.tell()
        if options.out:
            write_output(options.out, data, force=options.force)
            print(f"{found.label}\n{options.out} に書きました。")
        else:
            give(data, as_it_is=options.format in ("csv", "html"))
    except CannotRunError as error:
        print(f"renkei reconcile: {error}", file=sys.stderr)
        return 2
    changed = found.counts[Standing.CHANGED] or found.waiting or found.notices or not reading.is_sound
    return 1 if changed else 0


def _need(what: str, reading: Reading, kind: str) -> None:
    if not any(of_kind(reading.papers, kind)):
        reading.tell()
        raise CannotRunError(f"{what}のファイルがありません。フォルダを確かめてください。")


def _formed(found: Reconciliation, reading: Reading, form: str) -> bytes:
    unread, faulty = tuple(reading.unread), tuple(reading.faulty)
    if form == "json":
        told = {**as_dict(found), **reading.troubles()}
        return (json.dumps(told, ensure_ascii=False) + "\n").encode()
    if form == "csv":
        return reconciled_csv(found)
    if form == "html":
        return reconciled_html(found, unread, faulty).encode()
    if form == "xlsx":
        from .reconcile_sheet import workbook

        return workbook(found, fault_lines(faulty))
    return reconciled_text(found, unread, shutil.get_terminal_size().columns, faulty).encode()
