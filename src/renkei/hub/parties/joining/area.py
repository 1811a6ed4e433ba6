"""Whose area an application comes from, by the public list: what an applicant writes decides nothing."""

from __future__ import annotations

from renkei.hub.parties.joining import rules
from renkei.hub.parties.models import Application, KnownOffice, Party
from renkei.hub.parties.numbers import is_of_area

MOST = 200


def applications_of(municipality: Party) -> list[Application]:
    """Open applications of offices that the public list has in this municipality's area, the oldest first."""
    found = list(Application.objects.filter(state__in=rules.OPEN).order_by("pk"))
    rows = KnownOffice.objects.filter(number__in={row.number for row in found}).values_list("number", "municipality")
    own = {number for number, place in rows if is_of_area(place, municipality.number)}
    return [row for row in found if row.number in own][:MOST]
