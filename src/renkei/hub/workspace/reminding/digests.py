"""One mail a day: how much there is that a person has not been told of yet. Counts and kinds, never anybody's data."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from renkei.hub.core import mail
from renkei.hub.core.writing import write
from renkei.hub.parties.members import own_services
from renkei.hub.parties.models import Membership, OfficeService, PartyKind, PartyState, Staff
from renkei.hub.parties.reading_on import with_support
from renkei.hub.workspace.habits.rules import is_open
from renkei.hub.workspace.habits.services import habits_of
from renkei.hub.workspace.models import Digest, Matter, Way
from renkei.hub.workspace.reminding import services
from renkei.hub.workspace.reminding.services import Reminder

AGAIN = timedelta(minutes=30)  # after a mail that could not be sent, or a worker that was killed
# A unit is dated before it is there for others: what is younger than this is told the next time.
_YOUNG = timedelta(minutes=1)
_WORDS = {
    Matter.ASKED: "変更や回収のお願い",
    Matter.SENT_BACK: "差し戻し、読み込めなかったもの",
    Matter.UNOPENED: "開かれていないもの",
    Matter.OVERDUE: "実績がそろわない相手",
    Matter.ARRIVED: "届いたもの",
    Matter.ENDING: "もうすぐ切れる証明書・利用期間",
}


def send(digest: Digest, now: datetime) -> None:
    """Send this person's mail where there is something new, and note it.

    It is taken first, for a while: a second worker passes it over. Whoever is killed between sending and noting sends the
    same mail once more, under the same number, by which mail programs know it again.
    """
    if not _taken(digest, now):
        return
    until = max(now - _YOUNG, digest.told_until)
    letter = _letter(digest, until, now)
    sent = letter is not None and mail.send(
        digest.staff.email, *letter, mark=f"digest-{digest.pk}-{int(digest.told_until.timestamp())}"
    )
    if letter is not None and not sent:
        return  # tried again when `AGAIN` is over
    told = {"told_until": until, "mailed_on": timezone.localdate(now)} if sent else {}
    with write():
        Digest.objects.filter(pk=digest.pk).update(**told)
        # Unless the person has chosen another hour meanwhile.
        mine = Digest.objects.filter(pk=digest.pk, due_at=now + AGAIN)
        mine.update(due_at=services.next_due(digest, now))


def _taken(digest: Digest, now: datetime) -> bool:
    with write():
        return bool(Digest.objects.filter(pk=digest.pk, due_at=digest.due_at).update(due_at=now + AGAIN))


def _letter(digest: Digest, until: datetime, now: datetime) -> tuple[str, str] | None:
    """Subject and text; None for a person without an address, on a day off, and where there is nothing new."""
    staff = digest.staff
    if not staff.is_active or not staff.email:
        return None
    places = [(place, own_services(place)) for place in _places(staff)]
    if not any(_works(service, now) for _, own in places for service in own):
        return None
    parts, new = [], 0
    for place, own in places:
        wishes = services.wishes_of(place)
        by_mail = {matter: way if way is Way.MAIL else Way.NONE for matter, way in wishes.items()}
        for service in own:
            found = services.found_for(place, service, by_mail, now)
            new += sum(_new(one, digest.told_until, until) for one in found)
            parts.append(_part(service, found, digest.told_until, until))
    if not new:
        return None
    text = "\n".join(part for part in parts if part)
    ask = f"くわしくは、ハブの「お知らせ」を見てください。\n{digest.address}" if digest.address else ""
    how = "どれをメールで知らせるかは、「設定」の「お知らせの受け取りかた」で変えられます。"
    return f"新しいお知らせが{new}件あります", f"{staff.name} さん\n\n{text}\n{ask}\n\n{how}"


def _part(service: OfficeService, found: Iterable[Reminder], since: datetime, until: datetime) -> str:
    lines = [
        f"・{_WORDS[one.matter]}: {one.count_words}(うち新しいもの {_new(one, since, until)}件)\n" for one in found
    ]
    return f"{service.party.name} {service.label}\n{''.join(lines)}" if lines else ""


def _new(reminder: Reminder, since: datetime, until: datetime) -> int:
    return sum(since < entry.since <= until for entry in reminder.entries)


def _works(service: OfficeService, now: datetime) -> bool:
    return is_open(habits_of(service), timezone.localdate(now))


def _places(staff: Staff) -> list[Membership]:
    """Where this person works now."""
    still = Q(ends_on=None) | Q(ends_on__gte=timezone.localdate())
    found = Membership.objects.select_related("party", "service", "staff").filter(
        still, staff=staff, active=True, party__kind=PartyKind.OFFICE, party__state=PartyState.ACTIVE
    )
    return with_support(found.order_by("pk"))
