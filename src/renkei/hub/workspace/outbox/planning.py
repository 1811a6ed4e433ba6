"""What becomes of the units of a pile, held against what is in hand and what went before. Reads, writes nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from renkei.hub.exchange import earlier
from renkei.hub.exchange.earlier import Accepted
from renkei.hub.parties.models import OfficeService, PartyKind
from renkei.hub.workspace.models import Incoming, Outgoing, OutgoingState, OutgoingSubject
from renkei.hub.workspace.outbox import bodies
from renkei.hub.workspace.outbox.sorting import NaturalKey, Sorted, sort_again
from renkei.standard.units import UnitKind

IN_HAND = (OutgoingState.DRAFT, OutgoingState.CHECKED, OutgoingState.APPROVED)
# Of these a newer one takes the place of an older one, person by person (standard 5.1.1); a plan has a day of its own.
_REPLACED = {UnitKind.USE_TABLE, UnitKind.ACTUAL}


@dataclass
class Plan:
    """`new` are made, `changed` get other files, `same` are in hand already, `gone` went before; of `clashing` the sequence
    number is used for something else. `superseded` are drafts whose place new ones take."""

    new: list[Sorted] = field(default_factory=list)
    changed: list[tuple[Outgoing, Sorted]] = field(default_factory=list)
    same: list[Sorted] = field(default_factory=list)
    gone: list[Sorted] = field(default_factory=list)
    clashing: list[Sorted] = field(default_factory=list)
    superseded: list[Outgoing] = field(default_factory=list)


def plan(found: Sequence[Sorted]) -> Plan:
    """Decide for each unit that goes out. Five queries, two more where files are added to units in hand."""
    result = Plan()
    there = _in_outbox(found)
    went = _went(found)
    stored = bodies.fetch([unit for unit in there.values() if unit.state in IN_HAND])
    for one in found:
        unit = there.get(one.key)
        if unit is None:
            _of_new(result, one, went.get(one.key))
        elif unit.tag == one.tag:
            result.same.append(one)
        elif again := _with_files_of(unit, one, stored):
            result.changed.append((unit, again))
        else:
            result.clashing.append(one)
    result.superseded = _superseded([*result.new, *(one for _, one in result.changed)])
    return result


def new_incoming(found: Sequence[Sorted]) -> list[Sorted]:
    """Those that are neither booked yet nor came through the hub. Three queries."""
    rows = Incoming.objects.filter(**_by_sequence(found))
    booked = {(row.owner_id, row.number, row.service, row.kind, row.sequence) for row in rows}
    came = _came(found)
    return [one for one in found if one.key not in booked and one.key not in came]


def _of_new(result: Plan, one: Sorted, went: Accepted | None) -> None:
    if went is None:
        result.new.append(one)
    elif went.transmission.content_tag == one.tag:
        result.gone.append(one)
    else:
        result.clashing.append(one)


def _with_files_of(unit: Outgoing, one: Sorted, stored: bodies.FetchedBodies) -> Sorted | None:
    """The unit in hand with these files added or exchanged; None where it cannot be changed any more."""
    if unit.state not in IN_HAND or unit.sending_id is not None or unit.body not in stored:
        return None
    return sort_again(one, bodies.open_files(stored[unit.body]) | dict(one.files))


def _in_outbox(found: Collection[Sorted]) -> dict[NaturalKey, Outgoing]:
    rows = Outgoing.objects.filter(**_by_sequence(found)).exclude(state=OutgoingState.DROPPED)
    return {(row.owner_id, row.number, row.service, row.kind, row.sequence): row for row in rows}


def _by_sequence(found: Collection[Sorted]) -> dict[str, set[object]]:
    return {"owner__in": {one.owner.pk for one in found}, "sequence__in": {one.sequence for one in found}}


def _went(found: Collection[Sorted]) -> dict[NaturalKey, Accepted]:
    """Those that are on the hub already."""
    joined = _joined(found)
    keys = {
        (one.owner.pk, joined[one.number, one.service], one.kind.value, one.sequence): one.key
        for one in found
        if (one.number, one.service) in joined
    }
    return {keys[key]: accepted for key, accepted in earlier.find(keys).items()}


def _came(found: Collection[Sorted]) -> set[NaturalKey]:
    joined = _joined(found)
    keys = {
        (joined[one.number, one.service], one.owner.pk, one.kind.value, one.sequence): one.key
        for one in found
        if (one.number, one.service) in joined
    }
    return {keys[key] for key in earlier.find(keys)}


def _joined(found: Iterable[Sorted]) -> dict[tuple[str, str], int]:
    numbers = {one.number for one in found}
    rows = OfficeService.objects.filter(party__kind=PartyKind.OFFICE, party__number__in=numbers)
    return {(number, service): pk for pk, number, service in rows.values_list("pk", "party__number", "service")}


def _superseded(new: Sequence[Sorted]) -> list[Outgoing]:
    """Older units in hand to the same partner for the same month that are about nobody else."""
    fresh = {(one.owner.pk, one.number, one.service, one.kind.value, one.months): one for one in new}
    fresh = {key: one for key, one in fresh.items() if one.kind in _REPLACED}
    if not fresh:
        return []
    rows = Outgoing.objects.filter(
        owner__in={key[0] for key in fresh}, months__in={key[4] for key in fresh}, number__in={key[1] for key in fresh}
    ).filter(state__in=IN_HAND, sending=None)
    older = {row.pk: row for row in rows if _is_older(row, fresh)}
    about: dict[object, set[str]] = {pk: set() for pk in older}
    for pk, subject in OutgoingSubject.objects.filter(outgoing__in=older).values_list("outgoing", "subject"):
        about[pk].add(subject)
    return [row for pk, row in older.items() if about[pk] <= fresh[_place(row)].subjects]


def _is_older(row: Outgoing, fresh: dict[tuple[int, str, str, str, str], Sorted]) -> bool:
    newer = fresh.get(_place(row))
    return newer is not None and row.sequence < newer.sequence


def _place(row: Outgoing) -> tuple[int, str, str, str, str]:
    return row.owner_id, row.number, row.service, row.kind, row.months
