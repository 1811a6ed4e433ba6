"""A letter that invites a partner who is not connected yet: where to apply, with its number filled in. It names no client."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

from django.conf import settings

from renkei.forms import render
from renkei.hub.membership.certificate import squares
from renkei.hub.parties.models import OfficeService
from renkei.hub.workspace.models import Partner
from renkei.standard.showing.words import era_year


def draw(owner: OfficeService, partner: Partner, waiting: int, join: str, today: date) -> bytes:
    """The PDF. `waiting` is how many units wait for the partner; `join` the address of the page where offices apply.

    Slow: call it outside any transaction.
    """
    address = f"{join}?{urlencode({'number': partner.number})}"
    return render(
        "partner-invitation",
        {
            "hub": settings.HUB_NAME,
            "to": partner.name,
            "from": owner.party.name,
            "from_number": owner.party.number,
            "phone": owner.party.phone,
            "waiting": waiting,
            "address": address,
            "qr": squares(address),
            "contact": settings.RENKEI["CONTACT"],
            "day": f"{era_year(today)}{today.month}月{today.day}日",
        },
    )
