"""`renkei office attach`: send PDFs and pictures by themselves, or together with a slip."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    _Deeds = argparse._SubParsersAction[argparse.ArgumentParser]

_TYPES = {
    "monthly_report": "月次報告",
    "monitoring": "モニタリング",
    "plan": "計画書",
    "other": "その他",
}


def add(deeds: _Deeds, deed: Callable[[_Deeds, str, str, str], argparse.ArgumentParser]) -> None:
    """The arguments of the command."""
    example = "renkei office attach モニタリング.pdf --to 1370200014-11 --type monitoring --month 202612"
    attach = deed(deeds, "attach", "PDF や写真を、それだけで、または提供票などにつけて送ります", example)
    attach.add_argument("files", nargs="+", type=Path, metavar="ファイル", help="送るファイル (PDF、JPEG、PNG)")
    how = attach.add_mutually_exclusive_group(required=True)
    how.add_argument(
        "--beside",
        type=Path,
        metavar="提供票",
        help="まだ送っていない提供票・実績・ケアプランのファイルの1つ。同じフォルダの、同じ連番のファイルといっしょに送ります",
    )
    how.add_argument(
        "--to",
        action="append",
        metavar="番号-種類",
        help="送り先の事業所番号とサービス種類 (1370200014-11。何度でも)",
    )
    said = "、".join(f"{name} {label}" for name, label in _TYPES.items())
    attach.add_argument("--type", choices=_TYPES, default="other", help=f"何の書類か ({said})")
    attach.add_argument("--title", default="", metavar="題名", help="相手に見える名前 (なければファイルの名前)")
    attach.add_argument("--month", metavar="年月", help="何月の書類か (202612)")
    attach.add_argument("--insurer", metavar="番号", help="利用者の保険者番号 (6桁)")
    attach.add_argument("--insured", metavar="番号", help="利用者の被保険者番号 (10文字)")


def run(options: argparse.Namespace) -> int:
    """Looked into and cleaned, then sent; 2 for arguments that do not go together."""
    from renkei.client import Attachment, Office, Person, Type, Unfit

    from . import office_output as output

    if (options.insurer is None) != (options.insured is None) or (options.title and len(options.files) > 1):
        print("--insurer と --insured は一緒に、--title はファイルが1つのときに使います。", file=sys.stderr)
        return 2
    person = Person(options.insurer, options.insured) if options.insurer else None
    wanted = [
        Attachment(path, options.title, Type(options.type), person, options.month or None) for path in options.files
    ]
    office = Office.open(options.folder)
    try:
        with output.progress() as progress:
            results = (
                office.attach_beside(options.beside, wanted, progress)
                if options.beside
                else office.attach(options.to, wanted, progress)
            )
    except Unfit as error:
        output.unfit(error)
        return 1
    output.sent(results)
    return output.status([result.outcome for result in results])
