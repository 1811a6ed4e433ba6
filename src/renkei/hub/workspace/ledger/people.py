"""Finding a person in the ledger, and showing what is about them. Each is a look before anything is shown."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.http import Http404

from renkei.hub.core import looks
from renkei.hub.core.looks import Viewer
from renkei.hub.core.writing import write
from renkei.hub.parties.models import OfficeService
from renkei.hub.workspace.comparing.services import RULE
from renkei.hub.workspace.ledger import reading
from renkei.hub.workspace.models import Projected
from renkei.hub.workspace.projecting import searching
from renkei.hub.workspace.projecting import services as projecting
from renkei.hub.workspace.projecting.services import Client

_DIGITS = re.compile("[0-9]+", re.ASCII)
_MOST_LETTERS = 100
_INSURER, _INSURED = 6, 10


@dataclass(frozen=True)
class Asked:
    """What somebody typed to find a person: it stands in no address and in no record."""

    text: str
    insurer: str
    insured: str

    @property
    def has_numbers(self) -> bool:
        return len(self.insurer) == _INSURER and len(self.insured) == _INSURED


def asked(text: str, insurer: str, insured: str) -> Asked:
    """As typed, numbers in any width and with noughts before short ones."""
    return Asked(text.strip()[:_MOST_LETTERS], _number(insurer, _INSURER), _number(insured, _INSURED))


def find(service: OfficeService, wanted: Asked, viewer: Viewer) -> dict[str, Client | None]:
    """People by subject: one whose numbers are given, of whom the service has anything, or those whom the text fits. A look."""
    if wanted.has_numbers:
        subject = looks.subject(wanted.insurer, wanted.insured)
        return {subject: None} if reading.is_known(service, subject) else {}
    return dict(searching.find(service, wanted.text, viewer))


def open_person(service: OfficeService, subject: str, viewer: Viewer, purpose: str = "search") -> Client | None:
    """Who it is, where a month's roster says so; a look. Raises Http404 where nothing of this service is about them."""
    if not reading.is_known(service, subject):
        raise Http404
    rows = Projected.objects.filter(owner=service, progress__subject=subject, roster__isnull=False)
    projected = rows.order_by("-month").first()
    with write():
        looks.record(viewer, purpose=purpose, rule=RULE, about=f"ledger:{service.pk}", subjects=[subject])
        stored = projecting.fetch_roster(projected) if projected else None
    return projecting.open_roster(stored).get(subject)


def _number(text: str, length: int) -> str:
    digits = "".join(text.split()).translate(
        {ord(wide): str(digit) for digit, wide in enumerate("０１２３４５６７８９")}
    )
    return digits.zfill(length) if _DIGITS.fullmatch(digits) and len(digits) <= length else ""
