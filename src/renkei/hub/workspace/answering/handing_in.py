"""What was filled in becomes a file of 実績 in the outbox: for one care-management office all that is finished, every time.

The standard wants the whole set again where one line was corrected (5.1.2.1), so a file always has everybody who is
finished, with all satellites. From the outbox it goes like any other: checked, approved where the office wants that, sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from renkei.hub.core import looks
from renkei.hub.core.looks import Viewer
from renkei.hub.core.problems import Refused
from renkei.hub.core.writing import write
from renkei.hub.exchange.models import Transmission
from renkei.hub.exchange.reading import about_month
from renkei.hub.parties.models import Membership, OfficeService
from renkei.hub.workspace.answering import answers, visits
from renkei.hub.workspace.answering.visits import Filled
from renkei.hub.workspace.comparing.services import RULE
from renkei.hub.workspace.models import Answer, Outgoing
from renkei.hub.workspace.outbox import bringing
from renkei.standard import records
from renkei.standard.names import FileName

KIND = "UPJSK"
_SEQUENCE = "%Y%m%d%H%M%S"


@dataclass(frozen=True)
class HandedIn:
    """`unit` waits in the outbox; `people` are in it, `without` of those who are finished had no visit at all."""

    unit: Outgoing
    people: int
    without: int


def hand_in(service: OfficeService, month: str, number: str, membership: Membership, viewer: Viewer) -> HandedIn:
    """Put all that is finished for one care-management office into the outbox. A look at everybody who is in it.

    Raises Refused: 409 where nothing is finished or nobody had a visit, or somebody else brings the same at this moment.
    """
    rows = Answer.objects.select_related("owner__party").filter(owner=service, month=month, number=number)
    found = list(rows.filter(is_finished=True).order_by("pk"))
    with write():
        looks.record(
            viewer, purpose="send", rule=RULE, about=about_month(service.pk, month), subjects=[a.subject for a in found]
        )
        stored = answers.fetch(found)
    filled = {one.pk: answers.opened(stored[one.body]) for one in found if one.body in stored}
    made = [one for one in found if one.pk in filled]
    if not any(visit.done for one in made for visit in filled[one.pk].visits):
        raise Refused(
            409,
            "E-REQUEST",
            "できた人の実績が、まだありません。",
            "1人ずつ開いて、行ったサービスに印をつけ、「これで全部」を押してください。",
        )
    name = FileName(KIND, month, service.party.number, service.service, number, made[0].service, _sequence(made))
    brought = bringing.bring(membership, [(str(name), _file(service, [filled[one.pk] for one in made]))])
    unit = _unit(service, name)
    if unit is None or brought.left:
        raise Refused.known(409, "E-BUSY")
    for one in made:
        Answer.objects.filter(pk=one.pk, revision=one.revision).update(outgoing=unit, sent_revision=one.revision)
    without = sum(not any(visit.done for visit in filled[one.pk].visits) for one in made)
    return HandedIn(unit, len(made) - without, without)


def _file(service: OfficeService, people: Sequence[Filled]) -> bytes:
    """The file of 実績: client by client, then by day and time (convention C18)."""
    made_on = f"{timezone.localdate():%Y%m%d}"
    ordered = sorted(people, key=lambda one: (one.insurer, one.insured))
    rows = [row for one in ordered for row in visits.records_of(one.visits, made_on, service.party.number)]
    return records.write(KIND, rows)


def _sequence(made: Sequence[Answer]) -> str:
    """The time in Tokyo, or the next number that neither the hub nor the outbox has of us for this partner."""
    one = made[0]
    number = int(timezone.localtime().strftime(_SEQUENCE))
    here = Outgoing.objects.filter(owner=one.owner, number=one.number)
    gone = Transmission.objects.filter(sender=one.owner, recipient__party__number=one.number)
    while here.filter(sequence=str(number)).exists() or gone.filter(sequence=str(number)).exists():
        number += 1
    return str(number)


def _unit(service: OfficeService, name: FileName) -> Outgoing | None:
    rows = Outgoing.objects.filter(owner=service, number=name.recipient, service=name.recipient_service)
    return rows.filter(sequence=name.sequence).first()
