"""When copies of a unit are erased, and when its sender is reminded: one clock for each holder, from the settings."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from renkei.hub.exchange.models import Transmission
from renkei.hub.exchange.rules import Step
from renkei.hub.parties.models import OfficeService


def counted_from(row: Transmission) -> datetime:
    """From when the copies count that a recipient gets: never before the unit came, whatever a clock set back said."""
    return max(row.collected_at or row.accepted_at, row.accepted_at)


def mailbox_until(collected_at: datetime) -> datetime:
    """When the mailbox's copy of a unit is erased that was collected at this time."""
    return collected_at + timedelta(days=settings.RENKEI["MAILBOX_DAYS"])


def copy_until(service: OfficeService, at: datetime) -> datetime:
    """When an office's own copy is erased of what it sent or collected at this time: whole years, to the day in Tokyo."""
    years = service.copy_years or settings.RENKEI["COPY_YEARS"]
    local = timezone.localtime(at)
    # 29 February has no day of its own in most years: 1 March, never earlier.
    try:
        return local.replace(year=local.year + years)
    except ValueError:
        return local.replace(year=local.year + years, month=3, day=1)


def next_clock(accepted_at: datetime, now: datetime) -> datetime:
    """When to look again at a unit that nobody collects: its next reminder, or its expiry."""
    days = (*settings.RENKEI["REMIND_DAYS"], settings.RENKEI["EXPIRE_DAYS"])
    ahead = (accepted_at + timedelta(days=day) for day in days)
    return next((at for at in ahead if at > now), now)


def hub_step(accepted_at: datetime, now: datetime) -> Step:
    """What the hub does when a unit's clock is due."""
    return Step.EXPIRED if now >= accepted_at + timedelta(days=settings.RENKEI["EXPIRE_DAYS"]) else Step.REMINDED
