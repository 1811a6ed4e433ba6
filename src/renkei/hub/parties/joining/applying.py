"""An office applies. Whether its number has joined already or not, it reads the same."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from renkei.hub.core.keyring import keyring
from renkei.hub.core.writing import write
from renkei.hub.parties import services
from renkei.hub.parties.joining import rules
from renkei.hub.parties.models import Application, ApplicationState, KnownOffice, Party, PartyKind
from renkei.hub.parties.staff import attempts

DOOR = "join"
# What nobody went on with, and what was refused, names a contact person: it is forgotten after this time.
KEPT_FOR = timedelta(days=180)
_MAX_SECRET = 100


@dataclass(frozen=True)
class Given:
    """What an office says of itself. `services` are types in two characters."""

    number: str
    name: str
    services: Sequence[str]
    address: str
    phone: str
    fax: str
    email: str
    contact: str


def apply(given: Given, address: str) -> str:
    """Take an application; returns the secret of the link under which it is followed. Raises LockedOut, Refused.

    Bounded for a number and for an `address`, where the request came from.
    """
    services.check_address(PartyKind.OFFICE, given.number, given.services)
    attempts.check(DOOR, given.number, address)
    secret = secrets.token_urlsafe(32)
    fields = asdict(given) | {"services": ",".join(sorted(given.services))}
    with write():
        Application.objects.create(
            **fields,
            agreement=rules.AGREEMENT,
            reissue=is_reissue(given.number),
            follow=_keyed(secret),
        )
    attempts.failed(DOOR, given.number, address)
    return secret


def find(secret: str) -> Application | None:
    """The application of a link; None for one that is none."""
    if len(secret) > _MAX_SECRET:
        return None
    return Application.objects.select_related("party").filter(follow=_keyed(secret)).first()


def is_reissue(number: str) -> bool:
    """Whether this number is an office's that is here already."""
    return Party.objects.filter(kind=PartyKind.OFFICE, number=number).exists()


def listed(number: str) -> list[KnownOffice]:
    """What the public list says of a number, one row for each of its services."""
    return list(KnownOffice.objects.filter(number=number).order_by("-as_of", "kind")[:20])


def forget(now: datetime, limit: int) -> int:
    """Delete up to `limit` applications that led to nothing; how many. Call it inside `write()`."""
    over = Application.objects.exclude(state=ApplicationState.ADMITTED).filter(applied_at__lt=now - KEPT_FOR)
    some = list(over.order_by("pk").values_list("pk", flat=True)[:limit])
    Application.objects.filter(pk__in=some).delete()
    return len(some)


def _keyed(secret: str) -> str:
    return keyring().keyed("application", secret.encode())
