"""The register of parties, as the standard's check asks for it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from renkei.hub.parties.models import OfficeService, PartyKind
from renkei.standard.checking.examining import file_name
from renkei.standard.names import BadName, Edition, FileName

# A service type between two offices or before the number: no name of the third edition has this.
_TYPED = re.compile("_[0-9A-Z]{2}_")


def service_types(paths: Iterable[str]) -> dict[str, list[str]]:
    """Service types by office number, of the offices in names of the third edition: these names do not say the types.

    One query for the named offices; none where no name is of that edition.
    """
    numbers = {number for path in paths for number in _untyped(path)}
    found: dict[str, list[str]] = {}
    if numbers:
        services = OfficeService.objects.filter(
            active=True, party__kind=PartyKind.OFFICE, party__number__in=numbers
        ).values_list("party__number", "service")
        for number, service in services.order_by("service"):
            found.setdefault(number, []).append(service)
    return found


def _untyped(path: str) -> tuple[str, ...]:
    given = file_name(path)
    if _TYPED.search(given):
        return ()
    try:
        name = FileName.parse(given)
    except BadName:
        return ()
    return (name.sender, name.recipient) if name.edition is Edition.V3 else ()
