"""Who may be sent what about whom: one table of the sender's part, the recipient's part and the kind of file.

Clients unrelated to the addressee must not be sent (standard 2.6). Home care goes from the care manager to a service
office and back (2.2, 2.4); in prevention an entrusted care manager and the support centre pass everything on to each
other (3.1, 5.2.2.1). Centres may write as 43 (convention C16), so that care managers among themselves are such a pair too.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto
from functools import lru_cache

from ..names import FileName

# 居宅介護支援; 介護予防支援 and 介護予防ケアマネジメント (the latter two by convention C16).
_CARE_MANAGER = frozenset({"43"})
_SUPPORT_CENTRE = frozenset({"46", "AF"})
CARE_MANAGEMENT = _CARE_MANAGER | _SUPPORT_CENTRE
# 小規模多機能 (and 看護, 予防): its own care manager plans the services of others.
_PLANNING_SERVICES = frozenset({"73", "75", "77"})


class Part(Enum):
    """What an office is in an exchange."""

    CARE_MANAGER = auto()
    SUPPORT_CENTRE = auto()
    SERVICE = auto()
    PLANNING_SERVICE = auto()


class Right(Enum):
    """Why the recipient may see a client, and so what a check can look for."""

    SERVES = auto()  # a record of the client names the recipient as service office
    PLANS = auto()  # a record of the client names the recipient as care manager
    RELAYS = auto()  # the two offices share their prevention clients
    SERVES_ELSEWHERE = auto()  # as SERVES, but only other files of the run can tell


_PLANS = ("UP1KYO", "UP2KYO", "UP3KYO", "UPHOSOKU", "DLT1KYO")
_USE_TABLES = ("UPPLAN", "UPSIKYU", "UPHOSOKU", "DLTPLAN")
_ACTUALS = ("UPJSK", "DLTJSK")
_PREVENTION = (
    "UPKIHON",
    "UPKIHON_SUB1",
    "UPKIHON_SUB2",
    "UPKIHON_IMAGE",
    "DLTKIHON",
    "UPYOBO",
    "UPYOBO_SUB",
    "DLTYOBO",
)

_Kinds = Mapping[str, Right]
_TO_SERVICE: _Kinds = dict.fromkeys((*_PLANS, *_PREVENTION), Right.SERVES_ELSEWHERE) | dict.fromkeys(
    _USE_TABLES, Right.SERVES
)
_FROM_SERVICE: _Kinds = dict.fromkeys(_ACTUALS, Right.PLANS)
_AMONG_PLANNERS: _Kinds = dict.fromkeys((*_PLANS, *_USE_TABLES, *_ACTUALS, *_PREVENTION), Right.RELAYS)
_EITHER: _Kinds = {**_TO_SERVICE, **_FROM_SERVICE}

# Sender's part, recipient's part → kind → right. A kind that is not here is not foreseen between the two.
RIGHTS: Mapping[tuple[Part, Part], _Kinds] = {
    (Part.CARE_MANAGER, Part.SERVICE): _TO_SERVICE,
    (Part.CARE_MANAGER, Part.PLANNING_SERVICE): _TO_SERVICE,
    (Part.CARE_MANAGER, Part.CARE_MANAGER): _AMONG_PLANNERS,
    (Part.CARE_MANAGER, Part.SUPPORT_CENTRE): _AMONG_PLANNERS,
    (Part.SUPPORT_CENTRE, Part.SERVICE): _TO_SERVICE,
    (Part.SUPPORT_CENTRE, Part.PLANNING_SERVICE): _TO_SERVICE,
    (Part.SUPPORT_CENTRE, Part.CARE_MANAGER): _AMONG_PLANNERS,
    (Part.SUPPORT_CENTRE, Part.SUPPORT_CENTRE): _AMONG_PLANNERS,
    (Part.SERVICE, Part.CARE_MANAGER): _FROM_SERVICE,
    (Part.SERVICE, Part.SUPPORT_CENTRE): _FROM_SERVICE,
    (Part.SERVICE, Part.PLANNING_SERVICE): _FROM_SERVICE,
    (Part.SERVICE, Part.SERVICE): {},
    (Part.PLANNING_SERVICE, Part.SERVICE): _TO_SERVICE,
    (Part.PLANNING_SERVICE, Part.CARE_MANAGER): _FROM_SERVICE,
    (Part.PLANNING_SERVICE, Part.SUPPORT_CENTRE): _FROM_SERVICE,
    (Part.PLANNING_SERVICE, Part.PLANNING_SERVICE): _EITHER,
}


def part_of(service: str) -> Part:
    """What an office is by its service type."""
    if service in _CARE_MANAGER:
        return Part.CARE_MANAGER
    if service in _SUPPORT_CENTRE:
        return Part.SUPPORT_CENTRE
    return Part.PLANNING_SERVICE if service in _PLANNING_SERVICES else Part.SERVICE


def right(name: FileName) -> Right | None:
    """Why the recipient of this file may see the clients in it; None where such a file is not foreseen between the two.

    A name of the third edition, which has no service types and knew no prevention, is what its kind says.
    """
    return _right(name.kind, name.sender_service, name.recipient_service)


@lru_cache(1_000)
def _right(kind: str, sender: str, recipient: str) -> Right | None:
    if not sender or not recipient:
        return _EITHER.get(kind)
    return RIGHTS[part_of(sender), part_of(recipient)].get(kind)
