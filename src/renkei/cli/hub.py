"""`renkei hub`: prepare a hub, admit offices. Who is who: `hub_parties`, `hub_certificates`; backup, keys and later work: `hub_keeping`."""

from __future__ import annotations

import argparse
import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import hub_certificates, hub_joining, hub_keeping, hub_parties, hub_programs, hub_staff
from .hubside import add_data, data_folder, guarded, start


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


_OFFICE = ("--office", {"required": True, "metavar": "番号", "help": "事業所番号 (10桁)"})
# name → (what it does, example, options as argparse takes them)
_DEEDS: dict[str, tuple[str, str, tuple[tuple[str, dict[str, Any]], ...]]] = {
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
            _OFFICE,
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
    **hub_staff.DEEDS,
    **hub_joining.DEEDS,
    **hub_parties.DEEDS,
    **hub_certificates.DEEDS,
    **hub_programs.DEEDS,
    **hub_keeping.DEEDS,
}


@guarded
def run(options: argparse.Namespace) -> int:
    """Carry out one sub-command."""
    if options.deed in _OWN:
        return _OWN[options.deed](options)
    given = _GIVEN[options.deed](options)
    print(_carry_out(options, options.deed, given))
    hub_staff.tell_password(options, given)
    return 0


def _carry_out(options: argparse.Namespace, deed: str, given: dict[str, Any], *, patient: bool = False) -> str:
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
        return ask(data, deed, given, None if patient else SECONDS)


def _perform(options: argparse.Namespace, deed: str, given: dict[str, Any]) -> str:
    start(options)
    from renkei.hub.config.operating import perform

    return perform(deed, given)


def _back_up(options: argparse.Namespace) -> int:
    # A large database takes its time.
    return hub_keeping.back_up(options, lambda deed, given: _carry_out(options, deed, given, patient=True))


def _import_known(options: argparse.Namespace) -> int:
    return hub_parties.known_offices(options, lambda deed, given: _carry_out(options, deed, given))


def _joining(deed: str) -> Callable[[argparse.Namespace], int]:
    return lambda options: hub_joining.OWN[deed](options, lambda name, given: _carry_out(options, name, given))


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
    return {
        kind: {path.name: base64.b64encode(path.read_bytes()).decode() for path in paths}
        for kind, paths in groups.items()
    }


def _admission(options: argparse.Namespace) -> dict[str, Any]:
    return {
        "office": options.office,
        "name": options.name,
        "services": options.service,
        "certificate": options.certificate and _text(options.certificate),
    }


def _text(path: Path) -> str:
    return path.read_text(encoding="ascii")


_GIVEN: dict[str, Callable[[argparse.Namespace], dict[str, Any]]] = {
    "certificate": lambda options: {"pem": _text(options.file)},
    "trust": _trusted_files,
    "admit": _admission,
    "status": lambda _: {},
    **hub_staff.GIVEN,
    **hub_parties.GIVEN,
    **hub_certificates.GIVEN,
    **hub_programs.GIVEN,
    **hub_keeping.GIVEN,
}
# What is more than one deed.
_OWN: dict[str, Callable[[argparse.Namespace], int]] = {
    "init": _init,
    "upgrade": _upgrade,
    "known-offices": _import_known,
    **{deed: _joining(deed) for deed in hub_joining.OWN},
    "backup": _back_up,
    "backup-keys": hub_keeping.back_up_keys,
    "restore": hub_keeping.restore,
}
