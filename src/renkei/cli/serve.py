"""`renkei serve`: run the hub."""

from __future__ import annotations

import argparse
import os
import sys

from .hubside import add_data, guarded, start


def arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `renkei serve`."""
    parser.epilog = "例: renkei serve --data var/hub --bind 127.0.0.1:8000"
    add_data(parser)
    parser.add_argument("--bind", metavar="アドレス:番号", help="待ち受ける場所 (初期値 127.0.0.1:8000)")
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

    from renkei.hub.config import options as hub_options
    from renkei.hub.config.holding import hold
    from renkei.hub.config.preparing import tables_are_current
    from renkei.hub.config.serving import Hub
    from renkei.hub.core.keyring import keyring

    if problems := hub_options.problems(hub_options.read()):
        print("\n".join(problems), file=sys.stderr)
        return 2
    keyring()
    if not tables_are_current():
        print("データベースがこの版のものではありません。renkei hub upgrade を先に実行してください。", file=sys.stderr)
        return 2
    with hold(settings.DATA):
        scheme = "https" if settings.RENKEI["TLS_CERT"] else "http"
        print(
            f"ハブ「{settings.HUB_NAME}」を動かしています: {scheme}://{settings.RENKEI['BIND']}/  (止めるには Ctrl+C)",
            flush=True,
        )
        Hub().run()
    return 0
