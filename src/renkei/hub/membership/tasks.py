"""Renewing licences on the day after their end, and telling offices before it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import structlog
from django.conf import settings
from django.utils import timezone

from renkei.hub.core import mail
from renkei.hub.core.jobs import Payload, job
from renkei.hub.core.writing import write
from renkei.hub.membership import price_list, services
from renkei.hub.membership.models import Licence
from renkei.hub.membership.notices import NOTICE_DAYS, addresses, notice
from renkei.hub.membership.rules import NoOffer
from renkei.hub.parties.models import PartyState

PORTION = 100
_log = structlog.get_logger(__name__)


@job("licences", "利用期間を更新する", every=timedelta(hours=1))
def renew_ended(now: datetime, payload: Payload) -> Payload | None:
    """Renew what has ended and renews itself, a portion at a time; after a long pause of the hub, year by year."""
    today, after = timezone.localdate(now), payload.get("after", 0)
    ended = Licence.objects.filter(renewed=False, automatic=True, stopped_at=None, until__lt=today)
    some = list(ended.filter(party__state=PartyState.ACTIVE, pk__gt=after).order_by("pk")[:PORTION])
    for licence in some:
        _bring_up(licence, today)
    return {"after": some[-1].pk} if len(some) == PORTION else None


@job("licence-notices", "利用期間の終わりを知らせる", every=timedelta(hours=1))
def tell_before_end(now: datetime, payload: Payload) -> Payload | None:
    """Mail each office 30 and 7 days before its licence ends. None where the operator shows no licences."""
    if settings.RENKEI["LICENCES"] == "off":
        return None
    today, after = timezone.localdate(now), payload.get("after", 0)
    last = today + timedelta(days=max(NOTICE_DAYS))
    ending = Licence.objects.filter(renewed=False, until__gte=today, until__lte=last, party__state=PartyState.ACTIVE)
    some = list(ending.select_related("party").filter(pk__gt=after).order_by("pk")[:PORTION])
    for licence in some:
        _tell(licence, today)
    return {"after": some[-1].pk} if len(some) == PORTION else None


def _bring_up(licence: Licence, today: date) -> None:
    following: Licence | None = licence
    while following is not None:
        try:
            following = services.renew(following, today)
        except NoOffer:
            # Shown on the office's page; an operator's new price list mends it.
            _log.warning("no price for a renewal", licence=licence.pk)
            return


def _tell(licence: Licence, today: date) -> None:
    due = min((days for days in NOTICE_DAYS if licence.until <= today + timedelta(days=days)), default=None)
    if due is None or (licence.noticed_days is not None and licence.noticed_days <= due):
        return
    subject, text = notice(licence, services.what_is_next(licence, price_list.rows()))
    for address in addresses(licence.party):
        mail.send(address, subject, text)
    with write():
        Licence.objects.filter(pk=licence.pk).update(noticed_days=due)
