"""What the hub reminds an office of. It names no client."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .answers import Answer

_MOST = 200


@dataclass(frozen=True)
class ReminderEntry:
    """One thing: in words, about which office, since when it is worth telling."""

    words: str
    partner: str
    since: datetime


@dataclass(frozen=True)
class Reminder:
    """One matter with its newest entries; `more`: there are more than these. Unsigned: to be shown, never to be relied on."""

    matter: str
    label: str
    entries: tuple[ReminderEntry, ...]
    more: bool


def read(answer: Answer) -> tuple[Reminder, ...]:
    """The most pressing matter first. Raises HubAnswerError for what is not as the API says."""
    return tuple(
        Reminder(
            one.text("matter"),
            one.text("label"),
            tuple(
                ReminderEntry(entry.text("words"), entry.text("partner"), entry.time("since"))
                for entry in one.parts("entries", _MOST)
            ),
            one.flag("more"),
        )
        for one in answer.parts("reminders", _MOST)
    )
