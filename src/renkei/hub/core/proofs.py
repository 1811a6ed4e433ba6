"""Proving that an event was sealed: its place in the seal's tree, and the seals with their time-stamps."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from renkei.hub.core.models import Seal, SealedEvent, TimeStamp
from renkei.trust import merkle


@dataclass(frozen=True)
class Proof:
    """The event is leaf `index` of seal `seal`; `path` leads from it to the root. `stamped_by` is the seal whose token
    covers this one, None while there is none."""

    seal: int
    index: int
    path: Sequence[bytes]
    stamped_by: int | None


def proofs_of(events: Collection[uuid.UUID]) -> dict[uuid.UUID, Proof]:
    """The proof of each event that is sealed. One query, and two for each seal among them.

    A path needs every leaf hash of its seal; the tree is worked out once for all events in it.
    """
    places = list(
        SealedEvent.objects.filter(event__in=events).values_list("event", "seal_id", "seal__number", "position")
    )
    found = {}
    for seal, number in sorted({(row[1], row[2]) for row in places}):
        tree = merkle.levels(_leaves(seal))
        stamped_by = stamped_from(number)
        for event, of, _, position in places:
            if of == seal:
                found[event] = Proof(number, position, merkle.path_in(tree, position), stamped_by)
    return found


def stamped_from(number: int) -> int | None:
    """The first seal from `number` on that bears a token; None when there is none yet."""
    stamps = TimeStamp.objects.filter(seal__number__gte=number).order_by("seal__number")
    return stamps.values_list("seal__number", flat=True).first()


def seals_by_number(numbers: Collection[int]) -> list[Seal]:
    """These seals, each with its token where it has one, in order."""
    return list(Seal.objects.filter(number__in=numbers).select_related("stamp").order_by("number"))


def seals_after(number: int, limit: int) -> list[Seal]:
    """The seals above a number, each with its token where it has one, in order."""
    return list(Seal.objects.filter(number__gt=number).select_related("stamp").order_by("number")[:limit])


def _leaves(seal: int) -> list[bytes]:
    found = SealedEvent.objects.filter(seal=seal).order_by("position").values_list("leaf", flat=True)
    return [bytes(leaf) for leaf in found]
