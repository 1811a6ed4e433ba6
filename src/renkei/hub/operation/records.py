"""Reading the two records, of deeds and of looks: newest first, a page at a time, never a total."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import QuerySet

from renkei.hub.core import deeds, looks
from renkei.hub.core.ids import months_of
from renkei.hub.core.looks import Viewer
from renkei.hub.core.models import Deed, Look, LookSubject
from renkei.hub.core.writing import write
from renkei.hub.parties.models import Staff

PAGE_ROWS = 50


class DeedsPage(NamedTuple):
    """Some deeds; `older` is where the next page begins, None at the end."""

    rows: list[Deed]
    older: int | None


def deeds_page(about: str, party: int | None, before: int | None) -> DeedsPage:
    """Deeds about one thing, of one party, or all."""
    found = Deed.objects.order_by("-pk")
    if about:
        found = found.filter(about=about)
    if party is not None:
        found = found.filter(party=party)
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(found[: PAGE_ROWS + 1])
    return DeedsPage(rows[:PAGE_ROWS], rows[PAGE_ROWS - 1].pk if len(rows) > PAGE_ROWS else None)


def looks_at(about: str) -> list[Look]:
    """The newest looks at one thing: `transmission:<id>`. Names nobody but who looked."""
    return list(Look.objects.filter(about=about).order_by("-at")[:PAGE_ROWS])


def looks_at_person(subject: str, viewer: Viewer, proposal: int) -> list[Look]:
    """The newest looks that showed one person. Reading them is a look at the person as well, and is recorded first."""
    with write():
        looks.record(viewer, "records", "two-people", f"proposal:{proposal}", [subject])
        deeds.record(viewer.actor, "read-looks", f"proposal:{proposal}")
    ids = LookSubject.objects.filter(subject=subject).order_by("-pk").values_list("look", flat=True)
    chosen = list(ids[:PAGE_ROWS])
    months = months_of(chosen)
    return list(Look.objects.filter(pk__in=chosen, month__in=months).order_by("-at"))


def names_of(actors: set[str]) -> dict[str, str]:
    """Names of the staff among actors, for the people who may see them."""
    ids = [actor.removeprefix("staff:") for actor in actors if actor.startswith("staff:")]
    found: QuerySet[Staff] = Staff.objects.filter(pk__in=[id_ for id_ in ids if id_.isdigit()])
    return {f"staff:{staff.pk}": staff.name for staff in found}
