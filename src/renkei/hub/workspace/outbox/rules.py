"""What may be done with a unit in hand, by whom: pure decisions.

Draft → checked (its maker says that it is finished) → approved (by somebody else, where the office wants that) → handed
over. What somebody did can be undone until it is on the hub: a transmission has its own ways back (withdraw, recall).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from renkei.hub.parties.models import Duty
from renkei.hub.workspace.models import Approval, Channel, Outgoing, OutgoingState, Step

_S = OutgoingState


class Deed(StrEnum):
    """What a person can do with units; `label` is what the button says."""

    CHECK = "check"
    APPROVE = "approve"
    TAKE_BACK = "take_back"
    SEND = "send"
    HAND_OVER = "hand_over"
    UNDO = "undo"
    DROP = "drop"
    RESTORE = "restore"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def goes_on(self) -> bool:
        """Whether it is a step forward, and not one back."""
        return self in (Deed.CHECK, Deed.APPROVE, Deed.SEND, Deed.HAND_OVER)


_LABELS = {
    Deed.CHECK: "完成にする",
    Deed.APPROVE: "承認する",
    Deed.TAKE_BACK: "下書きに戻す",
    Deed.SEND: "送る",
    Deed.HAND_OVER: "渡した、と記録する",
    Deed.UNDO: "「渡した」を取り消す",
    Deed.DROP: "送るのをやめる",
    Deed.RESTORE: "下書きに戻す",
}


@dataclass(frozen=True)
class Move:
    """From which states, with which duties (any of them), to which state, under which name in the history."""

    states: frozenset[OutgoingState]
    duties: frozenset[Duty]
    to: OutgoingState
    step: Step


MOVES = {
    Deed.CHECK: Move(frozenset({_S.DRAFT}), frozenset({Duty.PREPARE}), _S.CHECKED, Step.CHECKED),
    Deed.APPROVE: Move(frozenset({_S.CHECKED}), frozenset({Duty.CHECK}), _S.APPROVED, Step.APPROVED),
    Deed.TAKE_BACK: Move(
        frozenset({_S.CHECKED, _S.APPROVED}), frozenset({Duty.PREPARE, Duty.CHECK}), _S.DRAFT, Step.TAKEN_BACK
    ),
    # Handed over only once the hub has taken it on: until then it stays what it is.
    Deed.SEND: Move(
        frozenset({_S.DRAFT, _S.CHECKED, _S.APPROVED}), frozenset({Duty.SEND}), _S.HANDED_OVER, Step.HANDED_OVER
    ),
    Deed.HAND_OVER: Move(
        frozenset({_S.DRAFT, _S.CHECKED, _S.APPROVED}), frozenset({Duty.SEND}), _S.HANDED_OVER, Step.HANDED_OVER
    ),
    # Not as approved: it may have gone when nobody had to approve.
    Deed.UNDO: Move(frozenset({_S.HANDED_OVER}), frozenset({Duty.SEND}), _S.CHECKED, Step.UNDONE),
    Deed.DROP: Move(
        frozenset({_S.DRAFT, _S.CHECKED, _S.APPROVED}), frozenset({Duty.PREPARE, Duty.SEND}), _S.DROPPED, Step.DROPPED
    ),
    Deed.RESTORE: Move(frozenset({_S.DROPPED}), frozenset({Duty.PREPARE, Duty.SEND}), _S.DRAFT, Step.TAKEN_BACK),
}
_NEEDS_FAULTLESS = {Deed.CHECK, Deed.APPROVE, Deed.SEND, Deed.HAND_OVER}


@dataclass(frozen=True)
class Actor:
    """Who is about to do something: the staff's id, and the duties that count here."""

    staff: int
    duties: frozenset[Duty]


def states_to_send(approval: Approval, actor: Actor) -> frozenset[OutgoingState]:
    """From which states units may go: with approval only what was approved. Without, what was marked finished; and of
    drafts those that the sender may mark as finished in the same stroke."""
    if approval is not Approval.NONE:
        return frozenset({_S.APPROVED})
    return frozenset({_S.CHECKED, _S.APPROVED} | ({_S.DRAFT} if Duty.PREPARE in actor.duties else set()))


def why_not(deed: Deed, unit: Outgoing, actor: Actor, approval: Approval, checked_by: int | None) -> str | None:
    """What keeps this person from doing it, in words; None where nothing does. `checked_by` marked the unit as finished
    last."""
    move = MOVES[deed]
    if not move.duties & actor.duties:
        duty = "か".join(f"「{one.label}」" for one in sorted(move.duties))
        return f"{duty}を任されていないため、できません。事業所の管理者に頼んでください。"
    if unit.sending_id is not None:
        return "いま送っているところです。終わるまで待ってください。"
    if unit.state not in move.states:
        return "ほかの人が先に進めたため、いまはできません。いまの様子を見てください。"
    if deed in _NEEDS_FAULTLESS and unit.errors:
        return f"直すところが{unit.errors}か所あります。直してから進めてください。"
    return _why_not_here(deed, unit, actor, approval, checked_by)


def _why_not_here(deed: Deed, unit: Outgoing, actor: Actor, approval: Approval, checked_by: int | None) -> str | None:
    rule: Callable[[], str | None] | None = {
        Deed.APPROVE: lambda: _own_work(actor, approval, checked_by),
        Deed.SEND: lambda: _not_approved(unit, actor, approval),
        Deed.HAND_OVER: lambda: _not_approved(unit, actor, approval),
        Deed.UNDO: lambda: _on_the_hub(unit),
    }.get(deed)
    return rule() if rule else None


def _own_work(actor: Actor, approval: Approval, checked_by: int | None) -> str | None:
    if approval is not Approval.OTHER:
        return None
    if checked_by is None:
        return "だれが完成にしたかがわかりません。下書きに戻して、もう一度完成にしてください。"
    return (
        "自分で完成にしたものは、自分では承認できません。別の人が承認してください。"
        if checked_by == actor.staff
        else None
    )


def _not_approved(unit: Outgoing, actor: Actor, approval: Approval) -> str | None:
    if unit.state in states_to_send(approval, actor):
        return None
    return "まだ承認されていません。" if approval is Approval.OTHER else "まだ完成になっていません。"


def _on_the_hub(unit: Outgoing) -> str | None:
    if unit.channel == Channel.HUB:
        return "Renkei で送ったものです。送信の記録のページから取り消してください。"
    return None
