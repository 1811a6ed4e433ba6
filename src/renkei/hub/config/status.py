"""How the hub is, in lines for its operator: seals, time-stamps, lists, work that failed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from renkei.hub.core import jobs, stamping
from renkei.hub.core.models import Seal, TimeStamp, UnsealedEvent
from renkei.hub.core.words import moment_words
from renkei.hub.exchange.attachments import looking
from renkei.hub.operation import overview

MOST_FAILED = 100


def status(_given: Mapping[str, Any]) -> str:
    """Lines of Japanese; those that begin with 注意 are what the operator should see to."""
    now = timezone.now()
    lines = [_seals(), _stamps(), f"添付ファイルのウイルスの検査: {looking.scanning_words()}"]
    warnings = [*overview.warnings(now), *_failed()]
    return "\n".join([*lines, *(f"注意: {text}" for text in warnings)] + ([] if warnings else ["注意はありません。"]))


def _seals() -> str:
    newest = Seal.objects.order_by("-number").first()
    waits = "封印を待つ記録があります" if UnsealedEvent.objects.exists() else "封印を待つ記録はありません"
    return (
        f"封印: {newest.number} 番まで ({moment_words(newest.at)})。{waits}。"
        if newest
        else f"封印: まだありません。{waits}。"
    )


def _stamps() -> str:
    if not stamping.is_on():
        return "時刻の証明: 使っていません。"
    newest = TimeStamp.objects.select_related("seal").order_by("-seal_id").first()
    if newest is None:
        return "時刻の証明: まだもらっていません。"
    return f"時刻の証明: 封印 {newest.seal.number} 番まで ({moment_words(newest.at)})。"


def _failed() -> list[str]:
    found = len(jobs.failed(MOST_FAILED))
    more = "以上" if found == MOST_FAILED else ""
    lines = [f"あとでする仕事が {found} 件{more}、うまくいかないままです。"] if found else []
    # Recurring work is never given up, so it is not among the failed.
    troubled = sorted({job.kind for job in jobs.waiting(MOST_FAILED) if job.error})
    return lines + [
        f"くり返しの仕事「{jobs.label(kind)}」が、前回うまくいきませんでした(renkei hub jobs)。" for kind in troubled
    ]
