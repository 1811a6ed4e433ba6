"""Keeping what the public list says, in portions of one write each; what vanished from it stays with its old date."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from renkei.hub.core import deeds
from renkei.hub.core.writing import write
from renkei.hub.parties.known.reading import Known
from renkei.hub.parties.models import KnownOffice

_SAID = [field for field in Known._fields if field not in ("number", "kind")]


@dataclass(frozen=True)
class Kept:
    """How many rows of a portion were new, known before, or left because a later list had said otherwise."""

    new: int
    again: int
    left: int


def keep(rows: Sequence[Known], as_of: date) -> Kept:
    """Take a portion of the list of this date, by number and kind; the later of two rows of the same counts."""
    said = {(row.number, row.kind): row for row in rows}
    there = KnownOffice.objects.filter(number__in={row.number for row in rows}).values_list("number", "kind", "as_of")
    dates = {(number, kind): on for number, kind, on in there if (number, kind) in said}
    taken = [row for key, row in said.items() if dates.get(key, as_of) <= as_of]
    with write():
        KnownOffice.objects.bulk_create(
            [KnownOffice(**row._asdict(), as_of=as_of) for row in taken],
            update_conflicts=True,
            unique_fields=["number", "kind"],
            update_fields=[*_SAID, "as_of"],
        )
    again = sum(key in dates for key in said) - (len(said) - len(taken))
    return Kept(new=len(taken) - again, again=again, left=len(said) - len(taken))


def finish(kinds: Collection[str], as_of: date, rows: int, actor: str) -> int:
    """Note the deed of an import; how many rows of the kinds that came are in no list of this date any more."""
    with write():
        deeds.record(actor, "known-offices", "known-offices", as_of=as_of.isoformat(), rows=rows, kinds=len(kinds))
    return KnownOffice.objects.filter(kind__in=kinds, as_of__lt=as_of).count()
