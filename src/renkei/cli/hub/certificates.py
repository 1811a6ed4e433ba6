"""`renkei hub`: what concerns certificates of offices."""

from __future__ import annotations

import argparse
import base64
from pathlib import Path
from typing import Any

from .shared import OFFICE, Deeds, Given, actor

REASONS = ("unspecified", "keyCompromise", "affiliationChanged", "superseded", "cessationOfOperation")
_WHY = {"default": "", "metavar": "わけ", "help": "わけ (記録に残します)"}
DEEDS: Deeds = {
    "withdraw": (
        "証明書を失効させます (このハブではすぐに。認証局を持つハブなら、失効リストにも載せます)",
        "--certificate cert.pem --reason keyCompromise",
        (
            ("--certificate", {"required": True, "type": Path, "metavar": "PEM", "help": "失効させる証明書"}),
            (
                "--reason",
                {
                    "choices": REASONS,
                    "default": "unspecified",
                    "metavar": "理由",
                    "help": "keyCompromise は鍵がもれた・なくしたとき。ほかに " + "、".join(REASONS[2:]),
                },
            ),
            ("--why", _WHY),
        ),
    ),
    "code": (
        "事業所のプログラムが証明書を申し込むための、一度だけのコードを作ります",
        "--office 1379100017",
        (OFFICE,),
    ),
    "requests": (
        "発行を待っている申請書を表示し、書き出し、発行した証明書を登録します",
        "--export 申請書/",
        (
            ("--export", {"type": Path, "metavar": "フォルダ", "help": "申請書を書き出します"}),
            (
                "--import",
                {"type": Path, "dest": "source", "metavar": "フォルダ", "help": "この中の *.pem を登録します"},
            ),
            ("--refuse", {"type": int, "metavar": "番号", "help": "この申請書には発行しません"}),
            ("--why", _WHY),
        ),
    ),
    "policies": (
        "どの種類の証明書が使えるかを表示し、ほかの認証局の見分け方を登録します",
        "--file policies.tsv",
        (("--file", {"type": Path, "metavar": "TSV", "help": "運営者の表 (docs/operate.md)。前の表は置きかえます"}),),
    ),
}


def _requests(options: argparse.Namespace) -> dict[str, Any]:
    files = sorted(options.source.glob("*.pem")) if options.source else None
    return {
        "export": str(options.export.absolute()) if options.export else "",
        "certificates": files if files is None else {path.name: _encoded(path) for path in files},
        "refuse": options.refuse,
        "reason": options.why,
        "actor": actor(),
    }


def _encoded(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode()


GIVEN: Given = {
    "withdraw": lambda options: {
        "certificate": options.certificate.read_text(encoding="ascii"),
        "reason": options.reason,
        "why": options.why,
        "actor": actor(),
    },
    "code": lambda options: {"office": options.office, "actor": actor()},
    "requests": _requests,
    "policies": lambda options: {
        "table": options.file and options.file.read_text(encoding="utf-8"),
        "actor": actor(),
    },
}
