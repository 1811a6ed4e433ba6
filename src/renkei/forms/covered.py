"""Bundles for one office each: a cover sheet, and beneath it the sheets that it speaks of. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import groupby

from renkei.standard.comparing.papers import Person

from .choosing import Sheet, Wish
from .covering import covers
from .filling.cover_sheet import Cover, Office, fill
from .kinds import Family
from .pile import Pile
from .rendering import Form


@dataclass(frozen=True)
class CoverSheet:
    """A cover sheet among sheets. It belongs to no person alone."""

    cover: Cover
    is_masked: bool
    partners: tuple[tuple[str, str], tuple[str, str]]

    @property
    def person(self) -> Person:
        """Nobody."""
        return "", ""

    @property
    def title(self) -> str:
        """What it is, and for which office."""
        return f"送付状({self.cover.recipient.number}あて)"

    def form(self) -> Form:
        """The form with what stands in it, to be drawn."""
        return fill(self.cover, masked=self.is_masked)


def with_covers(
    sheets: Iterable[Sheet],
    pile: Pile,
    wish: Wish,
    offices: Mapping[str, Office],
    *,
    sent_on: str = "",
    is_masked: bool = False,
) -> list[Sheet | CoverSheet]:
    """The sheets by sender, recipient, what they are and month, each such bundle with its cover. `sent_on` is YYYYMMDD.

    >>> with_covers([], Pile(), Wish(), {})
    []
    """
    # A cover speaks of nobody who is not beneath it.
    waiting: dict[tuple[str, ...], list[Cover]] = {}
    for cover in covers(pile, wish, offices):
        key = (cover.family, cover.month, cover.sender.number, cover.recipient.number)
        waiting.setdefault(key, []).append(replace(cover, sent_on=sent_on))
    order = list(Family)
    bundled: list[Sheet | CoverSheet] = []
    by_bundle = sorted(sheets, key=lambda one: (one.partners, order.index(one.kind.family), one.month, one.person))
    for (partners, family, month), own in groupby(by_bundle, lambda one: (one.partners, one.kind.family, one.month)):
        if found := waiting.get((family, month, partners[0][0], partners[1][0])):
            bundled.append(CoverSheet(found.pop(0), is_masked, partners))
        bundled += own
    return bundled
