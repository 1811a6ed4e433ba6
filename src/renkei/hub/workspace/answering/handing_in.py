"""What was filled in becomes a file of 実績 in the outbox: for one care-management office all that is finished, every time.

The standard wants the whole set again where one line was corrected (5.1.2.1), so a file always has everybody who is
finished, with all satellites. From the outbox it goes like any other: checked, approved where the office wants that, sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils import timezone

from renkei.hub.core import looks
from renkei.hub.core.keyring import keyring
from renkei.hub.core.looks import Viewer
from renkei.hub.core.problems import Refused
from renkei.hub.core.writing import write
from renkei.hub.exchange.reading import about_month
from renkei.hub.parties.models import Membership, OfficeService
from renkei.hub.workspace.answering import answers, reports, visits
from renkei.hub.workspace.answering.visits import Filled
from renkei.hub.workspace.comparing.services import RULE
from renkei.hub.workspace.models import Answer, Outgoing
from renkei.hub.workspace.outbox import bringing, papers
from renkei.hub.workspace.outbox.numbering import Numbers
from renkei.hub.workspace.partners import services as partners
from renkei.standard import records
from renkei.standard.names import FileName

KIND = "UPJSK"


@dataclass(frozen=True)
class HandedIn:
    """`unit` waits in the outbox; `people` are in it, `without` of those who are finished had no visit at all.

    `reports` waits beside it where somebody wrote some; `why_not` says why they could not be put there.
    """

    unit: Outgoing
    people: int
    without: int
    reports: Outgoing | None = None
    why_not: str = ""


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
            "E-STATE",
            "できた人の実績が、まだありません。",
            "1人ずつ開いて、行ったサービスに印をつけ、「これで全部」を押してください。",
        )
    sequence = Numbers(service, [number]).next(number)
    name = FileName(KIND, month, service.party.number, service.service, number, made[0].service, sequence)
    brought = bringing.bring(membership, [(str(name), _file(service, [filled[one.pk] for one in made]))])
    unit = _unit(service, name)
    if unit is None or brought.left:
        raise Refused.known(409, "E-BUSY")
    for one in made:
        Answer.objects.filter(pk=one.pk, revision=one.revision).update(outgoing=unit, sent_revision=one.revision)
    without = sum(not any(visit.done for visit in filled[one.pk].visits) for one in made)
    result = HandedIn(unit, len(made) - without, without)
    written = [(one, filled[one.pk]) for one in made if one.has_report and one.reported != _mark(filled[one.pk])]
    try:
        return replace(result, reports=_reports(service, membership, name, written) if written else None)
    except Refused as refusal:
        return replace(result, why_not=refusal.words)


def _reports(
    service: OfficeService, membership: Membership, name: FileName, written: Sequence[tuple[Answer, Filled]]
) -> Outgoing:
    """The reports that were written or changed since, as papers for the same partner. Raises Refused."""
    to = name.recipient, name.recipient_service
    planner = partners.routes(service, [to])[to].name
    found = [reports.paper(service, planner, one.month, filled) for one, filled in written]
    unit = papers.put(service, membership, to, found)
    for one, filled in written:
        Answer.objects.filter(pk=one.pk).update(reported=_mark(filled))
    return unit


def _mark(filled: Filled) -> str:
    """Tells a report that went already."""
    return keyring().keyed("report", filled.report.encode())


def _file(service: OfficeService, people: Sequence[Filled]) -> bytes:
    """The file of 実績: client by client, then by day and time (convention C18)."""
    made_on = f"{timezone.localdate():%Y%m%d}"
    ordered = sorted(people, key=lambda one: (one.insurer, one.insured))
    rows = [row for one in ordered for row in visits.records_of(one.visits, made_on, service.party.number)]
    return records.write(KIND, rows)


def _unit(service: OfficeService, name: FileName) -> Outgoing | None:
    rows = Outgoing.objects.filter(owner=service, number=name.recipient, service=name.recipient_service)
    return rows.filter(sequence=name.sequence).first()
