"""The bodies of a unit: the one of its small files, and those of the parts with a body of their own.

Whatever happens to a unit's copies (sharing, clocks, erasing, handing out) happens to all of these. An original that the
hub holds back has a cleaned copy, and is the sender's alone.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db.models import Max, prefetch_related_objects

from renkei.hub.core.bodies.services import Prepared
from renkei.hub.exchange.models import Part, Transmission
from renkei.trust.receipts import Copy

CLEANED, CONVERTED = "cleaned", "converted"


@dataclass(frozen=True)
class NewPart:
    """A part about to be written, its fields as in the table.

    Its body is that of an `upload`, or `prepared` with the unit.
    """

    name: str
    size: int
    commitment: str
    body: uuid.UUID
    digest: str = ""
    made: str = ""
    of: str = ""
    upload: uuid.UUID | None = None
    prepared: Prepared | None = None


_Part = TypeVar("_Part", Part, NewPart)


def copies(parts: Iterable[NewPart]) -> list[Copy]:
    """What the receipt of acceptance says about those that the hub made."""
    return [Copy(part.of, part.made, part.name, part.size, part.commitment) for part in parts if part.made]


def bodies_of(row: Transmission) -> list[uuid.UUID]:
    """Every body of a unit."""
    return [row.body, *(part.body for part in row.apart)]


def bodies_for_recipient(row: Transmission) -> list[uuid.UUID]:
    """The bodies that the recipient is handed."""
    return [row.body, *(part.body for part in for_recipient(row.apart))]


def for_recipient(parts: Collection[_Part]) -> list[_Part]:
    """The parts of one unit without the originals that are held back."""
    held = {part.of for part in parts if part.made == CLEANED}
    return [part for part in parts if part.name not in held]


def read_all(rows: Iterable[Transmission]) -> None:
    """Read the parts of these units together: one query, none where there are none."""
    prefetch_related_objects([row for row in rows if row.part_count], "parts")


def names_apart(row: Transmission) -> set[str]:
    """The files of the manifest that are not in the unit's main body."""
    return {part.name for part in row.apart if not part.made}


def units_of(bodies: Collection[uuid.UUID]) -> dict[uuid.UUID, Transmission]:
    """The units by id to which some of these bodies belong, with their parts and both services."""
    own = Transmission.objects.filter(body__in=bodies).values_list("pk", flat=True)
    shared = Part.objects.filter(body__in=bodies).values_list("transmission", flat=True)
    rows = Transmission.objects.select_related("sender", "recipient").prefetch_related("parts")
    return rows.in_bulk({*own, *shared})


def sent_last(rows: Iterable[Transmission]) -> Mapping[uuid.UUID, datetime]:
    """When each body that these units have apart was last sent by the same service: one upload goes to several."""
    with_parts = [row for row in rows if row.part_count]
    if not with_parts:
        return {}
    found = Part.objects.filter(
        body__in=Part.objects.filter(transmission__in=with_parts).values("body"),
        transmission__sender__in={row.sender_id for row in with_parts},
    )
    return dict(found.values_list("body").annotate(Max("transmission__accepted_at")))
