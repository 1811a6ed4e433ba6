"""The certificate of use on paper: a PDF with a number, and a picture of the address where anyone can check it."""

from __future__ import annotations

from datetime import date

import qrcode
from django.conf import settings
from qrcode.constants import ERROR_CORRECT_M

from renkei.forms import render
from renkei.hub.membership.models import Licence
from renkei.standard.showing.words import era_year


def draw(licence: Licence, address: str, today: date) -> bytes:
    """The PDF. `address` is the page that verifies it. Slow: call it outside any transaction."""
    return render(
        "licence-certificate",
        {
            "hub": settings.HUB_NAME,
            "office_name": licence.party.name,
            "office_number": licence.party.number,
            "from": _day(licence.from_on),
            "until": _day(licence.until),
            "number": licence.written_number,
            "address": address,
            "qr": squares(address),
            "issued_on": _day(today),
        },
    )


def squares(text: str) -> list[str]:
    """A QR code as rows of 0 and 1."""
    code = qrcode.QRCode(border=0, error_correction=ERROR_CORRECT_M)
    code.add_data(text)
    return ["".join("1" if dark else "0" for dark in row) for row in code.get_matrix()]


def _day(day: date) -> str:
    return f"{era_year(day)}{day.month}月{day.day}日"
