"""Saying in time that a certificate ends: by mail to the office and its administrators, and on its page."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from renkei.hub.core import mail
from renkei.hub.core.writing import write
from renkei.hub.parties.models import Certificate, Level, Membership, PartyState
from renkei.standard.showing.words import WEEKDAYS
from renkei.trust.policies import HUB_KEPT

PORTION = 200


def remind(now: datetime) -> bool:
    """Send the reminders that are due, one for each of `CERTIFICATE_REMIND_DAYS`; whether more may be waiting.

    Not of one that has been renewed, nor of keys that the hub keeps and renews by itself.
    """
    due = [(row, days) for row in _ending(now) if (days := _due(row, now)) is not None][:PORTION]
    for row, days in due:
        # One that cannot be sent is tried again at the next run.
        sent = [mail.send(to, *_words(row, now)) for to in _addresses(row)]
        if all(sent):
            with write():
                Certificate.objects.filter(pk=row.pk).update(reminded_days=days)
    return len(due) == PORTION


def days_left(row: Certificate, now: datetime) -> int:
    """Whole days until the end, in Japan's calendar; 0 on the last day, negative after it."""
    return (timezone.localdate(row.not_after) - timezone.localdate(now)).days


def _ending(now: datetime) -> list[Certificate]:
    longest = max(settings.RENKEI["CERTIFICATE_REMIND_DAYS"], default=0)
    rows = Certificate.objects.select_related("party").filter(
        revoked_at=None, not_after__gt=now, not_after__lte=now + timedelta(days=longest + 1), renewal=None
    )
    return list(rows.filter(party__state=PartyState.ACTIVE).exclude(kind=HUB_KEPT).order_by("not_after", "pk"))


def _due(row: Certificate, now: datetime) -> int | None:
    """The reminder that is due, None when it went out before."""
    passed = [days for days in settings.RENKEI["CERTIFICATE_REMIND_DAYS"] if days_left(row, now) <= days]
    if not passed or (row.reminded_days is not None and row.reminded_days <= min(passed)):
        return None
    return int(min(passed))


def _addresses(row: Certificate) -> list[str]:
    people = Membership.objects.filter(party=row.party, active=True, staff__is_active=True).exclude(level=Level.MEMBER)
    mails = {row.party.email, *people.values_list("staff__email", flat=True)}
    return sorted(address for address in mails if address)


def _words(row: Certificate, now: datetime) -> tuple[str, str]:
    end = timezone.localtime(row.not_after)
    left = days_left(row, now)
    rest = f"あと{left}日" if left else "今日まで"
    day = f"{end.year}年{end.month}月{end.day}日({WEEKDAYS[end.weekday()]})"
    return (
        f"証明書の期限まで{rest}です",
        f"{row.party.name}(事業所番号 {row.party.number})の証明書は、{day}に期限が切れます({rest})。\n"
        "切れると、提供票や実績を送ることも受け取ることもできなくなります。\n\n"
        "事業所のプログラムのフォルダで renkei office renew を実行してください。すぐに終わります。\n"
        "前の証明書も、期限までそのまま使えます。ほかの認証局の証明書は、その認証局で更新してください。\n",
    )
