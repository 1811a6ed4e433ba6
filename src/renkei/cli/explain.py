"""`renkei explain`: what a code of a command, a file kind, an item, a code or a word of the trade means."""

from __future__ import annotations

import argparse
import shutil
import sys

from renkei.standard.explaining import Explanation, explain, near_misses
from renkei.standard.showing.as_text import table_text
from renkei.standard.showing.terminal import NARROWEST, WIDEST, clean, item

from .files import never_fail_to_print, tell_programs


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.description = (
        "指摘の番号・ファイルの種類・項目・コード・業務のことばを説明します。\n"
        "check だけでなく、repair と convert が示す番号もわかります。全角・半角、大文字・小文字はどちらでもかまいません。"
    )
    parser.epilog = (
        "例:\n"
        "  renkei explain E-CROSS-DAY        指摘: 文章、直し方、根拠、だれにどれくらい重いか\n"
        "  renkei explain UPPLAN             ファイルの種類: 向き、送信単位、項目\n"
        "  renkei explain 単位数             項目: 形、長さ、必須、コード\n"
        "  renkei explain UPPLAN.単位数      1つの種類の項目\n"
        "  renkei explain care_level.21      コード\n"
        "  renkei explain R-ITEM-ZEROS       repair が直すこと(R-)、人が直すこと(P-)、convert の知らせ(C- など)\n"
        "  renkei explain 連番               業務のことば\n\n"
        "終了コード: 0 説明した、1 知らない言葉(近い言葉を示します)"
    )
    parser.add_argument(
        "words",
        nargs="+",
        metavar="言葉",
        help="指摘などの番号、ファイルの種類、項目の名前(日本語か英語)、コード、業務のことば。間が空いてもつなげます",
    )
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="表示の形: text 文章(初期値)、json JSON"
    )


def run(options: argparse.Namespace) -> int:
    """Explain; 1 when the word is not known."""
    never_fail_to_print()
    word = " ".join(options.words)
    found = explain(word)
    near = [] if found else near_misses(word)
    if options.format == "json":
        told = {"explanations": [one.as_dict() for one in found], "near_misses": near}
        tell_programs(told)
        return 0 if found else 1
    if not found:
        print(f"「{clean(word)}」という指摘・種類・項目・コード・ことばはありません。", file=sys.stderr)
        if near:
            print(f"もしかして: {'、'.join(near)}", file=sys.stderr)
        return 1
    width = min(max(shutil.get_terminal_size().columns, NARROWEST), WIDEST)
    print("\n\n".join("\n".join(_lines(one, width)) for one in found))
    return 0


def _lines(one: Explanation, width: int) -> list[str]:
    lines = [one.title]
    for entry in one.entries:
        lines += item(entry.label, entry.value, 2, width)
    for table in one.tables:
        lines += ["", *([f"  ■ {table.title}"] if table.title else []), *table_text(table, width)]
    return lines
