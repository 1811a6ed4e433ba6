"""`renkei diff`: two versions of plans, use tables or actuals compared by meaning."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from pathlib import Path

from renkei.standard.comparing.changes import Comparison, compare_papers
from renkei.standard.showing.compared import compared_dict, compared_html, compared_text, doubt

from .files import CannotRunError, never_fail_to_print
from .outputs import give, write_output
from .reading import Reading, read


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.description = (
        "計画書・提供票・実績の2つの版を、意味でくらべます。はじめに 変更なし・変更あり・追加・削除 の人数を示します。\n"
        "行の順、カナの幅、数字の前の0、作成年月日のちがいは、ちがいに数えません。第3版と第4版もくらべられます。"
    )
    parser.epilog = (
        "例:\n"
        "  renkei diff 11月25日の提供票/ 11月28日の提供票/\n"
        "  renkei diff --format html 前/ 後/ > ちがい.html\n\n"
        "終了コード: 0 同じ、1 ちがい・読めないもの・誤りがある、2 くらべられなかった"
    )
    parser.add_argument("before", metavar="前", help="前の版のファイルかフォルダ")
    parser.add_argument("after", metavar="後", help="後の版のファイルかフォルダ")
    parser.add_argument(
        "--format",
        choices=("text", "json", "html"),
        default="text",
        help="表示の形: text 文章(初期値)、json JSON、html ページ",
    )
    parser.add_argument("--out", type=Path, metavar="ファイル", help="画面に出さず、このファイルに書きます")
    parser.add_argument("--force", action="store_true", help="--out のファイルがもうあっても、書きかえます")


def run(options: argparse.Namespace) -> int:
    """Compare and tell; 0 when nothing differs."""
    never_fail_to_print()
    try:
        before, after = _side("前", options.before), _side("後", options.after)
        found = compare_papers(before.papers, after.papers)
        reading = before | after
        data = _formed(found, reading, options.format)
        if options.out:
            write_output(options.out, data, force=options.force)
            reading.tell()
            beside = doubt(tuple(reading.unread))
            print(*filter(None, (found.label, beside, f"{options.out} に書きました。")), sep="\n")
        else:
            give(data, as_it_is=options.format == "html")
    except CannotRunError as error:
        print(f"renkei diff: {error}", file=sys.stderr)
        return 2
    return 0 if found.is_same and reading.is_sound else 1


def _side(name: str, path: str) -> Reading:
    reading = read([path])
    if not reading.papers:
        reading.tell()
        raise CannotRunError(f"{name}の版に、読めるファイルがありません。")
    return reading


def _formed(found: Comparison, reading: Reading, form: str) -> bytes:
    unread, faulty = tuple(reading.unread), tuple(reading.faulty)
    if form == "json":
        told = {**compared_dict(found), **reading.troubles()}
        return (json.dumps(told, ensure_ascii=False) + "\n").encode()
    if form == "html":
        return compared_html(found, unread, faulty).encode()
    return compared_text(found, unread, shutil.get_terminal_size().columns, faulty).encode()
