"""Plan against result, counted: a row for each person and partner of a month, from its projection."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count

from renkei.hub.parties.models import OfficeService
from renkei.hub.workspace.models import Progress, Projected
from renkei.hub.workspace.overview.rules import RESULTS, Card
from renkei.hub.workspace.partners.services import Address
from renkei.hub.workspace.projecting import services as projecting

_PLANNER = "43"  # a partner of whom only the number is known makes plans


@dataclass(frozen=True)
class Results:
    """Who stands where: (card, subject, partner). `is_current` is False while papers wait to be counted."""

    rows: Sequence[tuple[Card, str, Address]]
    projected: Projected
    is_current: bool

    @property
    def by_partner(self) -> dict[Card, Mapping[Address, int]]:
        """How many people each partner has under each card."""
        return {card: Counter(where for found, _, where in self.rows if found is card) for card in RESULTS}

    def partners_of(self, card: Card) -> dict[str, list[Address]]:
        """By person, at which partners they stand under a card."""
        found: dict[str, list[Address]] = defaultdict(list)
        for one, subject, where in self.rows:
            if one is card:
                found[subject].append(where)
        return found


def results_of(service: OfficeService, month: str, services: Mapping[str, str]) -> Results:
    """Everybody of a month. `services` has the service of partners of whom the projection knows the number alone."""
    projected, is_current = projecting.current(service, month)
    fields = ("subject", "number", "service", "differences", "is_reported")
    found = Progress.objects.filter(projected=projected).order_by("number", "service", "subject").values_list(*fields)
    rows = [
        (_card(differences, is_reported), subject, (number, type_ or services.get(number, _PLANNER)))
        for subject, number, type_, differences, is_reported in found
    ]
    return Results(rows, projected, is_current)


def waiting_in(service: OfficeService, months: Collection[str]) -> dict[str, int]:
    """By month, how many people at a partner have no result yet, where any have: as the months were counted last.

    One query; it costs what stands in these months.
    """
    rows = Progress.objects.filter(projected__owner=service, projected__month__in=months)
    waiting = rows.filter(is_reported=False, differences=0).values_list("projected__month")
    return dict(waiting.annotate(people=Count("pk")).order_by("projected__month"))


def _card(differences: int, is_reported: bool) -> Card:
    """What differs presses most, as on the page of plans and results."""
    if differences:
        return Card.DIFFERENT
    return Card.DONE if is_reported else Card.WAITING
