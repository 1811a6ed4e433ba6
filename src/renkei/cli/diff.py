"""`renkei diff`: two versions of plans, use tables or actuals compared by meaning."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from dataclasses import asdict
from pathlib import Path

from renkei.standard.comparing.changes import Comparison, compare_papers
from renkei.standard.comparing.papers import Paper, Unread
from renkei.standard.showing.compared import compared_dict, compared_html, compared_text

from .files import CannotRunError, never_fail_to_print
from .outputs import give, write_output
from .reading import read


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
        "終了コード: 0 同じ、1 ちがいがある、2 くらべられなかった"
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
        before, unread = _side("前", options.before)
        after, more = _side("後", options.after)
        found = compare_papers(before, after)
        troubles = tuple(dict.fromkeys([*unread, *more]))
        data = _formed(found, troubles, options.format)
        if options.out:
            write_output(options.out, data, force=options.force)
            print(f"{found.label}\n{options.out} に書きました。")
        else:
            give(data, as_it_is=options.format == "html")
    except CannotRunError as error:
        print(f"renkei diff: {error}", file=sys.stderr)
        return 2
    return 0 if found.is_same and not troubles else 1


def _side(name: str, path: str) -> tuple[list[Paper], list[Unread]]:
    papers, unread = read([path])
    if not papers:
        for one in unread:
            print(one.label, file=sys.stderr)
        raise CannotRunError(f"{name}の版に、読めるファイルがありません。")
    return papers, unread


def _formed(found: Comparison, troubles: tuple[Unread, ...], form: str) -> bytes:
    if form == "json":
        told = {**compared_dict(found), "unread": [asdict(one) for one in troubles]}
        return (json.dumps(told, ensure_ascii=False) + "\n").encode()
    if form == "html":
        return compared_html(found, troubles).encode()
    return compared_text(found, troubles, shutil.get_terminal_size().columns).encode()
