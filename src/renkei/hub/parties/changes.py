"""What becomes of parties, each with its day: entered beforehand, carried out on its day in Tokyo, none before."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils import timezone

from renkei.hub.core import deeds
from renkei.hub.core.problems import Refused
from renkei.hub.core.writing import write
from renkei.hub.parties import reading_on
from renkei.hub.parties.models import Party, PartyChange, PartyChangeKind, PartyState
from renkei.hub.parties.standing import heir

PORTION = 100
_ENDS = frozenset((PartyChangeKind.RENUMBERED, PartyChangeKind.MERGED, PartyChangeKind.CLOSED))
_NEEDS_SUCCESSOR = frozenset((PartyChangeKind.RENUMBERED, PartyChangeKind.MERGED))


def plan(
    party: Party,
    kind: PartyChangeKind,
    day: date,
    actor: str,
    reason: str,
    *,
    value: str = "",
    successor: Party | None = None,
) -> PartyChange:
    """Enter a change; one of today is carried out at once. Raises Refused for one that cannot be.

    A renumbered office is a new party with its own number and certificate: admit it first, and name it as `successor`.
    """
    _check(party, kind, day, reason, value, successor)
    with write():
        change = PartyChange.objects.create(
            party=party, kind=kind, day=day, value=value, successor=successor, reason=reason, actor=actor
        )
        deeds.record(
            actor, "change-planned", f"party:{party.pk}", reason=reason, change=kind.value, day=day.isoformat()
        )
    apply_due(timezone.now())
    change.refresh_from_db()
    return change


def cancel(change_id: int, actor: str, reason: str) -> PartyChange:
    """Take back a change whose day has not come. Raises Refused."""
    with write():
        change = PartyChange.objects.select_for_update(of=("self",)).filter(pk=change_id, applied_at=None).first()
        if change is None:
            raise Refused(
                404, "E-CHANGE", "この番号の変更はないか、もう行われました。", "変更の一覧を確かめてください。"
            )
        deeds.record(
            actor,
            "change-cancelled",
            f"party:{change.party_id}",
            reason=reason,
            change=change.kind,
            day=change.day.isoformat(),
        )
        change.delete()
    return change


def to_come(party: Party | None = None) -> QuerySet[PartyChange]:
    """Changes whose day has not come, the next first; of one party, or of all."""
    found = PartyChange.objects.filter(applied_at=None).select_related("party", "successor").order_by("day", "pk")
    return found.filter(party=party) if party else found


def apply_due(now: datetime) -> int:
    """Carry out up to 100 changes whose day has come; returns how many."""
    today = timezone.localdate(now)
    due = PartyChange.objects.filter(applied_at=None, day__lte=today).order_by("day", "pk")
    ids = list(due.values_list("pk", flat=True)[:PORTION])
    for id_ in ids:
        with write():
            # Another worker may have been first.
            change = due.select_for_update(of=("self",)).filter(pk=id_).first()
            if change is not None:
                _apply(change, now)
    return len(ids)


def _apply(change: PartyChange, now: datetime) -> None:
    party = Party.objects.select_for_update(of=("self",)).get(pk=change.party_id)
    _APPLIED[PartyChangeKind(change.kind)](party, change)
    party.save(update_fields=["name", "state", "successor", "closed_on"])
    change.applied_at = now
    change.save(update_fields=["applied_at"])
    deeds.record("hub", "change-applied", f"party:{party.pk}", reason=change.reason, change=change.kind, id=change.pk)


def _rename(party: Party, change: PartyChange) -> None:
    party.name = change.value


def _end(party: Party, change: PartyChange) -> None:
    party.state, party.closed_on, party.successor = PartyState.CLOSED, change.day, change.successor
    if change.kind == PartyChangeKind.RENUMBERED and change.successor:
        reading_on.move_staff(party, change.successor)
    if change.successor:
        reading_on.let_read(party, change.successor)


def _suspend(party: Party, _change: PartyChange) -> None:
    if party.state == PartyState.ACTIVE:
        party.state = PartyState.SUSPENDED


def _resume(party: Party, _change: PartyChange) -> None:
    if party.state == PartyState.SUSPENDED:
        party.state = PartyState.ACTIVE


_APPLIED: dict[PartyChangeKind, Callable[[Party, PartyChange], None]] = {
    PartyChangeKind.RENAMED: _rename,
    PartyChangeKind.SUSPENDED: _suspend,
    PartyChangeKind.RESUMED: _resume,
    **dict.fromkeys(_ENDS, _end),
}


def _check(party: Party, kind: PartyChangeKind, day: date, reason: str, value: str, successor: Party | None) -> None:
    wrong: Iterable[tuple[bool, str]] = (
        (party.state == PartyState.CLOSED, "もう廃止されています。"),
        (day < timezone.localdate(), "過ぎた日は指定できません。今日か、これからの日にしてください。"),
        (not reason.strip(), "わけを書いてください。止めるときは、職員の画面にも出ます。"),
        (kind == PartyChangeKind.RENAMED and not value.strip(), "新しい名前を書いてください。"),
        (kind in _NEEDS_SUCCESSOR and successor is None, "引き継ぐ事業所を、先に登録してから指定してください。"),
        (successor is not None and kind not in _ENDS, "引き継ぐ事業所は、廃止・合併・番号の変更のときだけ指定します。"),
        (successor is not None and successor.kind != party.kind, "引き継ぐのは、同じ種類の当事者だけです。"),
        (successor is not None and _leads_back(party, successor), "引き継ぐ事業所が、この事業所に戻ってしまいます。"),
        (kind in _ENDS and to_come(party).filter(kind__in=_ENDS).exists(), "廃止などの予定が、もうあります。"),
    )
    for is_wrong, words in wrong:
        if is_wrong:
            raise Refused(422, "E-CHANGE", "この変更はできません。", words)


def _leads_back(party: Party, successor: Party) -> bool:
    return party.pk in (successor.pk, getattr(heir(successor), "pk", None)) or (
        to_come(successor).filter(successor=party).exists()
    )
