"""Changing the book: what two people change at once is told, and nothing is overwritten."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.utils import timezone

from renkei.hub.core.writing import write
from renkei.hub.parties.models import OfficeService, Staff
from renkei.hub.workspace.models import Partner
from renkei.hub.workspace.partners.services import Address, ensure

FIELDS = ("channel", "contact", "phone", "send_day", "version", "takes_attachments", "note")
BY_HAND = ("name", "fax")


class ChangedMeanwhile(Exception):
    """Somebody else has changed it since it was shown: `now` is how it stands."""

    def __init__(self, now: Partner) -> None:
        super().__init__()
        self.now = now


def change(partner: Partner, values: Mapping[str, Any], revision: int, staff: Staff) -> None:
    """Give a partner these values, in the name of `staff`. Raises ChangedMeanwhile; then nothing is written."""
    with write():
        held = Partner.objects.select_for_update().get(pk=partner.pk)
        if held.revision != revision:
            raise ChangedMeanwhile(held)
        wanted = FIELDS + (BY_HAND if held.by_hand else ())
        fresh = {name: values[name] for name in wanted if name in values}
        fresh |= {"revision": revision + 1, "changed_by": staff, "changed_at": timezone.now()}
        Partner.objects.filter(pk=held.pk).update(**fresh)


def add(owner: OfficeService, addresses: Collection[Address]) -> None:
    """Put offices of the directory into the book; one that was taken out comes back."""
    with write():
        ensure(owner, addresses)


def add_by_hand(owner: OfficeService, address: Address, name: str, fax: str, staff: Staff) -> tuple[Partner, bool]:
    """Put in an office that no list has, and say whether that was done.

    One that stands in the book with a fax number already stays as it is: the number is changed on its own page.
    """
    with write():
        found, is_new = Partner.objects.get_or_create(
            owner=owner, number=address[0], service=address[1], defaults={"name": name, "fax": fax, "by_hand": True}
        )
        if not is_new and (found.removed_at or not found.fax):
            found.name, found.fax, found.by_hand, found.removed_at = name, fax, True, None
            found.revision += 1
            found.changed_by, found.changed_at = staff, timezone.now()
            found.save()
            is_new = True
    return found, is_new


def remove(partner: Partner) -> None:
    """Take a partner out of the book; it can be brought back."""
    with write():
        Partner.objects.filter(pk=partner.pk).update(removed_at=timezone.now())


def bring_back(partner: Partner) -> None:
    """Undo that."""
    with write():
        Partner.objects.filter(pk=partner.pk).update(removed_at=None)
