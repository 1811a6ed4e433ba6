"""Whose copy of a body lives how long: sharing, setting clocks, erasing. All inside `core.write()`.

A copy is a wrap of the body's key. Erasing one deletes the wrap and notes it in the list of erasures, table and file; with
the last wrap the body itself goes: its row at once, its blob after the commit. What a crash leaves behind is swept up.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from datetime import datetime

from django.conf import settings
from django.db import transaction

from renkei.hub.core import rows
from renkei.hub.core.bodies import erasures, sealing
from renkei.hub.core.bodies.blobs import forget
from renkei.hub.core.bodies.erasures import Erased
from renkei.hub.core.bodies.services import data_key, rows_of
from renkei.hub.core.files import ERASURES
from renkei.hub.core.keyring import keyring
from renkei.hub.core.lookups import Columns
from renkei.hub.core.models import Erasure, Wrap

# Of the list of erasures: some ten thousand lines, more than all deeds at work at one moment write.
_LAST_BYTES = 1024 * 1024
_wraps = Columns(Wrap, "body", "pk", "holder", "key_id", "wrapped")


def share(
    bodies: Collection[uuid.UUID], holder: str, to: str, until: datetime | None, own_until: datetime | None = None
) -> set[uuid.UUID]:
    """Give another holder its own copies of what `holder` has, erased after `until`. Who has one keeps its own.

    `own_until`: when those of `holder` are erased from now on. Returns the bodies of which there was a copy to share.
    """
    key_id, wrapping = keyring().current_wrapping
    wraps = [wrap for wrap in _wraps.of(bodies) if wrap[2] == holder]
    opened = {body: data_key(its_key_id, bytes(wrapped), body, holder) for body, _, _, its_key_id, wrapped in wraps}
    rows.insert(
        Wrap,
        ("body", "holder", "key_id", "wrapped", "erase_after"),
        ((body, to, key_id, sealing.wrap(wrapping, key, body, to), until) for body, key in opened.items()),
        ignore_conflicts=True,
    )
    if own_until is not None:
        rows.change(Wrap, ("erase_after",), ((own_until, pk) for _, pk, *_ in wraps))
    return set(opened)


def set_clock(bodies: Collection[uuid.UUID], holder: str, until: datetime) -> None:
    """When this holder's copies are erased."""
    Wrap.objects.filter(body__in=bodies, holder=holder).update(erase_after=until)


def prolong(bodies: Collection[uuid.UUID], holder: str, until: datetime) -> None:
    """Keep this holder's copies until then, if they would be erased before."""
    Wrap.objects.filter(body__in=bodies, holder=holder, erase_after__lt=until).update(erase_after=until)


def set_clocks(until: Mapping[uuid.UUID, datetime], holder: str) -> None:
    """When this holder's copies are erased, each at its own time. A copy that is gone is no error."""
    wraps = list(Wrap.objects.filter(body__in=until, holder=holder))
    for wrap in wraps:
        wrap.erase_after = until[wrap.body]
    Wrap.objects.bulk_update(wraps, ["erase_after"])


def erase(copies: Collection[tuple[uuid.UUID, str]], at: datetime) -> set[uuid.UUID]:
    """Erase the copies (body, holder); returns the bodies of which none is left. A copy that is gone is no error."""
    wraps = Wrap.objects.filter(body__in={body for body, _ in copies}).values_list("body", "holder")
    erased = [Erased(body, holder, at) for body, holder in wraps if (body, holder) in copies]
    erasures.note(erased)
    return erase_again(erased)


def erase_again(erased: Collection[Erased]) -> set[uuid.UUID]:
    """Erase copies that are on the list of erasures already; returns as `erase`."""
    wanted = {(one.body, one.holder): one for one in erased}
    bodies = {one.body for one in erased}
    # Locked: of two that erase the last two copies at once, the second must see that it takes the last.
    list(rows_of(bodies).select_for_update().order_by("pk").values_list("pk"))
    wraps = [wrap for wrap in Wrap.objects.filter(body__in=bodies) if (wrap.body, wrap.holder) in wanted]
    found = (wanted[wrap.body, wrap.holder] for wrap in wraps)
    Erasure.objects.bulk_create(Erasure(body=one.body, holder=one.holder, at=one.at) for one in found)
    return _take_away(wraps)


def drop(bodies: Collection[uuid.UUID], holder: str) -> set[uuid.UUID]:
    """Take away what this holder has for a while only; returns the bodies that nobody else has.

    Not on the list of erasures: what was brought in and never sent is nobody's copy, and a hub that comes back from a backup
    takes it away again by itself.
    """
    list(rows_of(bodies).select_for_update().order_by("pk").values_list("pk"))
    return _take_away(list(Wrap.objects.filter(body__in=bodies, holder=holder)))


def _take_away(wraps: Collection[Wrap]) -> set[uuid.UUID]:
    """Delete some wraps, and the bodies of which none is left. The rows of the bodies are locked."""
    bodies = {wrap.body for wrap in wraps}
    Wrap.objects.filter(pk__in=[wrap.pk for wrap in wraps]).delete()
    gone = bodies - set(Wrap.objects.filter(body__in=bodies).values_list("body", flat=True))
    rows = rows_of(gone)
    blobs = [body.hex for body in rows.filter(inline=None).values_list("pk", flat=True)]
    rows.delete()
    transaction.on_commit(lambda: forget(blobs))
    return gone


def void_unfinished() -> int:
    """Take back from the list of erasures what was listed but never committed; returns how many. When the hub starts.

    A kill between the two would otherwise have a later restore erase a copy that somebody still needs. Only the end of
    the list can hold such lines: whoever goes on has either committed or taken back.
    """
    path = settings.DATA / ERASURES
    if not path.is_file():
        return 0
    listed, _ = erasures.read(path, last_bytes=_LAST_BYTES)
    left = set(Wrap.objects.filter(body__in={one.body for one in listed}).values_list("body", "holder"))
    unfinished = [one for one in listed if (one.body, one.holder) in left]
    if unfinished:
        erasures.append(path, unfinished, void=True)
    return len(unfinished)


def due(now: datetime, limit: int) -> set[tuple[uuid.UUID, str]]:
    """Copies whose time is over, the longest overdue first."""
    return set(Wrap.objects.filter(erase_after__lte=now).order_by("erase_after").values_list("body", "holder")[:limit])
