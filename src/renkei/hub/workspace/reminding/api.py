"""The machine call for what an office should know of now: the program shows it where nobody opens a page. It names no client."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router

from renkei.hub.core.schemas import PROBLEMS, Schema, Service
from renkei.hub.parties.machines.api import Token, own_service
from renkei.hub.workspace.reminding import services

router = Router(tags=["お知らせ"], auth=Token())


class RemindersQuery(Schema):
    service: Service


class EntryOut(Schema):
    """One thing: in words, about which office, and since when it is worth telling."""

    words: str
    partner: str
    since: datetime


class ReminderOut(Schema):
    """One matter, its newest entries first; `more`: there are more of them than are named here."""

    matter: str = Field(examples=["unopened"])
    label: str
    entries: list[EntryOut]
    more: bool


class RemindersOut(Schema):
    """The most pressing matter first; empty for nothing."""

    reminders: list[ReminderOut]


@router.get("/reminders", response={200: RemindersOut, **PROBLEMS}, summary="お知らせ")
def reminders(request: HttpRequest, query: Query[RemindersQuery]) -> dict[str, Any]:
    owner = own_service(request.auth, query.service)  # type: ignore[attr-defined]
    return {"reminders": [_reminder(one) for one in services.told_to_office(owner)]}


def _reminder(one: services.Reminder) -> dict[str, Any]:
    entries = [{"words": entry.words, "partner": entry.partner, "since": entry.since} for entry in one.entries]
    return {"matter": one.matter.value, "label": one.matter.label, "entries": entries, "more": one.is_more}
