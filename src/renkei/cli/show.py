"""`renkei show`: files of the standard as people read them, in the terminal or as a page."""

from __future__ import annotations

import argparse
import shutil
import sys
from dataclasses import replace
from pathlib import Path

from renkei.standard.layouts import layout
from renkei.standard.showing.as_html import as_html
from renkei.standard.showing.as_text import as_text
from renkei.standard.showing.sheets import Contents, people_of

from .files import CannotRunError, never_fail_to_print
from .outputs import write_output
from .reading import Reading, read


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.description = (
        "ファイル・送信単位・フォルダの中身を、利用者ごとに紙の帳票のように表示します。\n"
        "第6表と実績は1か月の表、第7表は小計・合計つきの表、計画書は項目ごとです。第3版(202208)も読めます。"
    )
    parser.epilog = (
        "例:\n"
        "  renkei show 提供票フォルダ/\n"
        "  renkei show --person 0000000001 提供票フォルダ/\n"
        "  renkei show --html 提供票.html 提供票フォルダ/\n\n"
        "終了コード: 0 すべて表示した、1 表示できないものか誤りがあった、2 表示できなかった"
    )
    parser.add_argument("paths", nargs="+", metavar="ファイル・フォルダ", help="表示するファイルかフォルダ")
    parser.add_argument("--person", metavar="番号", help="この被保険者番号の人だけを表示します")
    parser.add_argument(
        "--html", type=Path, metavar="ファイル", help="画面に出さず、印刷できる1つのページ(HTML)に書きます"
    )
    parser.add_argument("--force", action="store_true", help="--html のファイルがもうあっても、書きかえます")


def run(options: argparse.Namespace) -> int:
    """Show; 1 when something could not be shown or is at fault, 2 when nothing could."""
    never_fail_to_print()
    try:
        reading = read(options.paths, pictures=True)
        shown = _contents(reading, options.person)
        if options.html:
            write_output(options.html, as_html(shown).encode(), force=options.force)
            print(f"{options.html} に書きました({len(shown.people)}人)。ブラウザーで開いて、印刷できます。")
            reading.tell()
        else:
            print(as_text(shown, shutil.get_terminal_size().columns), end="")
    except CannotRunError as error:
        print(f"renkei show: {error}", file=sys.stderr)
        return 2
    return 0 if reading.is_sound else 1


def _contents(reading: Reading, insured: str | None) -> Contents:
    shown = Contents(people_of(reading.papers), tuple(reading.unread), (), tuple(reading.faulty))
    if insured is None:
        return shown
    wanted = tuple(person for person in shown.people if person.insured == insured)
    if not wanted:
        reading.tell()
        if len(insured) != layout("UPPLAN").field("insured_person_number").length:
            raise CannotRunError("被保険者番号は10桁で指定してください(先頭の0も入れます。例: 0000000001)。")
        raise CannotRunError("その被保険者番号の人は、これらのファイルにいません。番号を確かめてください。")
    return replace(shown, people=wanted)
