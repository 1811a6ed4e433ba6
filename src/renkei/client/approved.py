"""Signing what people approved on the hub's pages: the very bytes that the hub hands out, and nothing that was approved before."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

from . import sending
from .desk import Desk
from .folder import write_durably
from .results import SendResult


def send(desk: Desk) -> list[SendResult]:
    """Fetch, check, sign and send each unit that waits for our signature; one result a unit.

    Nothing stays between two runs: an approval that was taken back leaves nothing that could still be sent.
    Raises ClientError when the hub cannot be asked, OSError.
    """
    place = desk.folder.approved
    shutil.rmtree(place, ignore_errors=True)
    try:
        for unit in _waiting(desk):
            own = place / unit
            own.mkdir(parents=True)
            for name, data in desk.hub.approved_files(unit).items():
                write_durably(own / name, data)
        return sending.send(desk, [place]) if place.exists() else []
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _waiting(desk: Desk) -> Iterator[str]:
    after = ""
    while True:
        page = desk.hub.approved(desk.settings.service, after)
        yield from page.units
        if not page.next:
            return
        after = page.next
