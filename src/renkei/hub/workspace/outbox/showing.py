"""Opening what is in hand: its files, what was found in them, and what could be mended. Each opening is a look."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import Http404

from renkei.attachments import index
from renkei.hub.core import looks
from renkei.hub.core.looks import Viewer
from renkei.hub.core.problems import Refused
from renkei.hub.core.writing import write
from renkei.hub.parties.members import own_services
from renkei.hub.parties.models import Membership, OfficeService
from renkei.hub.workspace.models import Leftover, Outgoing, OutgoingSubject
from renkei.hub.workspace.outbox import bodies
from renkei.hub.workspace.outbox.pile import Named
from renkei.standard import repairing
from renkei.standard.checking import check
from renkei.standard.repairing import Change
from renkei.standard.showing.sheets import contents

RULE = "own-outbox"


@dataclass(frozen=True)
class Mended:
    """Files after all safe repairs, and each change with the name of the file in which it is."""

    files: tuple[Named, ...]
    changes: tuple[tuple[str, Change], ...]


def own_unit(services: Sequence[OfficeService], id_: uuid.UUID) -> Outgoing:
    """A unit of one of these services. Raises Http404, the same for one of others."""
    rows = Outgoing.objects.select_related("owner__party", "transmission")
    found = rows.filter(owner__in=services, pk=id_).first()
    if found is None:
        raise Http404
    return found


def own_leftovers(membership: Membership) -> QuerySet[Leftover]:
    """Files that wait to be mended. Nobody knows of which service they are: who sees one alone sees what they dropped."""
    found = Leftover.objects.filter(owner__in=own_services(membership))
    return found if membership.service_id is None else found.filter(staff=membership.staff_id)


def own_leftover(membership: Membership, id_: uuid.UUID) -> Leftover:
    """One of these. Raises Http404."""
    found = own_leftovers(membership).filter(pk=id_).first()
    if found is None:
        raise Http404
    return found


def open_one(unit: Outgoing, viewer: Viewer, purpose: str) -> dict[str, bytes]:
    """The files of a unit, a look at everybody in it. Raises Refused (410)."""
    with write():
        subjects = unit.subjects.values_list("subject", flat=True)
        looks.record(viewer, purpose=purpose, rule=RULE, about=f"outgoing:{unit.pk}", subjects=subjects)
        fetched = bodies.fetch([unit]).get(unit.body)
    if fetched is None:
        raise Refused.known(410, "E-BODY-GONE")
    return bodies.opened(fetched)


def names_in(units: Sequence[Outgoing], viewer: Viewer, owner: OfficeService) -> dict[uuid.UUID, list[str]]:
    """Whom each of these units is about, by name; one look at all of them. Without those whose bodies are gone."""
    rows = OutgoingSubject.objects.filter(outgoing__in=units).values_list("subject", flat=True)
    with write():
        looks.record(viewer, purpose="list", rule=RULE, about=f"outbox:{owner.pk}", subjects=set(rows))
        stored = bodies.fetch(units)
    return {unit.pk: _names(bodies.opened(stored[unit.body])) for unit in units if unit.body in stored}


def _names(files: Mapping[str, bytes]) -> list[str]:
    if index.FILE in files:
        return sorted({one.person.insured for one in index.parse(files[index.FILE]).files if one.person})
    return [person.name or person.insured for person in contents(files).people]


def open_leftover(left: Leftover, viewer: Viewer) -> list[Named]:
    """Files that make no unit, in the order in which they were dropped. Raises Refused (410).

    A look at whomever they name. Only the files say who that is, so the hub reads them before; if the look cannot be
    written, nothing is shown.
    """
    fetched = bodies.fetch([left]).get(left.body)
    if fetched is None:
        raise Refused.known(410, "E-BODY-GONE")
    files = [(name.partition("/")[2], data) for name, data in bodies.opened(fetched).items()]
    people = {person for unit in check(files).units for person in unit.people}
    with write():
        subjects = [looks.subject(*person) for person in people]
        looks.record(viewer, purpose="view", rule=RULE, about=f"leftover:{left.pk}", subjects=subjects)
    return files


def mend(files: Sequence[Named]) -> Mended:
    """All that can be mended safely, and what would change."""
    mended, changes = [], []
    for name, data in files:
        repaired = repairing.repair(name, data)
        mended.append((repaired.name, repaired.data))
        changes += [(name, change) for change in repaired.changes]
    return Mended(tuple(mended), tuple(changes))
