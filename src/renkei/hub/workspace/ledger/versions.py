"""Which version was in force when: of one kind and month between two offices the newer sequence number counts, person by
person, on whichever way it went (docs/conventions.md; people are keyed hashes). Pure but for `in_force`."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from renkei.attachments.index import KIND
from renkei.hub.core.words import moment_words
from renkei.hub.exchange.rules import Recall, State
from renkei.hub.parties.models import OfficeService
from renkei.hub.workspace.ledger import reading
from renkei.hub.workspace.ledger.reading import Unit

_DELETION = "_deletion"
# More of one month, kind and partner are not held against each other: the words then speak of those that are.
_MOST = 2000


@dataclass(frozen=True)
class Spell:
    """How long a unit was in force. `followed` are the units that took its place, each with for how many people; `left`
    for how many it still counts; `is_void`: it never came into force or was taken back."""

    followed: Sequence[tuple[Unit, int]] = ()
    left: int = 0
    is_void: bool = False

    @property
    def is_in_force(self) -> bool:
        """Whether it counts for anybody now."""
        return self.left > 0 and not self.is_void

    @property
    def words(self) -> str:
        if self.is_void:
            return "取り消し・期限切れ・回収のため、いまは有効な版ではありません。"
        if not self.followed:
            return (
                "いまも、この版が有効です。"
                if self.left
                else "利用者の印が保存の期限で消えたため、いつまで有効だったかは出せません。"
            )
        told = "、".join(
            f"{moment_words(unit.at)}に{count}人分が連番 {unit.sequence} の版に替わりました"
            for unit, count in self.followed
        )
        return f"{told}。{f'残り{self.left}人分は、いまもこの版が有効です。' if self.left else ''}"


def in_force(service: OfficeService, shown: Sequence[Unit], subject: str = "") -> dict[uuid.UUID, Spell]:
    """The spell of each of these units, for one person alone with `subject`; none of what no version replaces. Seven queries."""
    versioned = [unit for unit in shown if _is_versioned(unit)]
    if not versioned:
        return {}
    kinds = {kind for unit in versioned for kind in (unit.kind, f"{unit.kind}{_DELETION}")}
    others = reading.alike(service, versioned, kinds, _MOST)
    about = reading.subjects_of({unit.id: unit for unit in (*others, *versioned)}.values())
    if subject:
        about = {id_: people & {subject} for id_, people in about.items()}
    return spells(versioned, others, about)


def spells(
    shown: Iterable[Unit], others: Iterable[Unit], about: Mapping[uuid.UUID, set[str]]
) -> dict[uuid.UUID, Spell]:
    """The spell of each unit shown, among all `others` of its kind; `about` says whom each is about."""
    groups: dict[object, list[Unit]] = {}
    for unit in sorted(others, key=lambda one: one.sequence):
        if not _is_void(unit):
            groups.setdefault(_alike(unit), []).append(unit)
    return {unit.id: _spell(unit, groups.get(_alike(unit), ()), about) for unit in shown}


def _spell(unit: Unit, group: Iterable[Unit], about: Mapping[uuid.UUID, set[str]]) -> Spell:
    if _is_void(unit):
        return Spell(is_void=True)
    left, followed = set(about[unit.id]), Counter[uuid.UUID]()
    newer = {one.id: one for one in group if one.sequence > unit.sequence}
    for one in newer.values():
        taken = left & about[one.id]
        if taken:
            followed[one.id] = len(taken)
            left -= taken
    return Spell([(newer[id_], count) for id_, count in followed.items()], len(left))


def _alike(unit: Unit) -> object:
    return unit.direction, unit.address, unit.kind.removesuffix(_DELETION), unit.months


def _is_versioned(unit: Unit) -> bool:
    return unit.kind != KIND and not unit.kind.endswith(_DELETION)


def _is_void(unit: Unit) -> bool:
    standing = unit.standing
    return standing is not None and (
        standing.state in {State.WITHDRAWN, State.EXPIRED} or standing.recall is Recall.CONFIRMED
    )
