"""Forgetting what people and programs signed in with, once it is over."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from django.db.models import Model

from renkei.hub.core.jobs import Payload, job
from renkei.hub.core.writing import write
from renkei.hub.parties import changes, reading_on
from renkei.hub.parties.joining import applying
from renkei.hub.parties.models import AccessToken, Attempt, Challenge, RefreshToken
from renkei.hub.parties.staff import attempts, sessions

PORTION = 500


@job("sign-ins", "終わったサインインを忘れる", every=timedelta(minutes=10))
def forget_sign_ins(now: datetime, _payload: Payload) -> Payload | None:
    """Delete sessions, tokens, challenges and failures that count no more."""
    over = dict.fromkeys((Challenge, AccessToken, RefreshToken), "expires_at") | {Session: "expire_date"}
    deleted = [_delete_some(model, {f"{end}__lt": now}) for model, end in over.items()]
    deleted.append(_delete_some(Attempt, attempts.forget_before(now)))
    deleted.append(sessions.forget(now, PORTION))
    return {} if PORTION in deleted else None


def _delete_some(model: type[Model], over: dict[str, datetime]) -> int:
    with write():
        some = list(model._default_manager.filter(**over).values_list("pk", flat=True)[:PORTION])
        model._default_manager.filter(pk__in=some).delete()
    return len(some)


@job("changes", "廃止・合併・名前の変更などを、その日に行う", every=timedelta(minutes=5))
def apply_changes(now: datetime, _payload: Payload) -> Payload | None:
    """Carry out the changes of parties whose day in Tokyo has come; let the staff of successors read on."""
    if changes.apply_due(now) == changes.PORTION:
        return {}
    with write():
        reading_on.follow_staff()
    return None


@job("applications", "実らなかった古い申し込みを忘れる", every=timedelta(hours=12))
def forget_applications(now: datetime, _payload: Payload) -> Payload | None:
    """Delete applications that led to nothing."""
    with write():
        return {} if applying.forget(now, PORTION) == PORTION else None
