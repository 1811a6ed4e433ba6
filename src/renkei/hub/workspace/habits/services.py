"""The habits of a service."""

from __future__ import annotations

from renkei.hub.parties.models import OfficeService
from renkei.hub.workspace.models import Habits


def habits_of(service: OfficeService) -> Habits:
    """How this service works; the defaults, unsaved, where nobody said anything. One query."""
    return Habits.objects.filter(owner=service).first() or Habits(owner=service)
