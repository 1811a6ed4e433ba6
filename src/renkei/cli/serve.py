"""`renkei serve`: run the hub."""

from __future__ import annotations

import argparse
import errno
import os
import socket
import sys

from .hubside import add_data, guarded, start


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `renkei serve`."""
    parser.epilog = "例: renkei serve --data var/hub --bind 127.0.0.1:8000"
    add_data(parser)
    parser.add_argument(
        "--bind", metavar="アドレス:番号", help="待ち受ける場所 (初期値 127.0.0.1:8000、または unix:ファイル)"
    )
    parser.add_argument("--tls-cert", metavar="PEM", help="TLS の証明書 (このパソコンの外から使うときに必要)")
    parser.add_argument("--tls-key", metavar="PEM", help="TLS の鍵")


@guarded
def run(options: argparse.Namespace) -> int:
    """Serve until stopped."""
    for name in ("bind", "tls_cert", "tls_key"):
        if value := getattr(options, name):
            os.environ[f"RENKEI_{name.upper()}"] = value
    start(options)
    from django.conf import settings

    from renkei.hub.config import combinations, storing
    from renkei.hub.config import options as hub_options
    from renkei.hub.config.holding import hold
    from renkei.hub.config.preparing import tables_are_current
    from renkei.hub.config.serving import Hub
    from renkei.hub.core import space
    from renkei.hub.core.bodies import bucket
    from renkei.hub.core.keyring import keyring

    if problems := combinations.problems(hub_options.read()):
        print("\n".join(problems), file=sys.stderr)
        return 2
    keyring()
    if not space.is_writable():
        print("データのフォルダに書けません。ディスクの空きと、書く権限を確かめてください。", file=sys.stderr)
        return 2
    if not tables_are_current():
        print("データベースがこの版のものではありません。renkei hub upgrade を先に実行してください。", file=sys.stderr)
        return 2
    with hold(settings.DATA):
        if _is_taken(settings.RENKEI["BIND"]):
            print(
                f"{settings.RENKEI['BIND']} は、ほかのプログラム(別のハブなど)が使っています。\n"
                "それを止めるか、--bind 127.0.0.1:8001 のように別の番号を指定してください。",
                file=sys.stderr,
            )
            return 2
        blobs = bucket.chosen(settings.RENKEI)
        if blobs and not storing.is_usable(blobs, settings.HUB_ID, settings.HUB_EPOCH, settings.DATA):
            return 2
        where = _address(settings.RENKEI["BIND"], bool(settings.RENKEI["TLS_CERT"]))
        print(f"ハブ「{settings.HUB_NAME}」を動かしています: {where}  (止めるには Ctrl+C)", flush=True)
        Hub().run()
    return 0


def _address(bind: str, by_tls: bool) -> str:
    return bind if bind.startswith("unix:") else f"{'https' if by_tls else 'http'}://{bind}/"


def _is_taken(bind: str) -> bool:
    """Whether somebody listens there already; asked before the hub says that it runs."""
    if bind.startswith("unix:"):
        return _answers(bind.removeprefix("unix:"))
    host, _, port = bind.rpartition(":")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host.strip("[]"), int(port)))
        except OSError as error:
            return error.errno == errno.EADDRINUSE
    return False


def _answers(path: str) -> bool:
    """A socket's file may be left from a hub that was killed: it counts only when somebody answers."""
    with socket.socket(socket.AF_UNIX) as trial:
        try:
            trial.connect(path)
        except OSError:
            return False
    return True
