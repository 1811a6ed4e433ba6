"""Deeds about later work, years of keeping, and wrapping keys, as plain functions of JSON values."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.utils import timezone

from renkei.hub.config.options import LEAST_COPY_YEARS, BadOption
from renkei.hub.core import jobs
from renkei.hub.core.bodies import rewrapping
from renkei.hub.core.models import Job
from renkei.hub.core.sqlite.snapshot import take_snapshot
from renkei.hub.core.words import moment_words
from renkei.hub.exchange import retiming
from renkei.hub.parties import services
from renkei.hub.workspace.projecting import rebuilding

MOST_COPY_YEARS = 100
MOST_JOBS = 50
Arguments = Mapping[str, Any]


def show_jobs(given: Arguments) -> str:
    """The jobs that were given up and those that wait; or one of the former is done again (`retry`) or dropped."""
    if given["retry"] is not None:
        return _decided(jobs.retry(given["retry"], timezone.now()), "もう一度します。")
    if given["drop"] is not None:
        return _decided(jobs.drop(given["drop"]), "この仕事をやめました。")
    failed, waiting = jobs.failed(MOST_JOBS), jobs.waiting(MOST_JOBS)
    lines = [f"止まった仕事: {_many(failed)}", *map(_failed_words, failed)]
    if failed:
        lines.append("もう一度するときは --retry 番号、やめるときは --drop 番号 をつけます。")
    return "\n".join([*lines, f"これからする仕事: {_many(waiting)}", *map(_waiting_words, waiting)])


def _decided(is_there: bool, done: str) -> str:
    if not is_there:
        raise BadOption("この番号の止まった仕事はありません。renkei hub jobs で番号を確かめてください。")
    return done


def _many(rows: list[Job]) -> str:
    return f"{len(rows)} 以上" if len(rows) == MOST_JOBS else str(len(rows))


def _failed_words(row: Job) -> str:
    at = moment_words(row.failed_at) if row.failed_at else ""
    return f"  {row.pk}  {jobs.label(row.kind)}  {at} に止まりました  わけ: {row.error}"


def _waiting_words(row: Job) -> str:
    trouble = f"  うまくいかなかった回数 {row.attempts}  わけ: {row.error}" if row.error else ""
    when = "いましています" if row.lease else moment_words(row.due_at)
    return f"  {row.pk}  {jobs.label(row.kind)}  {when}{trouble}"


def project(given: Arguments) -> str:
    """Have plan and result counted for all offices where papers have changed, or everywhere (`rebuild`)."""
    rebuilding.ask(anew=given["rebuild"])
    return (
        "予定と実績の数を、事業所ごとに数え直します。ハブが動いているあいだに、少しずつします。\n"
        "どこまで進んだかは renkei hub jobs で見られます。数え直すまでは、前の数が画面に出ます。"
    )


def set_copy_years(given: Arguments) -> str:
    """For how many years an office's own copies are kept: of all its services, or of one."""
    years = given["years"]
    if not LEAST_COPY_YEARS <= years <= MOST_COPY_YEARS:
        raise BadOption(f"写しを残す年数は {LEAST_COPY_YEARS} から {MOST_COPY_YEARS} までの数にしてください。")
    party = services.office(given["office"])
    own = [one for one in party.services.order_by("service") if given["service"] in (None, one.service)]
    if not own:
        raise BadOption("このサービス種類は登録されていません。--service を確かめてください。")
    retiming.keep_for(own, years)
    kinds = "・".join(one.service for one in own)
    return (
        f"{party.number} {party.name} (サービス種類 {kinds}) の写しを {years} 年残します。\n"
        "いまある写しの期限も、少しずつ決め直します。期限が過ぎているものは消えます。"
    )


def snapshot(given: Arguments) -> str:
    """A copy of the running SQLite database, as it is at one moment, in a new file."""
    try:
        take_snapshot(Path(given["to"]))
    except (OSError, sqlite3.Error) as error:
        raise BadOption("データベースを写せませんでした。置き場所の空きと権限を確かめてください。") from error
    return "データベースを写しました。"


def rotate_key(_given: Arguments) -> str:
    """A new wrapping key."""
    id_ = rewrapping.rotate()
    return (
        f"新しい鍵 {id_} を作りました。いまから使います。前の鍵で包んだものは、少しずつ包み直します。\n"
        "すぐに renkei hub backup-keys で鍵の控えを取ってください。この鍵をなくすと、本文は二度と読めません。"
    )


def show_keys(_given: Arguments) -> str:
    """The wrapping keys, and how many wraps each has made."""
    lines = ["本文の鍵を包む鍵:"]
    for use in rewrapping.uses():
        count = f"{use.wraps:,} 以上" if use.wraps >= rewrapping.MOST_COUNTED else f"{use.wraps:,}"
        note = "  いまの鍵" if use.is_current else "" if use.wraps else f"  renkei hub retire-key {use.id} で消せます"
        lines.append(f"  {use.id}  包んだ数 {count}{note if use.is_there else '  鍵のファイルがありません'}")
    work = [row for row in jobs.waiting(MOST_JOBS) + jobs.failed(MOST_JOBS) if row.kind == rewrapping.KIND]
    return "\n".join([*lines, *(["包み直しています。"] if any(row.failed_at is None for row in work) else [])])


def retire_key(given: Arguments) -> str:
    """Remove a wrapping key that nothing needs any more."""
    try:
        rewrapping.retire(given["id"])
    except rewrapping.KeyInUse as error:
        raise BadOption(
            f"鍵 {given['id']} はまだ使われています。包み直しが終わってから (renkei hub keys で見られます)、"
            "もう一度実行してください。"
        ) from error
    except FileNotFoundError as error:
        raise BadOption(f"鍵 {given['id']} はありません。renkei hub keys で番号を確かめてください。") from error
    return f"鍵 {given['id']} を消しました。これより前に取った控えを開くには、鍵の控えにあるこの鍵が要ります。"


DEEDS = {
    "jobs": show_jobs,
    "project": project,
    "office": set_copy_years,
    "snapshot": snapshot,
    "rotate-key": rotate_key,
    "keys": show_keys,
    "retire-key": retire_key,
}
