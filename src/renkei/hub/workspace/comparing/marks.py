"""Telling some differences from others, without saying anything of them."""

from __future__ import annotations

from collections.abc import Iterable

from renkei.hub.core.keyring import keyring
from renkei.hub.workspace.comparing.causes import Told


def mark_of(told: Iterable[Told]) -> str:
    """A keyed digest of these differences, whatever their order."""
    lines = sorted(f"{one.cause} {one.planned!r} {one.done!r}" for one in told)
    return keyring().keyed("differences", "\n".join(lines).encode())


def marks_of(told: Iterable[Told]) -> dict[str, str]:
    """By service office the mark of its differences."""
    by_office: dict[str, list[Told]] = {}
    for one in told:
        by_office.setdefault(one.first.office, []).append(one)
    return {office: mark_of(own) for office, own in by_office.items()}
