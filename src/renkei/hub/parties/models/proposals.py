"""What takes two people."""

from __future__ import annotations

from django.db import models

from .people import Staff


class ProposalState(models.TextChoices):
    OPEN = "open", "もう1人を待っています"
    DONE = "done", "しました"
    REFUSED = "refused", "しませんでした"


class Proposal(models.Model):
    """Something that one person proposes and another decides. `kind` names the deed, `given` its ids, never a person's
    data; after `expires_at` it cannot be decided any more."""

    kind = models.CharField(max_length=40)
    given = models.JSONField(default=dict)
    reason = models.CharField(max_length=500)
    proposed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=ProposalState.choices, default=ProposalState.OPEN)
    decided_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "id"], name="proposals_by_state")]
