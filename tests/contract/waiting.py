"""One unit that waits in a mailbox, and what may be said about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from renkei.conformance import Month

from . import world
from .conftest import Hub

DAY = timedelta(days=1)
FINDING = {"code": "E-FIELD-LENGTH", "severity": "error", "file": "a.csv", "message": "長すぎます"}


@dataclass
class Sent:
    """A unit that waits in a mailbox."""

    sender: world.TestOffice
    recipient: world.TestOffice
    id: str
    digest: str
    files: dict[str, bytes]
    data: Path

    @property
    def row(self) -> Any:
        from renkei.hub.exchange.models import Transmission

        return Transmission.objects.select_related("sender", "recipient", "envelope").get(pk=self.id)

    def say(self, step: str, by: world.TestOffice | None = None, **words: Any) -> None:
        office = by or self.recipient
        answer = office.post("/receipts", {"receipts": [office.receipt(self.id, self.digest, step, **words)]})
        assert answer.json()["results"][0]["status"] == 201, answer.content.decode()

    def steps(self) -> list[str]:
        from renkei.hub.core import events

        return [event.type for event in events.of(self.row.pk)]


def send(town: Hub, month: Month, which: int = 0) -> Sent:
    """Send one of the care manager's units."""
    sender = town.offices[month.offices[0].number]
    unit, files = world.units_of(month.files[sender.number])[which]
    envelope = sender.envelope(unit, files)
    answer = sender.post("/transmissions", envelope)
    assert answer.status_code == 201
    recipient = town.offices[unit.recipient]
    return Sent(sender, recipient, answer.json()["id"], world.digest(envelope["manifest"]), files, town.data)


@pytest.fixture
def sent(town: Hub, month: Month) -> Sent:
    return send(town, month)


def say_everything(sent: Sent) -> None:
    """Take steps with words of both sides. Nobody looks at the contents: looks are kept."""
    sent.say("collected")
    sent.say("import_failed", found=[FINDING])
    sent.say("change_requested", by=sent.sender, text="山田さんの回数を直してください")
    sent.say("change_accepted", text="直します")


def erase(now: datetime) -> None:
    from renkei.hub.exchange import tasks

    while tasks.erase_what_is_over(now, {}) is not None:
        pass
