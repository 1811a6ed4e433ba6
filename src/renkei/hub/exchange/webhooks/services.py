"""Setting, changing and ending the webhook of an office service."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from renkei.hub.core import deeds, jobs
from renkei.hub.core.models import Counter
from renkei.hub.core.problems import Refused
from renkei.hub.core.writing import write
from renkei.hub.exchange.webhooks import addresses, signing
from renkei.hub.parties.models import OfficeService, Webhook, WebhookState

JOB = "webhook"
# Both secrets sign this long after a change: time to bring the new one to every server.
BOTH_SIGN = timedelta(hours=24)


@dataclass(frozen=True)
class Made:
    """A webhook, with the secret that nobody is shown again; None where the one of before goes on counting."""

    webhook: Webhook
    secret: str | None


def of(service: OfficeService) -> Webhook:
    """The webhook of a service. Raises Refused (404)."""
    found = Webhook.objects.select_related("service__party").filter(service=service).first()
    if found is None:
        raise Refused(404, "E-NOT-FOUND", "このサービスに Webhook はありません。", "PUT で決めてください。")
    return found


def put(service: OfficeService, url: str, actor: str) -> Made:
    """Have the hub call `url`, from now on; with a secret where there was none before. Raises Refused (422).

    The first call tells of all that is in the feed already.
    """
    _check(url)
    with write():
        webhook, is_new = Webhook.objects.get_or_create(
            service=service, defaults={"url": url, "feed": service.feed, "salt": _salt()}
        )
        if not is_new:
            _begin_anew(webhook, url=url)
        _record(actor, "webhook-set", webhook)
    return Made(of(service), signing.secret(webhook.pk, webhook.salt) if is_new else None)


def rotate(service: OfficeService, actor: str) -> Made:
    """A new secret; the one before it signs too for a day. Raises Refused (404)."""
    webhook = of(service)
    salt = _salt()
    with write():
        Webhook.objects.filter(pk=webhook.pk).update(
            salt=salt, previous_salt=webhook.salt, previous_until=timezone.now() + BOTH_SIGN
        )
        _record(actor, "webhook-rotated", webhook)
    return Made(of(service), signing.secret(webhook.pk, salt))


def resume(service: OfficeService, actor: str) -> Webhook:
    """Call again what had been given up. Raises Refused (404)."""
    webhook = of(service)
    with write():
        _begin_anew(webhook)
        _record(actor, "webhook-resumed", webhook)
    return of(service)


def remove(service: OfficeService, actor: str) -> None:
    """Call no more. Raises Refused (404)."""
    webhook = of(service)
    with write():
        _record(actor, "webhook-removed", webhook)
        webhook.delete()


def test(service: OfficeService) -> None:
    """Have one call made that tells nothing. Raises Refused (404)."""
    webhook = of(service)
    with write():
        jobs.enqueue(JOB, {"webhook": webhook.pk, "test": True}, key=f"{webhook.pk}:test")


def newest(webhook: Webhook) -> int:
    """The number of the newest event in its feed."""
    return Counter.objects.filter(name=webhook.feed).values_list("value", flat=True).first() or 0


def _begin_anew(webhook: Webhook, **changed: str) -> None:
    """Call at once, whatever came of the calls before."""
    Webhook.objects.filter(pk=webhook.pk).update(state=WebhookState.ON, attempts=0, failing_since=None, **changed)
    jobs.enqueue(JOB, {"webhook": webhook.pk}, key=str(webhook.pk))


def _check(url: str) -> None:
    values = settings.RENKEI
    try:
        addresses.parse(url, values["WEBHOOK_PORTS"], values["WEBHOOK_NETWORKS"])
    except addresses.BadUrl as error:
        raise Refused(422, "E-WEBHOOK-URL", "このアドレスは使えません。", str(error)) from error


def _record(actor: str, kind: str, webhook: Webhook) -> None:
    deeds.record(actor, kind, f"webhook:{webhook.pk}", party=webhook.service.party_id, service=webhook.service.service)


def _salt() -> str:
    return secrets.token_hex(16)
