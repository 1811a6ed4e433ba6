"""What ends soon: an office's certificates and its licence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils import timezone

from renkei.hub.membership.models import Licence
from renkei.hub.membership.notices import NOTICE_DAYS, day_words
from renkei.hub.parties.models import Certificate, Party
from renkei.trust.policies import HUB_KEPT


@dataclass(frozen=True)
class Ending:
    """Something with a last day. `since` is the last of the days on which it became worth a word; `route` its page."""

    words: str
    since: date
    route: str


def endings(party: Party, now: datetime) -> list[Ending]:
    """What ends within the days of notice, and is not renewed by itself. Two queries."""
    return [*_certificates(party, now), *_licences(party, timezone.localdate(now))]


def _certificates(party: Party, now: datetime) -> Iterator[Ending]:
    days = settings.RENKEI["CERTIFICATE_REMIND_DAYS"]
    until = now + timedelta(days=max(days, default=0) + 1)
    rows = Certificate.objects.filter(party=party, revoked_at=None, renewal=None, not_after__gt=now)
    for row in rows.filter(not_after__lte=until).exclude(kind=HUB_KEPT).order_by("not_after", "pk"):
        last = timezone.localdate(row.not_after)
        if since := _since(last, days, timezone.localdate(now)):
            yield Ending(f"証明書の期限は{day_words(last)}までです", since, "certificates")


def _licences(party: Party, today: date) -> Iterator[Ending]:
    if settings.RENKEI["LICENCES"] == "off":
        return
    last = today + timedelta(days=max(NOTICE_DAYS))
    for row in Licence.objects.filter(party=party, renewed=False, until__gte=today, until__lte=last):
        if not row.renews_itself and (since := _since(row.until, NOTICE_DAYS, today)):
            yield Ending(f"利用期間は{day_words(row.until)}までです", since, "licence")


def _since(last: date, days: Iterable[int], today: date) -> date | None:
    """The latest day of notice that has come, None before the first."""
    return max((day for before in days if (day := last - timedelta(days=before)) <= today), default=None)
