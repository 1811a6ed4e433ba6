"""What becomes of the units of a pile, held against what is in hand and what went before. Reads, writes nothing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from renkei.hub.exchange import earlier
from renkei.hub.exchange.earlier import Accepted
from renkei.hub.parties.models import OfficeService, PartyKind
from renkei.hub.workspace.models import IN_HAND, Incoming, Outgoing, OutgoingState, OutgoingSubject
from renkei.hub.workspace.outbox import bodies
from renkei.hub.workspace.outbox.sorting import NaturalKey, Sorted, key_of, sort_again
from renkei.standard.units import UnitKind

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
    went = _on_the_hub(found, is_out=True)
    changed = [there[one.key] for one in found if one.key in there and there[one.key].tag != one.tag]
    stored = bodies.fetch(changed)
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
    booked = {key_of(row) for row in Incoming.objects.filter(**_by_sequence(found))}
    came = _on_the_hub(found, is_out=False)
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
    return sort_again(unit, bodies.open_files(stored[unit.body]) | dict(one.files))


def _in_outbox(found: Collection[Sorted]) -> dict[NaturalKey, Outgoing]:
    rows = Outgoing.objects.select_related("owner__party").filter(**_by_sequence(found))
    return {key_of(row): row for row in rows.exclude(state=OutgoingState.DROPPED)}


def _by_sequence(found: Collection[Sorted]) -> dict[str, set[object]]:
    return {"owner__in": {one.owner.pk for one in found}, "sequence__in": {one.sequence for one in found}}


def _on_the_hub(found: Collection[Sorted], *, is_out: bool) -> dict[NaturalKey, Accepted]:
    """Those that the hub has: that went from us, or that came to us. Two queries, and two more where there are some."""
    numbers = {one.number for one in found}
    rows = OfficeService.objects.filter(party__kind=PartyKind.OFFICE, party__number__in=numbers)
    joined = {(number, type_): pk for pk, number, type_ in rows.values_list("pk", "party__number", "service")}
    keys: dict[earlier.NaturalKey, NaturalKey] = {}
    for one in found:
        if other := joined.get((one.number, one.service)):
            sender, recipient = (one.owner.pk, other) if is_out else (other, one.owner.pk)
            keys[sender, recipient, one.kind.value, one.sequence] = one.key
    return {keys[key]: accepted for key, accepted in earlier.find(keys).items()}


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
