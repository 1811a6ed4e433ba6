"""The staff of a party that went on for another one reads what that one had: memberships without any duty."""

from __future__ import annotations

from collections.abc import Iterable

from renkei.hub.core.problems import Refused
from renkei.hub.parties.models import Level, Membership, Party, PartyState

READER = "successor"  # `Membership.relation` of a place that was given because of one at the successor


def require_no_reader(membership: Membership) -> None:
    """Raises Refused (403) for somebody who is here to read alone, whatever duties were given since."""
    if membership.relation == READER:
        raise Refused(403, "E-AUTH-DUTY", "ここでは、読むことだけができます。", "引き継いだ事業所から送ってください。")


def let_read(party: Party, successor: Party) -> int:
    """Give every member of the successor a place to read from at `party`; how many are new. Call it inside `write()`.

    Somebody whose place at the successor is one service's reads the same service here, where it was.
    """
    services = {row.service: row for row in party.services.all()}
    there = set(Membership.objects.filter(party=party).values_list("staff_id", flat=True))
    new = []
    for place in Membership.objects.filter(party=successor, active=True).select_related("service"):
        service = services.get(place.service.service) if place.service else None
        if place.staff_id in there or (place.service and service is None):
            continue
        there.add(place.staff_id)
        new.append(
            Membership(
                staff_id=place.staff_id,
                party=party,
                service=service,
                level=Level.MEMBER,
                job=place.job,
                duties="",
                relation=READER,
            )
        )
    Membership.objects.bulk_create(new)
    return len(new)


def with_support(places: Iterable[Membership]) -> list[Membership]:
    """Of one person's places those that count: one to read from leans on those at the successor, through later mergers,
    and shows no service that none of those shows."""
    given = list(places)
    counting = [place for place in given if place.relation != READER]
    leaning = [place for place in given if place.relation == READER]
    while held := [place for place in leaning if _leans_on(place, counting)]:
        leaning = [place for place in leaning if place not in held]
        counting += held
    return [place for place in given if place in counting]


def _leans_on(place: Membership, counting: Iterable[Membership]) -> bool:
    """Whether one of these carries it. A place of all services is narrowed, in memory, to what its person has now."""
    carrying = [one.service for one in counting if one.party_id == place.party.successor_id]
    if None in carrying:
        return True
    types = {one.service for one in carrying if one is not None}
    if place.service is None:
        place.service = place.party.services.filter(service__in=types).order_by("service").first()
    return place.service is not None and place.service.service in types


def move_staff(party: Party, successor: Party) -> None:
    """Give the staff of a party its places at the new number too. Call it inside `write()`."""
    services = {row.service: row for row in successor.services.all()}
    there = set(Membership.objects.filter(party=successor).values_list("staff_id", flat=True))
    for place in Membership.objects.filter(party=party, active=True).exclude(relation=READER).select_related("service"):
        service = services.get(place.service.service) if place.service else None
        if place.staff_id in there or (place.service and service is None):
            continue
        place.pk, place.party, place.service = None, successor, service
        place._state.adding = True
        place.save()


def follow_staff() -> int:
    """Give those who joined a successor later their places to read; how many. Call it inside `write()`."""
    closed = Party.objects.filter(state=PartyState.CLOSED).exclude(successor=None).select_related("successor")
    return sum(let_read(party, party.successor) for party in closed if party.successor)
