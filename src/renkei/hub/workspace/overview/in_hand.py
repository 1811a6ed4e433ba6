"""The people of what waits in the outbox, and of what went on another way than this hub.

Their names stand in the bodies of the units alone. Most are known from the months before, so that a list opens few bodies.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from renkei.hub.core import looks
from renkei.hub.parties.models import OfficeService
from renkei.hub.workspace.models import Outgoing, OutgoingSubject
from renkei.hub.workspace.outbox import bodies
from renkei.hub.workspace.partners.services import Address, Route
from renkei.hub.workspace.projecting.searching import known_people
from renkei.standard.showing.sheets import contents

_MONTHS = 3  # whose names are asked


@dataclass(frozen=True)
class Person:
    """Whom a unit is about. `name` is empty where no file has it."""

    name: str
    kana: str
    insured: str


@dataclass(frozen=True)
class Row:
    """One person and the units that they are in, each with the way to its partner. `person` is None where nobody knows."""

    subject: str
    person: Person | None
    units: Sequence[tuple[Outgoing, Route]]


def units_by_person(units: Iterable[Outgoing]) -> dict[str, list[Outgoing]]:
    """The units of each person, by subject. One query."""
    by_id = {unit.pk: unit for unit in units}
    found: dict[str, list[Outgoing]] = defaultdict(list)
    rows = OutgoingSubject.objects.filter(outgoing__in=by_id).values_list("subject", "outgoing")
    for subject, id_ in rows.order_by("subject", "outgoing"):
        found[subject].append(by_id[id_])
    return found


def known(owner: OfficeService) -> dict[str, Person]:
    """People of the last months, by subject. A look at whoever is shown has to be on record first. Two queries."""
    people = known_people(owner, _MONTHS)
    return {subject: Person(one.name, one.kana, one.insured) for subject, one in people.items()}


def read_from(units: Iterable[Outgoing]) -> dict[str, Person]:
    """The people in the bodies of these units, by subject; without those whose bodies are gone. The same of the look."""
    stored = bodies.fetch(list(units))
    found = {}
    for fetched in stored.values():
        for one in contents(bodies.opened(fetched)).people:
            found[looks.subject(one.insurer, one.insured)] = Person(one.name, one.kana, one.insured)
    return found


def rows(
    shown: Sequence[str],
    where: Mapping[str, Sequence[Outgoing]],
    people: Mapping[str, Person],
    routes: Mapping[Address, Route],
) -> list[Row]:
    """These people with their units. Whoever is not known yet is read from the first of them."""
    unknown = {where[subject][0].pk: where[subject][0] for subject in shown if subject not in people}
    everybody = {**people, **read_from(unknown.values())} if unknown else people
    return [
        Row(one, everybody.get(one), [(unit, routes[unit.number, unit.service]) for unit in where[one]])
        for one in shown
    ]
