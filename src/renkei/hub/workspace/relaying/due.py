"""By when results go back to the centre: the 5th of the next month, unless the office said otherwise."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from django.db import IntegrityError

from renkei.hub.core import deeds
from renkei.hub.core.writing import write
from renkei.hub.parties.models import OfficeService
from renkei.hub.workspace.calendar import Deadline, Moves
from renkei.hub.workspace.models import RelayDue
from renkei.hub.workspace.relaying.rules import due_date


def deadline(due: RelayDue, month: str, today: date, works: Callable[[date], bool]) -> Deadline:
    """The same seen from a day; `works` says on which days the office does."""
    day = due_date(month, due.day, Moves(due.moves))
    days = [today + timedelta(step) for step in range((day - today).days + 1)]
    working = [one for one in days if works(one)]
    return Deadline(day, working[-1] if working else day, len(working), today > day)


def due_of(service: OfficeService) -> RelayDue:
    """What a service said, or the usual, unsaved. One query."""
    return RelayDue.objects.filter(owner=service).first() or RelayDue(owner=service)


def change(service: OfficeService, day: int, moves: Moves, revision: int, actor: str) -> None:
    """From now on by this day. `revision` is the one that was shown. Raises IntegrityError where somebody was first."""
    with write():
        RelayDue.objects.get_or_create(owner=service)
        same = RelayDue.objects.filter(owner=service, revision=revision)
        if not same.update(day=day, moves=moves.value, revision=revision + 1):
            raise IntegrityError("somebody else changed it meanwhile")
        about = f"service:{service.pk}"
        deeds.record(actor, "habits", about, party=service.party_id, service=service.service, changed=["relay_day"])
