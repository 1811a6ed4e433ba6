"""Deeds of two people: one proposes with a reason, another agrees or not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from django.utils import timezone

from renkei.hub.core import deeds
from renkei.hub.core.problems import Refused
from renkei.hub.core.writing import write
from renkei.hub.operation import rules
from renkei.hub.parties.keys import trusted
from renkei.hub.parties.models import Proposal, ProposalState, Staff


class Kind(NamedTuple):
    """One deed for two. `carry_out` may be done twice with no harm: it comes before the record that it was done."""

    label: str
    carry_out: Callable[[dict[str, Any]], object]


def _open_reading(_given: dict[str, Any]) -> None:
    """Nothing but the second person's word is needed: `rules.may_read` looks at it."""


REVOKE_AUTHORITY, READ_LOOKS = "revoke-authority", "looks-of-person"
KINDS = {
    REVOKE_AUTHORITY: Kind("認証局を信頼しないことにする", lambda given: trusted.distrust(given["fingerprint"])),
    READ_LOOKS: Kind("1人の人の閲覧の記録を読む", _open_reading),
}


def propose(kind: str, given: dict[str, Any], reason: str, staff: Staff) -> Proposal:
    """Put a deed before a second person."""
    now = timezone.now()
    with write():
        proposal = Proposal.objects.create(
            kind=kind, given=given, reason=reason, proposed_by=staff, expires_at=now + rules.OPEN_FOR
        )
        deeds.record(f"staff:{staff.pk}", f"propose-{kind}", f"proposal:{proposal.pk}", reason=reason)
    return proposal


def decide(proposal: Proposal, staff: Staff, *, agrees: bool) -> None:
    """The second person's word. Raises Refused (403) for one who cannot give it."""
    _check(proposal, staff)
    if agrees:
        KINDS[proposal.kind].carry_out(proposal.given)
    with write():
        row = Proposal.objects.select_for_update().get(pk=proposal.pk)
        _check(row, staff)
        row.state = ProposalState.DONE if agrees else ProposalState.REFUSED
        row.decided_by, row.decided_at = staff, timezone.now()
        row.save(update_fields=["state", "decided_by", "decided_at"])
        deeds.record(
            f"staff:{row.proposed_by_id}",
            row.kind if agrees else f"refuse-{row.kind}",
            f"proposal:{row.pk}",
            reason=row.reason,
            second=f"staff:{staff.pk}",
        )


def _check(proposal: Proposal, staff: Staff) -> None:
    if words := rules.why_not(proposal, staff, timezone.now()):
        raise Refused(403, "E-AUTH-SECOND", words, "")
