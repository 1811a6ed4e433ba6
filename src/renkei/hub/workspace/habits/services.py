"""The habits of a service: read, and changed by those who run the office."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import F

from renkei.hub.core import deeds
from renkei.hub.core.writing import write
from renkei.hub.parties.models import OfficeService
from renkei.hub.workspace.models import Approval, Habits, Outgoing, OutgoingState

FIELDS = (
    "approval",
    "send_day",
    "result_day",
    "unopened_days",
    "weekdays_off",
    "holidays_off",
    "days_off",
    "claim_moves",
)


class ChangedMeanwhile(Exception):
    """Somebody else has changed them since they were shown: `now` is how they stand."""

    def __init__(self, now: Habits) -> None:
        super().__init__()
        self.now = now


def habits_of(service: OfficeService) -> Habits:
    """How this service works; the defaults, unsaved, where nobody said anything. One query."""
    return Habits.objects.filter(owner=service).first() or Habits(owner=service)


def why_not_at_once(service: OfficeService) -> str:
    """Why papers do not go at once from the browser; empty where they do. Where another person approves, they wait too."""
    if Approval(habits_of(service).approval) is not Approval.OTHER:
        return ""
    return "別の人が承認する決まりです。「送るもの」のページに書類のファイルを入れて、下書きにしてください。"


def change(service: OfficeService, values: Mapping[str, Any], revision: int, actor: str) -> None:
    """Work like this from now on: a value for each of `FIELDS`. `revision` is the one that was shown.

    Raises ChangedMeanwhile; then nothing is written.
    """
    with write():
        Habits.objects.get_or_create(owner=service)
        held = Habits.objects.select_for_update(of=("self",)).get(owner=service)
        if held.revision != revision:
            raise ChangedMeanwhile(held)
        changed = {name: values[name] for name in FIELDS if getattr(held, name) != values[name]}
        if not changed:
            return
        Habits.objects.filter(pk=held.pk).update(**changed, revision=revision + 1)
        if changed.get("approval") == Approval.OTHER:
            # Approved when nobody had to: what waits still is to be seen by somebody else.
            waiting = Outgoing.objects.filter(owner=service, state=OutgoingState.APPROVED)
            waiting.update(state=OutgoingState.CHECKED, revision=F("revision") + 1)
        about = f"service:{service.pk}"
        deeds.record(actor, "habits", about, party=service.party_id, service=service.service, changed=sorted(changed))
