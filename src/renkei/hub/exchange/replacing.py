"""Which unit a new one takes the place of: the last of the same kind and month about some of the same people.

A replacement is the field's habit, not a form of the standard's: the newer sequence number counts (convention), and the
reader of both puts it in force person by person. Here the two are only tied together, so that each side sees it.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection

from renkei.hub.exchange.models import Subject, Transmission
from renkei.hub.exchange.rules import State
from renkei.hub.parties.models import OfficeService
from renkei.trust.manifest import Manifest

# Units of one pair, kind and month that are looked at: one for each client's replaced slip is many.
MOST = 50


def replaced_by(
    manifest: Manifest, sender: OfficeService, recipient: OfficeService, subjects: Collection[str]
) -> uuid.UUID | None:
    """The unit that one with this manifest replaces, None for a first one. Two queries, whatever is stored."""
    before = (
        Transmission.objects.filter(sender=sender, recipient=recipient, kind=manifest.kind)
        .filter(months=",".join(manifest.months), sequence__lt=manifest.sequence)
        .exclude(state__in=[State.WITHDRAWN, State.EXPIRED])
        .order_by("-sequence")
    )
    ids = list(before.values_list("pk", flat=True)[:MOST])
    shared = set(
        Subject.objects.filter(transmission__in=ids, subject__in=subjects).values_list("transmission", flat=True)
    )
    return next((id_ for id_ in ids if id_ in shared), None)
