"""The files of a unit in hand as one body: a line of JSON with names and sizes, then the bytes."""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Iterator, Mapping
from typing import Protocol

from renkei.hub.core.bodies import services as bodies
from renkei.hub.core.bodies.sealing import BodyDamaged
from renkei.hub.core.bodies.services import Fetched, Prepared
from renkei.hub.core.problems import Refused
from renkei.hub.workspace.models.outbox import holder_of

Files = Mapping[str, bytes]
FetchedBodies = Mapping[uuid.UUID | None, Fetched]


class Held(Protocol):
    """Anything in hand that has a body."""

    owner_id: int

    @property
    def body(self) -> uuid.UUID | None: ...


def prepare(files: Files) -> Prepared:
    """Seal the files. Call it before `write()`."""
    return bodies.prepare(_packed(files))


def fetch(units: Collection[Held]) -> FetchedBodies:
    """The stored form of the bodies of these, by body; without those that are gone. Two queries."""
    found = bodies.fetch_many({unit.body: [holder_of(unit.owner_id)] for unit in units if unit.body})
    return {body: fetched for body, fetched in found.items()}  # noqa: C416  (a mapping of bodies that may be None)


def open_files(fetched: Fetched) -> dict[str, bytes]:
    """The files by name. Call it after the write has ended: decrypting is slow. Raises sealing.BodyDamaged."""
    head, _, rest = b"".join(bodies.open_body(fetched)).partition(b"\n")
    files, place = {}, 0
    for name, size in json.loads(head):
        files[name] = rest[place : place + size]
        place += size
    return files


def opened(fetched: Fetched) -> dict[str, bytes]:
    """The same for whoever waits for a page. Raises Refused (410) for what is damaged."""
    try:
        return open_files(fetched)
    except BodyDamaged as error:
        words = "そのファイルを、もう一度入れてください。"
        raise Refused(410, "E-BODY-GONE", "中身がこわれていて、開けません。", words) from error


def _packed(files: Files) -> Iterator[bytes]:
    yield json.dumps([(name, len(data)) for name, data in files.items()]).encode() + b"\n"
    yield from files.values()
