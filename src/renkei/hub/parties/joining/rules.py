"""Pure decisions about joining: who may invite whom, and what still stands open."""

from __future__ import annotations

from collections.abc import Mapping

from renkei.hub.parties.models import ApplicationState, PartyKind

AGREEMENT = "2026-11"  # of the text in templates/parties/joining/agreement.html; a new text gets a new version

# Offices apply by themselves, and invite their own staff in `parties.staff`. A proxy is a person.
_MAY_INVITE: Mapping[PartyKind, frozenset[PartyKind]] = {
    PartyKind.OPERATOR: frozenset((PartyKind.OPERATOR, PartyKind.MUNICIPALITY, PartyKind.PREFECTURE, PartyKind.VENDOR)),
    PartyKind.MUNICIPALITY: frozenset((PartyKind.CLINIC, PartyKind.PERSON)),
}
OPEN = frozenset((ApplicationState.APPLIED, ApplicationState.CODE_SENT))


def may_invite(inviter: PartyKind, invited: PartyKind) -> bool:
    """Whether a party of one kind may bring in one of another."""
    return invited in _MAY_INVITE.get(inviter, frozenset())


def invitable(inviter: PartyKind) -> list[PartyKind]:
    """Whom a party of this kind may bring in, in the order of the kinds."""
    return [kind for kind in PartyKind if may_invite(inviter, kind)]


def why_not_alone(is_reissue: bool, agreed_by: str, actor: str) -> str:
    """Why this person cannot decide now, in words; empty when they can. A re-issue takes two different people."""
    if not is_reissue:
        return ""
    if not agreed_by:
        return (
            "この番号の事業所は、もう登録されています。入り直すには、2人の同意が要ります。まず1人が同意してください。"
        )
    if agreed_by == actor:
        return "同意した人とは別の人が、番号を送るか、確かめてください。"
    return ""
