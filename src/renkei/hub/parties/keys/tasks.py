"""What the hub does by itself for certificates."""

from __future__ import annotations

from datetime import datetime, timedelta

from renkei.hub.core.bodies import rewrapping
from renkei.hub.core.jobs import Payload, job
from renkei.hub.parties.keys import issuing, reminding, revoking, sealing

rewrapping.also(sealing.Wraps())


@job("certificate-lists", "失効リストを新しくし、待っている申請書に証明書を発行する", every=timedelta(minutes=10))
def keep_lists(now: datetime, _payload: Payload) -> None:
    """Follow the ledger and the clock."""
    try:
        issuing.keep_lists(now)
    except Exception:
        issuing.forget()
        raise
    issuing.issue_waiting(now)


@job(revoking.KIND, "失効した証明書を、認証局の失効リストに載せる")
def publish_revocations(_now: datetime, _payload: Payload) -> None:
    """Try again what could not be done at once."""
    if not revoking.tell_the_world():
        raise RuntimeError("the authority is away")


@job("certificate-reminders", "証明書の期限を知らせる", every=timedelta(hours=6))
def remind(now: datetime, _payload: Payload) -> Payload | None:
    """Mail what is due."""
    return {} if reminding.remind(now) else None


@job("sealing-keys", "ハブが預かる鍵を、期限の前に替える", every=timedelta(hours=12))
def renew_sealing_keys(now: datetime, _payload: Payload) -> None:
    """Make the next ones."""
    sealing.renew_ending(now)
