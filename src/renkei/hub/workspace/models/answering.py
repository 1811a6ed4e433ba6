"""Results that a service office fills in here, instead of in care software of its own."""

from __future__ import annotations

from django.db import models

from renkei.hub.core.ids import new_id
from renkei.hub.core.loading import Loaded
from renkei.hub.parties.models import OfficeService, Staff

from .outbox import Outgoing


class AnswerMonth(models.Model):
    """Which slips the answers of a month were begun from, told by `mark` (`comparing.papers.Mark`)."""

    owner = models.ForeignKey(OfficeService, on_delete=models.CASCADE, related_name="answer_months", db_index=False)
    month = models.CharField(max_length=6)
    mark = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "month"], name="one_answer_month")]


class Answer(Loaded):
    """One person's month (YYYYMM) at a service office, as planned by one care-management office (`number`, `service`).

    `subject` is the keyed hash of the person. `body` holds who it is and every visit, planned and done (holder `holder`).
    `planned`, `done`, `open` and `differing` count visits: in the slip, that took place, of which nobody has said yet, and
    that went otherwise than planned. `is_finished`: somebody said that this is all. `outgoing` is the unit into which it
    was put last, as it was at `sent_revision`; `reported` is a keyed digest of the report that was put beside it. `revision`
    grows by each change: nobody overwrites what somebody else wrote in between. It is erased at `until`, with the copies of
    the slips it came from.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    owner = models.ForeignKey(OfficeService, on_delete=models.CASCADE, related_name="answers", db_index=False)
    month = models.CharField(max_length=6)
    number = models.CharField(max_length=10)
    service = models.CharField(max_length=2)
    subject = models.CharField(max_length=64)
    body = models.UUIDField(db_index=True)
    planned = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    open = models.PositiveIntegerField(default=0)
    differing = models.PositiveIntegerField(default=0)
    is_finished = models.BooleanField(default=False)
    has_report = models.BooleanField(default=False)
    outgoing = models.ForeignKey(Outgoing, null=True, on_delete=models.SET_NULL, related_name="+")
    reported = models.CharField(max_length=64, blank=True)
    sent_revision = models.PositiveIntegerField(null=True)
    revision = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL, related_name="+")
    until = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "month", "subject", "number"], name="one_answer_per_person_and_planner"
            )
        ]

    @property
    def holder(self) -> str:
        """Whose its body is."""
        return f"answers:{self.owner_id}"


class VisitPhoto(models.Model):
    """A photograph that a helper took at a visit (`date` YYYYMMDD, `key` as `answering.today` tells visits apart).

    `body` holds it (holder as the answer's); `media` is its media type. It goes with the answer.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="photos")
    date = models.CharField(max_length=8)
    key = models.CharField(max_length=20)
    staff = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    media = models.CharField(max_length=20)
    body = models.UUIDField(db_index=True)
