"""What takes two people, and who may be the second."""

from __future__ import annotations

from datetime import datetime, timedelta

from renkei.hub.parties.models import Proposal, ProposalState, Staff

# A proposal that nobody has decided by then is over.
OPEN_FOR = timedelta(days=7)
# For so long after the second person's word both may read.
READING_FOR = timedelta(hours=1)


def why_not(proposal: Proposal, staff: Staff, now: datetime) -> str | None:
    """Why this person cannot decide the proposal now, in Japanese; None where they can."""
    if proposal.state != ProposalState.OPEN:
        return "この提案は、もう決まっています。"
    if now >= proposal.expires_at:
        return "この提案は、期限が過ぎました。必要なら、もう一度提案してください。"
    if proposal.proposed_by_id == staff.pk:
        return "提案した人は、決める人にはなれません。もう1人の管理者に頼んでください。"
    return None


def may_read(proposal: Proposal, staff: Staff, now: datetime) -> bool:
    """Whether an agreed reading is open to this person: to the two, for an hour."""
    return (
        proposal.state == ProposalState.DONE
        and proposal.decided_at is not None
        and now < proposal.decided_at + READING_FOR
        and staff.pk in {proposal.proposed_by_id, proposal.decided_by_id}
    )
