"""Telling offices' servers that there is something new: who is to be told, one call, and what follows from its answer.

Taking on units knows nothing of all this: what is new shows in the feed's counter. Calls of one webhook that would tell of
several events become one. One that fails is made again later and later by the table of jobs.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from django.conf import settings
from django.db.models import OuterRef, Subquery

from renkei.hub.core import deeds, jobs, mail
from renkei.hub.core.jobs import Payload
from renkei.hub.core.models import Counter
from renkei.hub.core.writing import write
from renkei.hub.exchange.webhooks import addresses, calling, signing
from renkei.hub.exchange.webhooks.services import JOB, newest
from renkei.hub.parties.models import Party, Webhook, WebhookState

AT_A_TIME = 200
GONE = 410
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Answer:
    """What came of a call: an HTTP status, or a word of `calling`."""

    result: str

    @property
    def is_good(self) -> bool:
        return self.result.startswith("2")

    @property
    def is_gone(self) -> bool:
        return self.result == str(GONE)


def queue_what_is_new() -> int:
    """Have those called whose feed has something that they have not been told; how many. One query when there is none.

    Those of whom a call is under way, waits to be made again or was given up as a job are left to it.
    """
    newest_of = Counter.objects.filter(name=OuterRef("feed")).values("value")
    waiting = Webhook.objects.filter(~jobs.is_there(JOB, "pk"), state=WebhookState.ON, told__lt=Subquery(newest_of))
    found = list(waiting.order_by("pk").values_list("pk", flat=True)[:AT_A_TIME])
    if found:
        with write():
            jobs.enqueue_missing(JOB, {str(id_): {"webhook": id_} for id_ in found})
    return len(found)


@jobs.job(JOB, "新しいできごとを、事業所のサーバーに知らせる", outside=True)
def deliver(now: datetime, payload: Payload) -> Payload | None:
    """One call; a failed one is due again later, under the same key."""
    webhook = Webhook.objects.select_related("service__party").filter(pk=payload["webhook"]).first()
    if webhook is None or (webhook.state != WebhookState.ON and not payload.get("test")):
        return None
    if payload.get("test"):
        _try(webhook, now)
        return None
    number = newest(webhook)
    if number <= webhook.told:
        return None
    answer = _call(webhook, now, "feed.advanced", number)
    with write():
        ended = _note(webhook.pk, now, number, answer)
    if ended:
        _tell(webhook)
    return None


def message(webhook: Webhook, kind: str, now: datetime, number: int) -> bytes:
    """What is sent: whose feed, and up to which number it has grown. Nothing about anybody."""
    service = webhook.service
    said = {
        "type": kind,
        "timestamp": f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "data": {
            "hub": settings.HUB_ID,
            "epoch": settings.HUB_EPOCH,
            "office": service.party.number,
            "service": service.service,
            "number": number,
        },
    }
    return json.dumps(said, separators=(",", ":")).encode("ascii")


def _try(webhook: Webhook, now: datetime) -> None:
    """A call that changes nothing but what is known of the last one."""
    answer = _call(webhook, now, "webhook.test", webhook.told)
    with write():
        Webhook.objects.filter(pk=webhook.pk).update(called_at=now, result=answer.result)


def _call(webhook: Webhook, now: datetime, kind: str, number: int) -> Answer:
    values = settings.RENKEI
    body = message(webhook, kind, now, number)
    headers = signing.headers(_secrets(webhook, now), f"{webhook.pk}-{kind}-{number}", now, body)
    try:
        # The settings may have become narrower since the address was given.
        target = addresses.parse(webhook.url, values["WEBHOOK_PORTS"], values["WEBHOOK_NETWORKS"])
        bounds = calling.Bounds(values["WEBHOOK_NETWORKS"], values["WEBHOOK_SECONDS"], values["WEBHOOK_CA"])
        result = str(calling.post(target, headers, body, bounds))
    except addresses.BadUrl:
        result = "forbidden"
    except calling.NotCalled as error:
        result = str(error)
    _log.info("webhook called", webhook=webhook.pk, result=result)
    return Answer(result)


def _secrets(webhook: Webhook, now: datetime) -> list[str]:
    salts = [webhook.salt]
    if webhook.previous_until is not None and now < webhook.previous_until:
        salts.append(webhook.previous_salt)
    return [signing.secret(webhook.pk, salt) for salt in salts]


def _note(id_: int, now: datetime, number: int, answer: Answer) -> bool:
    """Inside `write()`: what follows from an answer; whether it is the end of the webhook."""
    webhook = Webhook.objects.select_for_update(of=("self",)).select_related("service").filter(pk=id_).first()
    if webhook is None or webhook.state != WebhookState.ON:
        return False
    webhook.called_at, webhook.result = now, answer.result
    if answer.is_good:
        webhook.told, webhook.attempts, webhook.failing_since = number, 0, None
    elif answer.is_gone:
        _end(webhook, WebhookState.GONE, "webhook-gone")
    else:
        webhook.attempts, webhook.failing_since = webhook.attempts + 1, webhook.failing_since or now
        if now - webhook.failing_since >= timedelta(days=settings.RENKEI["WEBHOOK_DAYS"]):
            _end(webhook, WebhookState.GIVEN_UP, "webhook-given-up")
        else:
            jobs.enqueue(JOB, {"webhook": id_}, due_at=now + jobs.wait_after(webhook.attempts), key=str(id_))
    webhook.save()
    return webhook.state != WebhookState.ON


def _end(webhook: Webhook, state: WebhookState, kind: str) -> None:
    webhook.state = state
    service = webhook.service
    deeds.record("hub", kind, f"webhook:{webhook.pk}", party=service.party_id, service=service.service)


def _tell(webhook: Webhook) -> None:
    """Mail to the office, where it has given an address; its page says it in any case."""
    party: Party = webhook.service.party
    if party.email:
        mail.send(
            party.email,
            "Webhook を止めました",
            f"事業所番号 {party.number} のサービス {webhook.service.service} の Webhook を止めました。\n"
            "届いたものは、これまでどおり受け取れます。ソフトの会社に知らせ、直ったら、画面の「設定」の「Webhook」で、また動かしてください。",
        )
