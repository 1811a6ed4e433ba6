"""`renkei hub`: an operator's sub-commands. What prepares a hub and admits offices is here, the rest a file for each topic.

A file has DEEDS (the command line), GIVEN (what the deed of this name in `hub/config/deeds` is given) and OWN (what is more
than one deed).
"""

from __future__ import annotations

import argparse
import base64
import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..hubside import add_data, data_folder, guarded, start
from . import certificates, joining, keeping, licences, parties, programs, staff
from .shared import OFFICE, CarryOut, Deeds, Given, Own, actor


def arguments(parser: argparse.ArgumentParser) -> None:
    """Sub-commands of `renkei hub`."""
    parser.epilog = "例: renkei hub init --data var/hub --id renkei-tokyo --name 東京のハブ"
    deeds = parser.add_subparsers(dest="deed", metavar="すること", title="すること", required=True)
    for name, (text, example, options) in _DEEDS.items():
        deed = deeds.add_parser(
            name, help=text, description=text, epilog=f"例: renkei hub {name} --data var/hub {example}"
        )
        add_data(deed)
        for flags, given in options:
            deed.add_argument(flags, **given)


_DEEDS: Deeds = {
    "init": (
        "新しいハブのデータと鍵を作ります",
        "--id renkei-tokyo --name 東京のハブ",
        (
            ("--id", {"required": True, "metavar": "名前", "help": "英小文字・数字・ハイフン。あとで変えられません"}),
            ("--name", {"required": True, "metavar": "表示名", "help": "画面に出す名前"}),
        ),
    ),
    "certificate": (
        "受領証に署名する証明書を入れます",
        "hub.pem",
        (("file", {"type": Path, "metavar": "証明書.pem", "help": "認証局が発行した証明書 (中間証明書も続けて)"}),),
    ),
    "trust": (
        "信頼する認証局を登録します",
        "--root root.pem --issuing issuing.pem --crl issuing.crl --crl root.crl",
        (
            ("--root", {"type": Path, "action": "append", "default": [], "metavar": "PEM", "help": "ルート証明書"}),
            (
                "--issuing",
                {"type": Path, "action": "append", "default": [], "metavar": "PEM", "help": "発行局の証明書"},
            ),
            ("--crl", {"type": Path, "action": "append", "default": [], "metavar": "CRL", "help": "失効リスト (DER)"}),
        ),
    ),
    "admit": (
        "事業所を登録します",
        "--office 1379100017 --name すずらん --service 43 --certificate cert.pem",
        (
            OFFICE,
            ("--name", {"required": True, "metavar": "名称", "help": "事業所名"}),
            (
                "--service",
                {"required": True, "action": "append", "metavar": "種類", "help": "サービス種類 (2桁。何度でも)"},
            ),
            ("--certificate", {"type": Path, "metavar": "PEM", "help": "事業所の証明書"}),
        ),
    ),
    "status": ("封印、時刻の証明、失効リストなどの様子と、見るべき注意を表示します", "", ()),
    "upgrade": ("新しい版に合わせてデータベースを直します", "", ()),
    **staff.DEEDS,
    **joining.DEEDS,
    **parties.DEEDS,
    **certificates.DEEDS,
    **programs.DEEDS,
    **licences.DEEDS,
    **keeping.DEEDS,
}


@guarded
def run(options: argparse.Namespace) -> int:
    """Carry out one sub-command."""
    if options.deed in _BEFORE:
        return _BEFORE[options.deed](options)
    carry_out: CarryOut = functools.partial(_carry_out, options)
    if options.deed in _OWN:
        return _OWN[options.deed](options, carry_out)
    given = _GIVEN[options.deed](options)
    print(carry_out(options.deed, given))
    return 0


def _carry_out(options: argparse.Namespace, deed: str, given: dict[str, Any]) -> str:
    """In the running hub when there is one, else here; PostgreSQL takes many writers."""
    from renkei.hub.config import options as hub_options
    from renkei.hub.config.asking import SECONDS, ask
    from renkei.hub.config.holding import HubRunning, hold

    if hub_options.read()["DATABASE_URL"].value:
        return _perform(options, deed, given)
    data = data_folder(options)
    try:
        with hold(data):
            return _perform(options, deed, given)
    except HubRunning:
        return ask(data, deed, given, None if deed in keeping.SLOW else SECONDS)


def _perform(options: argparse.Namespace, deed: str, given: dict[str, Any]) -> str:
    start(options)
    from renkei.hub.config.operating import perform

    return perform(deed, given)


def _init(options: argparse.Namespace) -> int:
    from renkei.hub.config import preparing
    from renkei.hub.config.holding import hold

    folder = preparing.make_folder(options.data, options.id, options.name)
    start(options)
    with hold(folder):
        preparing.make_tables()
        preparing.make_echo()
    print(f"ハブのデータを作りました: {folder}")
    print(f"次に、証明書の申請書を認証局に渡してください: {folder / 'keys' / 'receipt.csr.pem'}")
    return 0


def _upgrade(options: argparse.Namespace) -> int:
    start(options)
    from django.conf import settings

    from renkei.hub.config import preparing
    from renkei.hub.config.holding import hold

    with hold(settings.DATA):
        preparing.make_tables()
        preparing.make_echo()
    print("データベースは新しい形になっています。")
    return 0


def _trusted_files(options: argparse.Namespace) -> dict[str, Any]:
    groups = {"roots": options.root, "intermediates": options.issuing, "crls": options.crl}
    files = {
        kind: {path.name: base64.b64encode(path.read_bytes()).decode() for path in paths}
        for kind, paths in groups.items()
    }
    return {"files": files, "actor": actor()}


def _admission(options: argparse.Namespace) -> dict[str, Any]:
    return {
        "office": options.office,
        "name": options.name,
        "services": options.service,
        "certificate": options.certificate and _text(options.certificate),
        "actor": actor(),
    }


def _text(path: Path) -> str:
    return path.read_text(encoding="ascii")


_GIVEN: Given = {
    "certificate": lambda options: {"pem": _text(options.file)},
    "trust": _trusted_files,
    "admit": _admission,
    "status": lambda _: {},
    **parties.GIVEN,
    **certificates.GIVEN,
    **programs.GIVEN,
    **licences.GIVEN,
    **keeping.GIVEN,
}
_OWN: Own = {**staff.OWN, **joining.OWN, **parties.OWN, **keeping.OWN}
# What comes before there is a hub to ask, or while it must not run.
_BEFORE: dict[str, Callable[[argparse.Namespace], int]] = {"init": _init, "upgrade": _upgrade, **keeping.BEFORE}
