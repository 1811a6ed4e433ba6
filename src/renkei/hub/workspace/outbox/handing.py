"""Handing over what does not go through this hub: checked files for the national service, or paper with its cover sheet.

Whoever is reached how is looked up now: from the day when a partner joins, its units are not here any more but are sent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

from renkei.attachments import index
from renkei.forms.choosing import Wish, choose
from renkei.forms.covered import with_covers
from renkei.forms.filling.cover_sheet import Office
from renkei.forms.filling.family_chart import charts_of
from renkei.forms.pile import Pile
from renkei.forms.printing import Document, volumes
from renkei.hub.core import looks, service_names
from renkei.hub.core.looks import Viewer
from renkei.hub.core.writing import write
from renkei.hub.parties.models import OfficeService
from renkei.hub.workspace.habits.services import habits_of
from renkei.hub.workspace.models import Approval, Channel, Outgoing, OutgoingSubject
from renkei.hub.workspace.outbox import bodies, listing
from renkei.hub.workspace.outbox.listing import Group
from renkei.hub.workspace.outbox.showing import RULE
from renkei.hub.workspace.partners import services as partners
from renkei.hub.workspace.partners.services import Address, Route
from renkei.standard.comparing.papers import read_papers


@dataclass(frozen=True)
class Bundle:
    """What goes to one partner: how it is reached, and its units."""

    address: Address
    route: Route
    units: Sequence[Outgoing]

    @property
    def people(self) -> int:
        """How many slips for people; one who is in two units counts twice."""
        return sum(unit.people for unit in self.units)


def bundles(owner: OfficeService, channel: Channel, only: Address | None = None) -> list[Bundle]:
    """All that is ready to go by a channel, partner by partner; of one partner alone with `only`."""
    rows = listing.units_of(owner, Group.READY, Approval(habits_of(owner).approval))
    rows = rows.filter(listing.going_by(owner, channel)).exclude(kind=index.KIND)  # papers are printed one by one
    if only:
        rows = rows.filter(number=only[0], service=only[1])
    by_address: dict[Address, list[Outgoing]] = {}
    for unit in rows[: settings.RENKEI["LIMIT_ACT_UNITS"]]:
        by_address.setdefault((unit.number, unit.service), []).append(unit)
    routes = partners.routes(owner, by_address)
    found = [Bundle(address, routes[address], units) for address, units in by_address.items()]
    return sorted(found, key=lambda bundle: (bundle.route.name, bundle.address))


def open_all(found: Sequence[Bundle], viewer: Viewer, purpose: str) -> list[dict[str, bytes]]:
    """The files of each unit in them; a look at everybody in each. Without those whose bodies are gone."""
    units = [unit for bundle in found for unit in bundle.units]
    about: dict[str, list[str]] = {f"outgoing:{unit.pk}": [] for unit in units}
    for unit, subject in OutgoingSubject.objects.filter(outgoing__in=units).values_list("outgoing", "subject"):
        about[f"outgoing:{unit}"].append(subject)
    with write():
        looks.record_many(viewer, purpose, RULE, about)
        stored = bodies.fetch(units)
    return [bodies.opened(stored[unit.body]) for unit in units if unit.body in stored]


def sheets(
    owner: OfficeService, found: Sequence[Bundle], opened: Sequence[Mapping[str, bytes]], *, is_masked: bool
) -> list[Document]:
    """The same on paper, each partner's bundle under its cover sheet. `is_masked`: the cover tells no whole names."""
    files = [item for one in opened for item in one.items()]
    read, _ = read_papers(files)
    pile, wish = Pile(read), Wish()
    chosen = choose(pile, wish, charts_of(files), service_names.table())
    offices = {bundle.address[0]: _office(bundle) for bundle in found}
    offices[owner.party.number] = _own(owner)
    today = timezone.localdate().strftime("%Y%m%d")
    covered = with_covers(chosen.sheets, pile, wish, offices, sent_on=today, is_masked=is_masked)
    return volumes(covered, "sheets", "提供票", settings.RENKEI["LIMIT_PRINTED_SHEETS"])


def _office(bundle: Bundle) -> Office:
    """Addressed from the master: nobody types a number where it is sent to."""
    partner = bundle.route.partner
    return Office(
        bundle.address[0],
        bundle.route.name,
        phone=partner.phone if partner else "",
        fax=bundle.route.fax,
        person=partner.contact if partner else "",
    )


def _own(owner: OfficeService) -> Office:
    return Office(owner.party.number, owner.party.name, phone=owner.party.phone, fax=owner.party.fax)
