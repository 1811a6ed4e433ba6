"""What was filled in becomes a file of 実績 in the outbox: for one care-management office all that is finished, every time.

The standard wants the whole set again where one line was corrected (5.1.2.1), so a file always has everybody who is
finished, with all satellites. From the outbox it goes like any other: checked, approved where the office wants that, sent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from renkei.hub.workspace.comparing import papers as papers_of
from renkei.hub.workspace.comparing.papers import desk_of
from renkei.hub.workspace.comparing.rules import people_of
from renkei.hub.workspace.comparing.services import RULE
from renkei.hub.workspace.models import IN_HAND, Answer, Outgoing
from renkei.hub.workspace.outbox import bringing, papers
from renkei.hub.workspace.outbox.numbering import Numbers
from renkei.hub.workspace.partners import services as partners
from renkei.hub.workspace.partners.services import Address
from renkei.standard import records
from renkei.standard.names import FileName

KIND, _DELETION = "UPJSK", "DLTJSK"


@dataclass(frozen=True)
class HandedIn:
    """`unit` waits in the outbox; `people` are in it, `without` of those who are finished had no visit at all.

    `reports` waits beside it where somebody wrote some; `why_not` says why they could not be put there.
    `taken_back` had results before and have none of some service any more: a deletion waits too.
    """

    unit: Outgoing
    people: int
    without: int
    reports: Outgoing | None = None
    why_not: str = ""
    taken_back: int = 0


def hand_in(service: OfficeService, month: str, number: str, membership: Membership, viewer: Viewer) -> HandedIn:
    """Put all that is finished for one care-management office into the outbox. A look at everybody who is in it.

    Raises Refused: 409 where nothing is finished or nobody had a visit, or somebody else brings the same at this moment.
    """
    made = _finished(service, month, number, viewer)
    rows = _rows(service, [filled for _, filled in made])
    gone = _gone(service, month, number, [filled for _, filled in made], rows)
    if not rows and not gone:
        raise Refused(
            409,
            "E-STATE",
            "できた人の実績が、まだありません。",
            "1人ずつ開いて、行ったサービスに印をつけ、「これで全部」を押してください。",
        )
    to, numbers = (number, made[0][0].service), Numbers(service, [number])
    files = {
        _name(kind, service, month, to, numbers.next(number)): records.write(kind, own)
        for kind, own in ((_DELETION, gone), (KIND, rows))
        if own
    }
    brought = bringing.bring(membership, [(str(name), data) for name, data in files.items()])
    unit = _note([_unit(service, name) for name in files], [one for one, _ in made])
    if unit is None or brought.left:
        raise Refused.known(409, "E-BUSY")
    without = sum(not any(visit.done for visit in filled.visits) for _, filled in made)
    result = HandedIn(
        unit, len(made) - without, without, taken_back=len({row["insured_person_number"] for row in gone})
    )
    written = [(one, filled) for one, filled in made if one.has_report and one.reported != _mark(filled)]
    try:
        return replace(result, reports=_reports(service, membership, to, written) if written else None)
    except Refused as refusal:
        return replace(result, why_not=refusal.words)


def _finished(service: OfficeService, month: str, number: str, viewer: Viewer) -> list[tuple[Answer, Filled]]:
    """All that is finished for one care-management office, opened: a look at everybody."""
    rows = Answer.objects.filter(owner=service, month=month, number=number, is_finished=True)
    found = list(rows.select_related("owner__party").order_by("pk"))
    with write():
        about, subjects = about_month(service.pk, month), [one.subject for one in found]
        looks.record(viewer, purpose="send", rule=RULE, about=about, subjects=subjects)
        stored = answers.fetch(found)
    return [(one, answers.opened(stored[one.body])) for one in found if one.body in stored]


def _note(units: Sequence[Outgoing | None], made: Sequence[Answer]) -> Outgoing | None:
    """Remember in which unit the answers are now. Older files in hand that it takes the place of do not go, also where
    somebody is in them who has no visit any more."""
    unit = units[-1]
    older = {one.outgoing_id for one in made if one.outgoing_id} - {one.pk for one in units if one}
    with write():
        for one in made if unit else ():
            Answer.objects.filter(pk=one.pk, revision=one.revision).update(outgoing=unit, sent_revision=one.revision)
        rows = Outgoing.objects.select_for_update().filter(pk__in=older, state__in=IN_HAND, sending=None)
        bringing.drop_superseded(list(rows), timezone.now())
    return unit


def _reports(
    service: OfficeService, membership: Membership, to: Address, written: Sequence[tuple[Answer, Filled]]
) -> Outgoing:
    """The reports that were written or changed since, as papers for the same partner. Raises Refused."""
    planner = partners.routes(service, [to])[to].name
    found = [reports.paper(service, planner, one.month, filled) for one, filled in written]
    unit = papers.put(service, membership, to, found)
    for one, filled in written:
        Answer.objects.filter(pk=one.pk).update(reported=_mark(filled))
    return unit


def _mark(filled: Filled) -> str:
    """Tells a report that went already."""
    return keyring().keyed("report", filled.report.encode())


def _rows(service: OfficeService, people: Sequence[Filled]) -> list[dict[str, str]]:
    """The records of 実績: client by client, then by day and time (convention C18)."""
    made_on = f"{timezone.localdate():%Y%m%d}"
    ordered = sorted(people, key=lambda one: (one.insurer, one.insured))
    return [row for one in ordered for row in visits.records_of(one.visits, made_on, service.party.number)]


def _gone(
    service: OfficeService, month: str, number: str, people: Sequence[Filled], rows: Sequence[dict[str, str]]
) -> list[dict[str, str]]:
    """The records of a deletion: what this office has sent before of these people, and has nothing of any more.

    A newer file replaces each person and service type that is in it, and nothing else (standard 5.1.2).
    """
    sent = people_of(papers_of.opened(papers_of.fetch(papers_of.of_month(service, month))), month, desk_of(service))
    ours = {(one.insurer, one.insured) for one in people}
    before = {_replaced(row) for one in sent for row in one.actual if row["care_management_office_number"] == number}
    left = {_replaced(row) for row in rows}
    return [
        {
            "insurer_number": insurer,
            "insured_person_number": insured,
            "delete_target_year_month": month,
            "service_office_number": service.party.number,
            "service_type_code": type_,
        }
        for insurer, insured, type_ in sorted(before - left)
        if (insurer, insured) in ours
    ]


def _replaced(row: Mapping[str, str]) -> tuple[str, str, str]:
    """What one report of actuals replaces: a person and a service type."""
    return row["insurer_number"], row["insured_person_number"], row["service_code"][:2]


def _name(kind: str, service: OfficeService, month: str, to: Address, sequence: str) -> FileName:
    return FileName(kind, month, service.party.number, service.service, *to, sequence)


def _unit(service: OfficeService, name: FileName) -> Outgoing | None:
    rows = Outgoing.objects.filter(owner=service, number=name.recipient, service=name.recipient_service)
    return rows.filter(sequence=name.sequence).first()
