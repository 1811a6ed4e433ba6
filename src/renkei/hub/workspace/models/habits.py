"""How a service works: what its people agreed on, which no rule of the field says."""

from __future__ import annotations

from django.db import models

from renkei.hub.core.loading import Loaded
from renkei.hub.parties.models import OfficeService
from renkei.hub.workspace.calendar import Moves


class Approval(models.TextChoices):
    """What has to come before sending."""

    NONE = "none", "送る人が確かめて送る"
    OTHER = "other", "完成にした人とは別の人が承認してから送る"


class Habits(Loaded):
    """How one service of ours works. A service without a row has the defaults.

    `send_day` is the day of the month on which slips go out, `result_day` the one by which results should be in;
    `unopened_days` after how many days of work something unopened is worth a word. `weekdays_off` are digits, 0 Monday to
    6 Sunday; `holidays_off`: closed on national holidays and from 29 December to 3 January; `days_off` ISO dates on which
    the office is closed besides. `claim_moves`: what the federation does with a claim date on a holiday, empty: as the
    hub's setting says. `revision` grows by each change.
    """

    owner = models.OneToOneField(OfficeService, primary_key=True, on_delete=models.CASCADE, related_name="habits")
    approval = models.CharField(max_length=8, choices=Approval.choices, default=Approval.NONE)
    send_day = models.PositiveSmallIntegerField(null=True)
    result_day = models.PositiveSmallIntegerField(default=5)
    unopened_days = models.PositiveSmallIntegerField(default=3)
    weekdays_off = models.CharField(max_length=7, default="56", blank=True)
    holidays_off = models.BooleanField(default=True)
    days_off = models.JSONField(default=list)
    claim_moves = models.CharField(max_length=8, blank=True, choices=[(one.value, one.value) for one in Moves])
    revision = models.PositiveIntegerField(default=0)
