"""`renkei hub`: later work, years of keeping, wrapping keys, backup and restore."""

from __future__ import annotations

import argparse
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..hubside import data_folder, start
from .shared import OFFICE, CarryOut, Deeds, Given, Own

_TO = ("--to", {"type": Path, "required": True, "metavar": "フォルダ", "help": "この下に新しいフォルダを作ります"})
DEEDS: Deeds = {
    "jobs": (
        "あとでする仕事と、止まった仕事を表示します",
        "--retry 12",
        (
            ("--retry", {"type": int, "metavar": "番号", "help": "止まった仕事をもう一度します"}),
            ("--drop", {"type": int, "metavar": "番号", "help": "止まった仕事をやめます"}),
        ),
    ),
    "project": (
        "予定と実績の数を、すべての事業所で数えます",
        "--rebuild",
        (("--rebuild", {"action": "store_true", "help": "書類の変わっていない月も、はじめから数え直します"}),),
    ),
    "office": (
        "事業所の写しを残す年数を決めます",
        "--office 1379100017 --copy-years 7",
        (
            OFFICE,
            ("--service", {"metavar": "種類", "help": "サービス種類 (2桁。なければ全部)"}),
            ("--copy-years", {"type": int, "required": True, "metavar": "年数", "help": "2 以上"}),
        ),
    ),
    "backup": ("動いているハブの控えを取ります (鍵は入りません)", "--to /mnt/backup", (_TO,)),
    "backup-keys": ("鍵の控えを取ります (データの控えとは別の場所に)", "--to /mnt/safe", (_TO,)),
    "restore": (
        "控えから、新しいフォルダにハブを戻します",
        "--from /mnt/backup/renkei-machi-backup-20261122T053000Z --keys /mnt/safe/renkei-machi-keys-20261122T053000Z",
        (
            (
                "--from",
                {"type": Path, "required": True, "dest": "source", "metavar": "フォルダ", "help": "データの控え"},
            ),
            ("--keys", {"type": Path, "required": True, "metavar": "フォルダ", "help": "鍵の控え"}),
            (
                "--erasures",
                {
                    "type": Path,
                    "action": "append",
                    "default": [],
                    "metavar": "ファイル",
                    "help": "控えのあとの消去の一覧 (erasures.jsonl。何度でも)",
                },
            ),
        ),
    ),
    "rotate-key": ("本文の鍵を包む鍵を、新しくします", "", ()),
    "keys": ("本文の鍵を包む鍵と、それぞれが包んだ数を表示します", "", ()),
    "retire-key": (
        "使われなくなった鍵を消します",
        "0001",
        (("id", {"metavar": "番号", "help": "鍵の番号 (renkei hub keys で表示)"}),),
    ),
}
GIVEN: Given = {
    "jobs": lambda options: {"retry": options.retry, "drop": options.drop},
    "project": lambda options: {"rebuild": options.rebuild},
    "office": lambda options: {
        "office": options.office,
        "service": options.service,
        "years": options.copy_years,
    },
    "rotate-key": lambda options: {},
    "keys": lambda options: {},
    "retire-key": lambda options: {"id": options.id},
}
# A large database takes its time.
SLOW = frozenset(("snapshot",))


def back_up(options: argparse.Namespace, carry_out: CarryOut) -> int:
    """Make a backup; `carry_out` does a deed in the running hub, or here when none runs."""
    from renkei.hub.config import archives, backing_up, pgprograms, storing
    from renkei.hub.config import options as hub_options

    values, data = {name: value.value for name, value in hub_options.read().items()}, data_folder(options)
    url = values["DATABASE_OWNER_URL"] or values["DATABASE_URL"]

    def dump(path: Path) -> None:
        if url:
            pgprograms.dump(url, path)
        else:
            carry_out("snapshot", {"to": str(path)})

    database = archives.POSTGRESQL if url else archives.SQLITE
    with _writing():
        bucket, now = storing.opened(values), datetime.now(UTC)
        print(f"控えを取りました: {backing_up.back_up(data, options.to, database, dump, now, bucket)}")
    print("鍵は入っていません。鍵の控え (renkei hub backup-keys) は、別の場所に取ってください。")
    print("このあとも、消去の一覧 (erasures.jsonl) をこまめに写してください。戻すときに要ります。")
    return 0


def back_up_keys(options: argparse.Namespace) -> int:
    """Copy the keys."""
    from renkei.hub.config import backing_up

    with _writing():
        print(f"鍵の控えを取りました: {backing_up.back_up_keys(data_folder(options), options.to, datetime.now(UTC))}")
    print("データの控えとは別の場所に、人の目に触れないように保管してください。両方があれば、だれでも本文を読めます。")
    return 0


def restore(options: argparse.Namespace) -> int:
    """Put a hub back into a new folder, and say what is missing."""
    from renkei.hub.config import options as hub_options
    from renkei.hub.config import restoring

    if options.data is None:
        raise hub_options.BadOption("戻す先の新しいフォルダを --data で指定してください。")
    data = options.data.absolute()
    sources = restoring.Sources(options.source, options.keys, options.erasures)
    url = hub_options.read()["DATABASE_URL"].value
    contents, broken = restoring.check(sources, data, on_postgresql=bool(url))
    # Not under its name before it is whole: a hub that starts on half of it would do harm.
    passing = data.with_name(f".{data.name}.{secrets.token_hex(4)}.part")
    try:
        with _writing():
            restoring.place(sources, contents, broken, passing)
        options.data = passing
        told = _filled(options, sources, contents)
        restoring.put_in_place(passing, data)
    except BaseException:
        restoring.give_up(passing)
        raise
    from renkei.hub.core.words import moment_words

    made_at = moment_words(datetime.fromisoformat(contents.made_at))
    print(f"ハブを戻しました: {data} (控えは {made_at} のもの)")
    print(told)
    print("動かすと、事業所のプログラムが、できごとをはじめから読み直します。")
    return 0


def _filled(options: argparse.Namespace, sources: Any, contents: Any) -> str:
    """The second part, with the database: fill it, bring it to this version, erase again."""
    start(options)
    from django.db import connections

    from renkei.hub.config import archives, preparing, restoring, storing
    from renkei.hub.config.holding import hold

    with hold(options.data):
        with _writing():
            storing.fill(options.data)
        if contents.database == archives.POSTGRESQL:
            restoring.fill_database(sources.backup / archives.POSTGRESQL)
        preparing.make_tables()
        told = [restoring.erase_again(sources), restoring.missing(), restoring.end_sign_ins()]
        connections.close_all()
    return "\n".join(filter(None, told))


@contextmanager
def _writing() -> Iterator[None]:
    """Words where a backup cannot be written or read."""
    from renkei.hub.config.options import BadOption
    from renkei.standard.troubles import reason

    try:
        yield
    except OSError as error:
        raise BadOption(f"控えを書けません、または読めません({reason(error)})。何も残していません。") from error


OWN: Own = {"backup": back_up}
BEFORE: dict[str, Callable[[argparse.Namespace], int]] = {"backup-keys": back_up_keys, "restore": restore}
