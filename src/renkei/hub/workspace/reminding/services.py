"""What there is to tell a person, and what they want to be told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from renkei.hub.core.writing import write
from renkei.hub.parties.models import Membership, OfficeService
from renkei.hub.workspace.habits.services import habits_of
from renkei.hub.workspace.models import Digest, Matter, Way, Wish
from renkei.hub.workspace.reminding import finding
from renkei.hub.workspace.reminding.finding import MOST, Entry

HOURS = range(6, 21)


@dataclass(frozen=True)
class Reminder:
    """One matter that there is something to tell of: its entries, the newest first. `is_more`: there are more of them."""

    matter: Matter
    way: Way
    entries: tuple[Entry, ...]
    is_more: bool = False

    @property
    def count(self) -> int:
        return len(self.entries)

    @property
    def count_words(self) -> str:
        """3件, or 30件より多い."""
        return f"{self.count}件より多い" if self.is_more else f"{self.count}件"


def shown_to(membership: Membership, service: OfficeService) -> list[Reminder]:
    """What a person should know of at one service, the most pressing first; empty for nothing. It names no client.

    As many queries whatever is stored (a dozen), and at most `MOST` entries of each matter.
    """
    return found_for(membership, service, wishes_of(membership), timezone.now())


def found_for(
    membership: Membership, service: OfficeService, wishes: Mapping[Matter, Way], now: datetime
) -> list[Reminder]:
    """The same at a moment, of the matters that these wishes do not leave out."""
    wanted = {matter: wishes[matter] for matter in offered_to(membership) if wishes[matter] is not Way.NONE}
    return _found(service, membership.staff_id, wanted, now)


def told_to_office(service: OfficeService) -> list[Reminder]:
    """The same of all matters, for the program of an office: it is nobody's wish."""
    return _found(service, None, dict.fromkeys(Matter, Way.PAGE), timezone.now())


def _found(service: OfficeService, staff: int | None, wanted: Mapping[Matter, Way], now: datetime) -> list[Reminder]:
    found = finding.find(service, habits_of(service), staff, wanted, now)
    return [
        Reminder(matter, wanted[matter], tuple(found[matter][:MOST]), len(found[matter]) > MOST)
        for matter in Matter
        if found.get(matter)
    ]


def offered_to(membership: Membership) -> list[Matter]:
    """What this person can be told of: certificates and licences are for those who run the office."""
    return [one for one in Matter if one is not Matter.ENDING or membership.runs_all]


def wishes_of(membership: Membership) -> dict[Matter, Way]:
    """How this person wants to be told of each matter. One query."""
    said = dict(Wish.objects.filter(membership=membership).values_list("matter", "way"))
    return {matter: Way(said.get(matter, Way.PAGE)) for matter in Matter}


def hour_of(membership: Membership) -> int:
    """At which hour this person has their mails."""
    digest = Digest.objects.filter(staff=membership.staff_id).first() or Digest()
    return digest.hour


def choose(membership: Membership, ways: Mapping[Matter, Way], hour: int, address: str) -> None:
    """Tell this person in these ways from now on; mails at this hour, with `address` as the way to this hub.

    What is there already when the first mail is asked for is not mailed: it stands on the page.
    """
    now = timezone.now()
    with write():
        Wish.objects.filter(membership=membership, matter__in=ways).delete()
        Wish.objects.bulk_create(Wish(membership=membership, matter=matter, way=way) for matter, way in ways.items())
        mails = Wish.objects.filter(membership__staff=membership.staff_id, way=Way.MAIL).exists()
        digest, _ = Digest.objects.get_or_create(staff_id=membership.staff_id, defaults={"told_until": now})
        if digest.due_at is None:
            digest.told_until = now
        digest.hour, digest.address = hour, address
        digest.due_at = next_due(digest, now) if mails else None
        digest.save()


def next_due(digest: Digest, now: datetime) -> datetime:
    """The next time at this person's hour, on a day on which they had no mail yet."""
    local = timezone.localtime(now)
    at = local.replace(hour=digest.hour, minute=0, second=0, microsecond=0)
    return at + timedelta(days=1) if at <= local or digest.mailed_on == local.date() else at
