"""What a service has exchanged about entrusted people, without opening any of it: units with the keyed hashes of people."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from renkei.hub.exchange.models import Subject
from renkei.hub.exchange.rules import Recall, State
from renkei.hub.parties.models import OfficeService
from renkei.hub.workspace.models import IncomingSubject, OutgoingState, OutgoingSubject
from renkei.hub.workspace.relaying.rules import ENTRUSTED, KINDS, Role, Seen, centres_of, is_prevention, role_of
from renkei.standard.layouts import code_lists
from renkei.standard.units import UnitKind

# Basics and plans of earlier years entrust nobody any more.
YEARS_BACK = 2
CENTRES = [service for service in code_lists()["service_type_office"] if role_of(service) is Role.CENTRE]
_PREVENTION = [service for service in code_lists()["service_type"] if is_prevention(service)]
_KINDS = [kind.value for kind in KINDS]


def seen_by(service: OfficeService, months: Collection[str], now: datetime) -> list[Seen]:
    """All units of these months (YYYYMM), and those without a month, that have a part in this.

    An entrusted office: whatever it exchanged with centres, about the same people with anybody, and with services of
    介護予防 (some people may have no centre here). The others: what they exchanged with entrusted offices. Four queries for
    each of these, however many units there are.
    """
    recent = now - YEARS_BACK * timedelta(days=366)
    if role_of(service.service) is not Role.ENTRUSTED:
        return _recent(_units(service, months, [ENTRUSTED]), recent)
    found = _recent(_units(service, months, CENTRES), recent)
    people = centres_of(found).keys()
    about = _recent(_units(service, months, None, people), recent) if people else []
    served = _units(service, months, _PREVENTION)
    return list({(one.on_hub, one.id): one for one in (*about, *served, *found)}.values())


def _recent(units: Iterable[Seen], since: datetime) -> list[Seen]:
    """Without papers of earlier years that have no month."""
    return [unit for unit in units if unit.month or unit.at >= since]


def _units(
    service: OfficeService,
    months: Collection[str],
    partners: Sequence[str] | None,
    people: Collection[str] | None = None,
) -> list[Seen]:
    """`partners` are the service types of the others, None for any; `people` narrows to units about some of them."""
    rows: dict[tuple[bool, uuid.UUID], tuple[Any, ...]] = {}
    subjects: dict[tuple[bool, uuid.UUID], set[str]] = defaultdict(set)
    for on_hub, is_ours, query in _queries(service, months, partners):
        if people is not None:
            query = query.filter(subject__in=people)
        for id_, *told, subject in query:
            rows[on_hub, id_] = (is_ours, *told)
            subjects[on_hub, id_].add(subject)
    return [_seen(key, row, frozenset(subjects[key])) for key, row in rows.items()]


def _queries(
    service: OfficeService, months: Collection[str], partners: Sequence[str] | None
) -> Iterator[tuple[bool, bool, QuerySet[Any, Any]]]:
    """Whether on the hub, whether ours, and rows of (id, number, service, kind, month, sequence, made or came, gone, subject)."""
    for mine, other in (("recipient", "sender"), ("sender", "recipient")):
        found = Subject.objects.filter(_narrowed("transmission__", months), **{f"transmission__{mine}": service})
        if partners is not None:
            found = found.filter(**{f"transmission__{other}__service__in": partners})
        found = found.exclude(transmission__state=State.WITHDRAWN).exclude(transmission__recall=Recall.CONFIRMED)
        names = (f"{other}__party__number", f"{other}__service", "kind", "months", "sequence", "accepted_at")
        columns = (f"transmission__{name}" for name in names)
        brought = "transmission__outgoing__brought_at"
        yield (
            True,
            mine == "sender",
            found.values_list("transmission", *columns, "transmission__state", brought, "subject"),
        )
    names = ("number", "service", "kind", "months", "sequence", "brought_at")
    came = IncomingSubject.objects.filter(_narrowed("incoming__", months), incoming__owner=service)
    # What has gone through the hub is read above, and has lost its people here.
    out = OutgoingSubject.objects.filter(_narrowed("outgoing__", months), outgoing__owner=service).exclude(
        outgoing__state=OutgoingState.DROPPED
    )
    for table, is_ours, found_here in (("incoming", False, came), ("outgoing", True, out)):
        if partners is not None:
            found_here = found_here.filter(**{f"{table}__service__in": partners})
        state = "outgoing__state" if is_ours else "incoming__channel"
        columns = (f"{table}__{name}" for name in names)
        yield False, is_ours, found_here.values_list(table, *columns, state, f"{table}__brought_at", "subject")


def _narrowed(table: str, months: Collection[str]) -> Q:
    """These months and what has none: equal to one of a list, as an index has it."""
    return Q(**{f"{table}months__in": [*months, ""], f"{table}kind__in": _KINDS})


def _seen(key: tuple[bool, uuid.UUID], row: tuple[Any, ...], subjects: frozenset[str]) -> Seen:
    is_ours, number, service, kind, month, sequence, at, state, brought = row
    on_hub, id_ = key
    has_gone = on_hub or not is_ours or state == OutgoingState.HANDED_OVER
    at = min(_made(sequence, at), brought or at) if is_ours else at
    return Seen(id_, on_hub, is_ours, has_gone, (number, service), UnitKind(kind), month, sequence, at, subjects)


def _made(sequence: str, at: datetime) -> datetime:
    """When a unit of ours was made: its sequence number is the time in Tokyo, unless somebody counted on or the clock is
    ahead."""
    try:
        made = datetime.strptime(sequence, "%Y%m%d%H%M%S").replace(tzinfo=timezone.get_default_timezone())
    except ValueError:
        return at
    return min(made, at)


def about(units: Iterable[Seen], people: Collection[str]) -> list[Seen]:
    """Those that are about any of these people."""
    wanted = frozenset(people)
    return [unit for unit in units if unit.subjects & wanted]
