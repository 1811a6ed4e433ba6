"""Comparing a month when its papers have changed, and reading what came of it.

The hub opens the bodies for itself here and shows them to nobody: no look. Whoever is shown a name of the roster has a
look on record first, as with every body.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from renkei.hub.core import jobs, looks, service_names
from renkei.hub.core.bodies import services as bodies
from renkei.hub.core.bodies.services import BodyGone, Fetched
from renkei.hub.core.looks import Viewer
from renkei.hub.core.writing import write
from renkei.hub.exchange.clocks import copy_until
from renkei.hub.exchange.reading import about_month
from renkei.hub.parties.models import OfficeService
from renkei.hub.workspace.claiming.gathering import claims_of
from renkei.hub.workspace.claiming.rules import Claim, Knows, as_json
from renkei.hub.workspace.comparing import papers
from renkei.hub.workspace.comparing.causes import causes_of
from renkei.hub.workspace.comparing.marks import marks_of
from renkei.hub.workspace.comparing.papers import Mark, Papers, desk_of
from renkei.hub.workspace.comparing.rules import Desk, PersonMonth, people_of
from renkei.hub.workspace.comparing.services import record_list
from renkei.hub.workspace.models import Progress, Projected
from renkei.hub.workspace.projecting import forgetting

# So many units are compared while somebody waits for the page; more are left to the hub's own time.
AT_ONCE = 60


@dataclass(frozen=True)
class Client:
    """A person in a roster, in the words of the latest paper, with where their month stands (`Standing`).

    `causes` are how often each (`Cause`) occurs, `marks` tell the differences of each service office (`marks.mark_of`),
    `waiting_names` the offices whose results are missing, `notices` what somebody should look at. `claim` is what stands
    before the month is claimed (`claiming.rules.from_json`).
    """

    insurer: str
    insured: str
    name: str
    kana: str
    standing: str
    causes: dict[str, int]
    waiting_names: list[str]
    notices: list[str] = field(default_factory=list)
    marks: dict[str, str] = field(default_factory=dict)
    claim: dict[str, Any] = field(default_factory=dict)


def project(service: OfficeService, month: str) -> Projected:
    """Compare a month if its papers have changed since it was compared last. Doing it twice changes nothing."""
    known, mark = _known(service, month), papers.mark_of(service, month)
    return known if known and known.mark == mark.digest else _compared(service, month, mark)


def _compared(service: OfficeService, month: str, mark: Mark) -> Projected:
    # The mark is older than the papers, never newer: what comes in between is compared once more, not overlooked.
    found = papers.of_month(service, month)
    stored = papers.fetch(found)
    desk = desk_of(service)
    opened = papers.opened(stored)
    people = people_of(opened, month, desk)
    claims = claims_of(opened, people, month, desk, _knows())
    roster = {looks.subject(one.insurer, one.insured): _client(one, claims[one.insurer, one.insured]) for one in people}
    data = json.dumps({subject: asdict(client) for subject, client in roster.items()}).encode()
    prepared = bodies.prepare([data]) if roster else None
    now = timezone.now()
    try:
        with write():
            row, _ = Projected.objects.select_for_update().get_or_create(owner=service, month=month)
            forgetting.drop_roster(row)
            if prepared:
                bodies.store(prepared, {row.holder: None})
            row.progress.all().delete()
            Progress.objects.bulk_create(_progress(row, people, desk))
            row.mark, row.at, row.until = mark.digest, now, _until(found, now)
            row.roster, row.gone = prepared.id if prepared else None, stored.gone
            row.save()
            if papers.mark_of(service, month).digest != mark.digest:
                # A paper went while it was read: its names must not stay until somebody opens the month.
                _later(service, month)
    except BaseException:
        if prepared:
            bodies.discard(prepared)
        raise
    return row


def current(service: OfficeService, month: str) -> tuple[Projected, bool]:
    """The month as compared last, and whether that is how it stands now: a large one is compared again later.

    Four queries where nothing has changed.
    """
    known, mark = _known(service, month), papers.mark_of(service, month)
    if known and known.mark == mark.digest:
        return known, True
    if known is None or mark.count <= AT_ONCE:
        return _compared(service, month, mark), True
    with write():
        _later(service, month)
    return known, False


def _later(service: OfficeService, month: str) -> None:
    jobs.enqueue(forgetting.JOB, {"service": service.pk, "month": month}, key=f"{service.pk}:{month}")


def _known(service: OfficeService, month: str) -> Projected | None:
    return Projected.objects.filter(owner=service, month=month).first()


def people_in_month(
    service: OfficeService, month: str, viewer: Viewer, about: str = ""
) -> tuple[dict[str, Client], Projected, bool]:
    """Everyone in a month by subject, the most pressing first, and what `current` says of it.

    A look that counts once a day for each staff member and person, and for each page (`about`).
    """
    projected, is_current = current(service, month)
    subjects = papers.subjects_in(service, month)
    with write():
        record_list(subjects, viewer, about=about or about_month(service.pk, month))
        stored = fetch_roster(projected)
    # Of a month that is being counted anew: whoever is in no paper any more is in no look.
    people = {subject: client for subject, client in open_roster(stored).items() if subject in subjects}
    return people, projected, is_current


def fetch_roster(projected: Projected) -> Fetched | None:
    """The names of a month in their stored form. Call it inside `write()`, after the look."""
    try:
        return bodies.fetch(projected.roster, [projected.holder]) if projected.roster else None
    except BodyGone:
        return None


def open_roster(fetched: Fetched | None) -> dict[str, Client]:
    """People by subject. Call it after the write has ended."""
    if fetched is None:
        return {}
    found = json.loads(b"".join(bodies.open_body(fetched)))
    return {subject: Client(**client) for subject, client in found.items()}


def _client(one: PersonMonth, claim: Claim) -> Client:
    told = causes_of(one.result.differences)
    causes = Counter(each.cause.value for each in told)
    return Client(
        one.insurer,
        one.insured,
        one.name,
        one.kana,
        one.standing.value,
        dict(causes),
        list(one.waiting_names),
        list(one.notices),
        marks_of(told),
        as_json(claim),
    )


def _knows() -> Knows:
    """Whether a service code is one of a month; without an imported table nobody can tell."""
    table = service_names.table()
    return table.knows if len(table) else lambda _code, _month, _insurer: True


def _until(found: Papers, now: datetime) -> datetime:
    """With the first copy that goes, the roster goes: what is left is read anew."""
    begun = [unit.accepted_at for unit in found.units] + [one.brought_at for one in (*found.out, *found.came)]
    return copy_until(found.service, min(begun, default=now))


def _progress(row: Projected, people: Sequence[PersonMonth], desk: Desk) -> list[Progress]:
    return [progress for one in people for progress in _of_person(row, one, desk)]


def _of_person(row: Projected, one: PersonMonth, desk: Desk) -> list[Progress]:
    """A row for each other office that has a part in the person's month."""
    subject = looks.subject(one.insurer, one.insured)
    waiting = set(one.waiting)
    lines = [(line["service_office_number"], line["service_code"][:2]) for line in (*one.plan, *one.actual)]
    if not desk.makes_plans:
        planners = {line["care_management_office_number"]: None for line in (*one.plan, *one.actual)}
        differences = len(one.result.differences)
        return [
            Progress(projected=row, subject=subject, number=number, differences=differences, is_reported=not waiting)
            for number in planners
        ]
    differing = Counter((found.office, found.service_code[:2]) for found in one.result.differences)
    return [
        Progress(
            projected=row,
            subject=subject,
            number=pair[0],
            service=pair[1],
            differences=differing[pair],
            is_reported=pair not in waiting,
        )
        for pair in dict.fromkeys(lines)
    ]
