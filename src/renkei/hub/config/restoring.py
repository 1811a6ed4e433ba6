"""Putting a hub back from a backup into a new folder, in two parts: the files, then what needs the database."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from renkei.hub.config import archives, identity
from renkei.hub.config.archives import BLOBS, KEYS, POSTGRESQL, Contents
from renkei.hub.config.options import BadOption
from renkei.hub.core.files import ERASURES, sync_folder

_PORTION = 500
_SHOWN = 20


@dataclass(frozen=True)
class Sources:
    """What a hub is restored from: a backup, the keys, lists of erasures that are newer than the backup."""

    backup: Path
    keys: Path
    erasures: Sequence[Path] = ()


def check(sources: Sources, data: Path, *, on_postgresql: bool) -> tuple[Contents, set[str]]:
    """Look before anything is put anywhere; returns the backup's list and the blobs of it that are no longer whole.

    Raises BadOption, FileExistsError, FileNotFoundError.
    """
    if data.exists() and (not data.is_dir() or any(data.iterdir())):
        raise FileExistsError(str(data))
    contents = archives.read_list(sources.backup)
    if (contents.database == POSTGRESQL) != on_postgresql:
        kind = "PostgreSQL" if contents.database == POSTGRESQL else "SQLite"
        raise BadOption(f"この控えは {kind} のものです。RENKEI_DATABASE_URL の設定を確かめてください。")
    marks = archives.key_marks(sources.keys)
    if wrong := sorted(name for name, mark in contents.keys.items() if marks.get(name) != mark):
        raise BadOption(f"この控えを開く鍵が {sources.keys} にありません: {'、'.join(wrong)}")
    broken = archives.damaged(sources.backup, contents)
    if beyond := sorted(name for name in broken if not name.startswith(f"{BLOBS}/")):
        raise BadOption(f"控えがこわれています: {'、'.join(beyond)}。何も戻していません。ほかの控えを使ってください。")
    for path in sources.erasures:
        path.open("rb").close()
    return contents, broken


def place(sources: Sources, contents: Contents, broken: Iterable[str], folder: Path) -> None:
    """Put the files of a checked backup, and the keys, into a new folder, as a hub with a new epoch."""
    folder.mkdir(mode=0o700, parents=True)
    left_out = {*broken, identity.FILE, ERASURES, POSTGRESQL}
    for entry in contents.files:
        if entry.name not in left_out:
            archives.copy(sources.backup / entry.name, folder / entry.name, entry.name)
    for path in sorted(sources.keys.iterdir()):
        if path.is_file():
            archives.copy(path, folder / KEYS / path.name, path.name)
    # Feed numbers are given out again: programs must read from the beginning.
    before = identity.load(sources.backup)
    identity.save(folder, replace(before, epoch=secrets.token_hex(8)))
    sync_folder(folder)


def put_in_place(folder: Path, data: Path) -> None:
    """Give the finished folder its name, which is free or an empty folder's."""
    folder.rename(data)
    sync_folder(data.parent)


def give_up(folder: Path) -> None:
    """Remove what was placed so far."""
    shutil.rmtree(folder, ignore_errors=True)


def fill_database(dump: Path) -> None:
    """On PostgreSQL: fill the empty database of the settings. Raises BadOption."""
    from django.conf import settings
    from django.db import DEFAULT_DB_ALIAS, connections

    from renkei.hub.config import pgprograms

    alias = "owner" if "owner" in connections else DEFAULT_DB_ALIAS
    if connections[alias].introspection.table_names():
        raise BadOption("データベースに、もう表があります。新しい空のデータベースを作ってください。")
    values = settings.RENKEI
    pgprograms.restore(values["DATABASE_OWNER_URL"] or values["DATABASE_URL"], dump)


def erase_again(sources: Sources) -> str:
    """Erase what was erased after the backup was made, and keep the list for the next restore; says how much."""
    from django.conf import settings
    from django.utils import timezone

    from renkei.hub.core.bodies import erasures
    from renkei.hub.core.models import Wrap
    from renkei.hub.core.writing import write
    from renkei.hub.exchange.erasing import erase_again

    found: dict[erasures.Erased, None] = {}
    unreadable = 0
    own = sources.backup / ERASURES
    for path in [*([own] if own.is_file() else []), *sources.erasures]:
        erased, bad = erasures.read(path)
        found |= dict.fromkeys(erased)
        unreadable += bad
    listed = list(found)
    if listed:
        erasures.append(settings.DATA / ERASURES, listed)
    before = Wrap.objects.count()
    for start in range(0, len(listed), _PORTION):
        with write():
            erase_again(listed[start : start + _PORTION], timezone.now())
    done = f"控えのあとで消された写しを、もう一度消しました: {before - Wrap.objects.count()}"
    notes = [] if sources.erasures else ["消去の一覧 (--erasures) がないため、控えのあとの消去は分かりません。"]
    notes += [f"消去の一覧に、読めない行が {unreadable} あります。"] if unreadable else []
    return "\n".join([done, *notes])


def end_sign_ins() -> str:
    """Nobody is signed in to a hub that came back: a session in a backup would open it to whoever has the backup.

    Says what else is as old as the backup: who may no longer come in is not in any list beside it.
    """
    from django.contrib.sessions.models import Session

    from renkei.hub.core.writing import write
    from renkei.hub.parties.models import AccessToken, Challenge, RefreshToken, SignIn

    with write():
        for model in (Session, SignIn, AccessToken, RefreshToken, Challenge):
            model._default_manager.all().delete()
    return (
        "サインインは、すべて終わらせました。証明書・失効リスト・職員・パスワードは、控えを取ったときのものです。"
        "そのあとで使えなくした証明書があれば、動かす前に renkei hub withdraw と renkei hub trust をもう一度してください。"
    )


def missing() -> str:
    """Units and words whose blob is not there, in Japanese; empty when all are."""
    from renkei.hub.core.bodies.blobs import SHELVES, blob_store
    from renkei.hub.core.models import Body
    from renkei.hub.exchange.parts import units_of

    there = {blob.name for shelf in SHELVES for blob in blob_store().shelf(shelf)}
    absent = [id_ for id_ in Body.objects.filter(inline=None).values_list("pk", flat=True) if id_.hex not in there]
    if not absent:
        return ""
    units = units_of(absent[:_SHOWN])
    lines = [f"中身のファイルがない本文: {len(absent)}。送り手に送り直しを頼んでください。"]
    return "\n".join([*lines, *(f"  送信 {id_}" for id_ in units)])
