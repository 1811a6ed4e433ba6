"""What the hub does by itself for offices' months."""

from __future__ import annotations

from datetime import datetime, timedelta

from renkei.hub.core import mail
from renkei.hub.core.jobs import Payload, job
from renkei.hub.parties.models import OfficeService
from renkei.hub.workspace.answering import answers
from renkei.hub.workspace.models import IN_HAND, Digest, Outgoing, Sending
from renkei.hub.workspace.outbox import cleaning, linking, sending
from renkei.hub.workspace.projecting import forgetting, rebuilding
from renkei.hub.workspace.projecting import services as projecting
from renkei.hub.workspace.reminding import digests

PORTION = 100
# A mail server that does not answer keeps each for `mail.SECONDS`: all of them stay within the lease of a job.
_MAILS = 20


@job(sending.JOB, "「送るもの」を送る")
def send_portion(_now: datetime, payload: Payload) -> Payload | None:
    """Send a portion of what somebody had sent."""
    found = Sending.objects.filter(pk=payload["sending"]).first()
    return payload if found and sending.go_on(found) else None


@job(forgetting.JOB, "予定と実績の数を数える")
def project(_now: datetime, payload: Payload) -> None:
    """Compare a month whose papers have changed."""
    service = OfficeService.objects.select_related("party").get(pk=payload["service"])
    projecting.project(service, payload["month"])


@job(answers.JOB, "提供票から、実績を入れる月を用意する")
def begin_answers(_now: datetime, payload: Payload) -> None:
    """Begin the answers of a month that has many slips, or whose slips have changed."""
    service = OfficeService.objects.select_related("party").get(pk=payload["service"])
    answers.begin(service, payload["month"])


@job(rebuilding.KIND, "すべての事業所の予定と実績を数え直す")
def project_all(_now: datetime, payload: Payload) -> Payload | None:
    """Compare some months, one service after the other."""
    return rebuilding.go_on(payload)


@job("project-new", "新しい書類の月の、予定と実績を数える", every=timedelta(days=1))
def project_new(now: datetime, payload: Payload) -> Payload | None:
    """Compare the months of what came in, so that search knows their people."""
    return rebuilding.keep_up(now, payload)


@job("outbox-signed", "プログラムが署名して送ったものを見つける", every=timedelta(minutes=5))
def link_signed(_now: datetime, payload: Payload) -> Payload | None:
    """Find again what programs sent of what was approved here, for offices whose programs alone sign."""
    waiting = Outgoing.objects.filter(state__in=IN_HAND, owner__party__browser_seal=False)
    rows = OfficeService.objects.select_related("party").filter(pk__in=waiting.values("owner"))
    owners = list(rows.filter(pk__gt=payload.get("after", 0)).order_by("pk")[:PORTION])
    for owner in owners:
        linking.link(owner, linking.MOST)
    return {"after": owners[-1].pk} if len(owners) == PORTION else None


@job("outbox", "「送るもの」を片づける", every=timedelta(hours=1))
def sweep_outbox(now: datetime, _payload: Payload) -> Payload | None:
    """Clean up what was dropped, and copies whose time is over."""
    more = [cleaning.sweep(now, PORTION), forgetting.sweep(now, PORTION), answers.sweep(now, PORTION)]
    return {} if any(more) else None


@job("digests", "お知らせのメールを送る", every=timedelta(minutes=10))
def send_digests(now: datetime, _payload: Payload) -> Payload | None:
    """Send the digests that are due. Without a mail server they wait: what they would say stands on the page."""
    if not mail.is_on():
        return None
    due = list(Digest.objects.filter(due_at__lte=now).select_related("staff").order_by("due_at", "pk")[:_MAILS])
    for digest in due:
        digests.send(digest, now)
    return {} if len(due) == _MAILS else None
