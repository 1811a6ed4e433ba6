"""The record of looks: a person's data is shown only after the row that says so is written."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils import timezone

from renkei.hub.core import rows
from renkei.hub.core.ids import month_of, new_id
from renkei.hub.core.keyring import keyring
from renkei.hub.core.models import Look, LookSubject


@dataclass(frozen=True)
class Viewer:
    """Who looks: `actor` is `staff:<id>` or `program:<certificate id>`, `party` the id of whose behalf it is on; `service`
    the one office service whose mail they see, None for all of the party's."""

    actor: str
    party: int
    request: str
    service: int | None = None


def subject(insurer: str, insured: str) -> str:
    """The keyed hash of a person, 64 hex digits: equal for equal numbers, meaningless without the hub's key."""
    return keyring().keyed("subject", f"{insurer}\n{insured}".encode())


def record(viewer: Viewer, purpose: str, rule: str, about: str, subjects: Iterable[str]) -> uuid.UUID:
    """Write one look at some people. Call it inside `write()`, before what is shown is read."""
    return record_many(viewer, purpose, rule, {about: subjects})[0]


def record_many(viewer: Viewer, purpose: str, rule: str, about: Mapping[str, Iterable[str]]) -> list[uuid.UUID]:
    """Write a look at each of these things, with the people in it. Call it inside `write()`."""
    at = timezone.now()
    looks = {thing: new_id() for thing in about}
    rows.insert(
        Look,
        ("id", "month", "at", "actor", "party", "purpose", "rule", "consent_version", "about", "request"),
        (
            (id_, month_of(id_), at, viewer.actor, viewer.party, purpose, rule, "", thing, viewer.request)
            for thing, id_ in looks.items()
        ),
    )
    rows.insert(
        LookSubject,
        ("look", "month", "subject"),
        ((id_, month_of(id_), hash_) for thing, id_ in looks.items() for hash_ in sorted(set(about[thing]))),
    )
    return list(looks.values())
