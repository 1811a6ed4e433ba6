"""Changing the wrapping key: the bodies stay as they are, only the wraps of their keys are made anew, in portions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import structlog
from django.conf import settings

from renkei.hub.core import jobs, keyring
from renkei.hub.core.bodies import sealing
from renkei.hub.core.bodies.services import data_key
from renkei.hub.core.jobs import Payload
from renkei.hub.core.models import Wrap
from renkei.hub.core.writing import write

KIND = "rewrap"
PORTION = 200
MOST_COUNTED = 100_000
_log = structlog.get_logger(__name__)


class KeyInUse(RuntimeError):
    """The key wraps what is written now, or is still needed to open what was written."""


@dataclass(frozen=True)
class KeyUse:
    """A wrapping key and how many wraps it made, counted up to MOST_COUNTED."""

    id: str
    wraps: int
    is_current: bool
    is_there: bool


class OtherWraps(Protocol):
    """Keys of another kind that the wrapping keys wrap too."""

    def count(self, id_: str, most: int) -> int:
        """How many the key of this id wraps, up to `most`."""
        ...

    def used(self) -> set[str]:
        """The ids of all keys that wrap some."""
        ...

    def rewrap(self, id_: str, current: str, wrapping_key: bytes, portion: int) -> bool:
        """Wrap so many anew that the key `id_` wraps; whether there were any that open."""
        ...


_others: list[OtherWraps] = []


def also(others: OtherWraps) -> None:
    """Follow a change of the wrapping key for these as well. Call it when the app is ready."""
    _others.append(others)


def rotate() -> str:
    """Make a new wrapping key, which counts at once, and have the wraps of the others made anew; returns its id."""
    newest = Wrap.objects.order_by("-key_id").values_list("key_id", flat=True).first()
    # A number that a lost key had is not given again: that key may still be found.
    id_ = keyring.add_wrapping_key(_folder(), after=int(max({newest or "0", *_used_by_others()})))
    start()
    return id_


def start() -> None:
    """Have all wraps of other keys than the current one made anew."""
    with write():
        jobs.enqueue(KIND, {"key": "", "after": 0}, key="all")


def go_on(payload: Payload) -> Payload | None:
    """Make one portion of wraps anew; returns where to go on, None at the end."""
    current, wrapping = keyring.keyring().current_wrapping
    wraps = list(Wrap.objects.filter(key_id=payload["key"], pk__gt=payload["after"]).order_by("pk")[:PORTION])
    if not wraps:
        following = next((id_ for id_ in _used(after=payload["key"]) if id_ != current), None)
        if following is None and _rewrap_others(current, wrapping):
            return payload
        return {"key": following, "after": 0} if following else None
    anew = [wrap for wrap in wraps if _rewrapped(wrap, current, wrapping)]
    with write():
        # A wrap that was erased meanwhile stays erased.
        Wrap.objects.bulk_update(anew, ["key_id", "wrapped"])
    return {"key": payload["key"], "after": wraps[-1].pk}


def _rewrap_others(current: str, wrapping: bytes) -> bool:
    """One portion of each other kind; whether there may be more."""
    portions = [
        others.rewrap(id_, current, wrapping, PORTION) for others in _others for id_ in others.used() - {current}
    ]
    return any(portions)


def _used_by_others() -> set[str]:
    return {id_ for others in _others for id_ in others.used()}


def _count(id_: str) -> int:
    own = Wrap.objects.filter(key_id=id_)[:MOST_COUNTED].count()
    return own + sum(others.count(id_, MOST_COUNTED) for others in _others)


def _rewrapped(wrap: Wrap, current: str, wrapping: bytes) -> bool:
    try:
        key = data_key(wrap.key_id, bytes(wrap.wrapped), wrap.body, wrap.holder)
    except sealing.BodyDamaged:
        # It keeps its key from being removed; the others go on.
        _log.error("wrap does not open", wrap=wrap.pk, key=wrap.key_id)
        return False
    wrap.key_id, wrap.wrapped = current, sealing.wrap(wrapping, key, wrap.body, wrap.holder)
    return True


def uses() -> list[KeyUse]:
    """All wrapping keys, oldest first, those too that wraps name and that are not there."""
    ring = keyring.keyring()
    current, _ = ring.current_wrapping
    return [
        KeyUse(id_, _count(id_), id_ == current, id_ in ring.wrapping)
        for id_ in sorted({*ring.wrapping, *_used(), *_used_by_others()})
    ]


def retire(id_: str) -> None:
    """Remove a key that no wrap uses. Raises KeyInUse, FileNotFoundError."""
    ring = keyring.keyring()
    if id_ not in ring.wrapping:
        raise FileNotFoundError(id_)
    with write():
        is_used = Wrap.objects.filter(key_id=id_).exists() or id_ in _used_by_others()
        if id_ == ring.current_wrapping[0] or is_used:
            raise KeyInUse(id_)
        keyring.remove_wrapping_key(_folder(), id_)


def _used(after: str = "") -> Iterator[str]:
    """Ids of the keys that wraps name, in order: one index search each."""
    while (wrap := Wrap.objects.filter(key_id__gt=after).order_by("key_id").first()) is not None:
        after = wrap.key_id
        yield after


def _folder() -> Path:
    folder: Path = settings.DATA / "keys"
    return folder
