"""The answers of a month: begun from the slips that are in force, kept encrypted, changed by one person after the other."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from django.utils import timezone

from renkei.hub.core import jobs, looks
from renkei.hub.core.bodies import keeping
from renkei.hub.core.bodies import services as bodies
from renkei.hub.core.bodies.services import Fetched, Kept, Prepared
from renkei.hub.core.problems import Refused
from renkei.hub.core.writing import write
from renkei.hub.exchange.clocks import copy_until
from renkei.hub.exchange.models import Subject
from renkei.hub.parties.models import OfficeService
from renkei.hub.workspace.answering import visits as visiting
from renkei.hub.workspace.answering.visits import Filled, Row
from renkei.hub.workspace.comparing import papers
from renkei.hub.workspace.comparing.papers import Papers
from renkei.hub.workspace.comparing.rules import PersonMonth, people_of
from renkei.hub.workspace.models import Answer, AnswerMonth, IncomingSubject, VisitPhoto

JOB = "answers"
# So many slips are read while somebody waits for the page; more are left to the hub's own time.
AT_ONCE = 60
_PLANNER = "43"  # an office of which only the number is known makes plans


Change = Callable[[Filled], Filled]
_Key = tuple[str, str]  # the person (keyed hash), and the number of the care-management office


def prepare(service: OfficeService, month: str) -> bool:
    """Begin the answers of a month, and bring those that are begun up to its slips. False: there are many, it is done later.

    Three queries where nothing has changed.
    """
    mark = papers.mark_of(service, month)
    known = AnswerMonth.objects.filter(owner=service, month=month).first()
    if known and known.mark == mark.digest:
        return True
    if mark.count > AT_ONCE:
        with write():
            jobs.enqueue(JOB, {"service": service.pk, "month": month}, key=f"{service.pk}:{month}")
        return False
    begin(service, month)
    return True


def begin(service: OfficeService, month: str) -> None:
    """The same at once. The hub reads the slips for itself and shows them to nobody: no look. Twice changes nothing."""
    mark = papers.mark_of(service, month)
    found = papers.of_month(service, month)
    people = people_of(papers.opened(papers.fetch(found)), month, papers.desk_of(service))
    known = {(one.subject, one.number): one for one in Answer.objects.filter(owner=service, month=month)}
    here = _named_in_slips(found)
    changes = _changes(found, month, _by_planner(people), known, here)
    gone = [one for one in known.values() if one.subject not in here]
    try:
        _written(service, month, mark.digest, changes, gone)
    except BaseException:
        for _, prepared in (*changes.fresh, *changes.changed):
            bodies.discard(prepared)
        raise


@dataclass
class _Changes:
    """Answers with their bodies, sealed: those to be made, and those that say something else now."""

    fresh: list[tuple[Answer, Prepared]] = field(default_factory=list)
    changed: list[tuple[Answer, Prepared]] = field(default_factory=list)


def _changes(
    found: Papers,
    month: str,
    planned: Mapping[_Key, tuple[PersonMonth, Sequence[Row]]],
    known: Mapping[_Key, Answer],
    here: Collection[str],
) -> _Changes:
    """What becomes of the answers under the plans in force.

    A plan that was taken back leaves what was said; a person of whom no slip is left leaves nothing.
    """
    result, stored, now = _Changes(), fetch(known.values()), timezone.now()
    until = copy_until(found.service, min((unit.accepted_at for unit in found.units), default=now))
    senders = _services_of_senders(found)
    for (subject, number), (person, rows) in planned.items():
        if (subject, number) not in known:
            filled = Filled(person.insurer, person.insured, person.name, person.kana, visiting.begun(rows))
            service = senders.get(number, _PLANNER)
            one = Answer(owner=found.service, month=month, number=number, service=service, subject=subject)
            one.changed_at, one.until = now, until
            result.fresh.append((one, _sealed(one, filled)))
    for key, one in known.items():
        if one.body not in stored or one.subject not in here:
            continue
        filled = opened(stored[one.body])
        again = replace(filled, visits=visiting.brought_up_to(filled.visits, _rows(planned, key)))
        if key in planned:
            person = planned[key][0]
            again = replace(again, name=person.name or filled.name, kana=person.kana or filled.kana)
        if again != filled:
            result.changed.append((one, _sealed(one, again)))
    return result


def own_answer(services: Sequence[OfficeService], id_: uuid.UUID) -> Answer | None:
    """An answer of one of these services, or None."""
    return (
        Answer.objects.select_related("owner__party", "changed_by", "outgoing")
        .filter(owner__in=services, pk=id_)
        .first()
    )


def fetch(answers: Iterable[Answer]) -> Mapping[uuid.UUID, Fetched]:
    """Their stored form, by body. Two queries."""
    found = bodies.fetch_many({one.body: [one.holder] for one in answers})
    return dict(found)


def opened(fetched: Fetched) -> Filled:
    """What it says. Call it after the write has ended: decrypting is slow."""
    found = json.loads(b"".join(bodies.open_body(fetched)))
    return Filled(**(found | {"visits": visiting.from_json(found["visits"])}))


def change(answer: Answer, revision: int, staff: int, how: Change, **columns: Any) -> Filled:
    """Change what an answer says, as somebody did who saw it at `revision`; `columns` of the row change with it.

    Raises Refused (409) when somebody else was first, (410) when it is gone; whatever `how` raises.
    """
    stored = fetch([answer]).get(answer.body)
    if stored is None:
        raise Refused.known(410, "E-BODY-GONE")
    if answer.revision != revision:
        raise _busy(answer)
    filled = how(opened(stored))
    prepared = _sealed(answer, filled)
    answer.changed_at, answer.changed_by_id = timezone.now(), staff
    for name, value in columns.items():
        setattr(answer, name, value)
    try:
        with write():
            is_first = _put(answer, prepared, revision)
    except BaseException:
        bodies.discard(prepared)
        raise
    if not is_first:
        bodies.discard(prepared)
        raise _busy(answer)
    return filled


def drop(answers: Iterable[Answer]) -> None:
    """Answers go, and what they say and show. Call it inside `write()`."""
    for one in answers:
        photos = list(VisitPhoto.objects.filter(answer=one).values_list("body", flat=True))
        keeping.drop([one.body, *photos], one.holder)
        one.delete()


def sweep(now: datetime, limit: int) -> bool:
    """Forget answers whose time is over; whether there may be more."""
    over = list(Answer.objects.filter(until__lte=now).order_by("until")[:limit])
    with write():
        drop(over)
    return len(over) == limit


def slips_gone(lost: Iterable[tuple[int, str]]) -> None:
    """A copy of a slip of these months (office service, month) is gone: what was begun from it is looked at again.

    Call it inside the `write()` that erases.
    """
    pairs = set(lost)
    rows = AnswerMonth.objects.filter(owner__in={one for one, _ in pairs}, month__in={month for _, month in pairs})
    found = [row for row in rows if (row.owner_id, row.month) in pairs]
    AnswerMonth.objects.filter(pk__in=[row.pk for row in found]).delete()
    jobs.enqueue_missing(
        JOB, {f"{row.owner_id}:{row.month}": {"service": row.owner_id, "month": row.month} for row in found}
    )


def _named_in_slips(found: Papers) -> set[str]:
    """Everybody whom a slip that is still here names, as keyed hashes; not whom our own results name."""
    slips = [unit.pk for unit in found.units if unit.recipient_id == found.service.pk]
    rows = (
        Subject.objects.filter(transmission__in=slips),
        IncomingSubject.objects.filter(incoming__in=[one.pk for one in found.came]),
    )
    return {subject for some in rows for subject in some.values_list("subject", flat=True)}


def _rows(planned: Mapping[_Key, tuple[PersonMonth, Sequence[Row]]], key: _Key) -> Sequence[Row]:
    return planned[key][1] if key in planned else ()


def _by_planner(people: Iterable[PersonMonth]) -> dict[_Key, tuple[PersonMonth, list[Row]]]:
    """By person (keyed hash) and care-management office: the person, and the rows that this office planned."""
    found: dict[_Key, tuple[PersonMonth, list[Row]]] = {}
    for one in people:
        subject = looks.subject(one.insurer, one.insured)
        for row in one.plan:
            found.setdefault((subject, row["care_management_office_number"]), (one, []))[1].append(row)
    return found


def _services_of_senders(found: Papers) -> dict[str, str]:
    """By the number of an office that sent a slip, its service type."""
    own = found.service.pk
    told = {unit.sender.party.number: unit.sender.service for unit in found.units if unit.sender_id != own}
    return {one.number: one.service for one in found.came} | told


def _sealed(answer: Answer, filled: Filled) -> Prepared:
    """The body, with the answer's counts as it says them."""
    counted = visiting.totals(filled.visits)
    answer.planned, answer.done, answer.open = counted.planned, counted.done, counted.open
    answer.differing, answer.has_report = counted.differing, bool(filled.report.strip())
    if answer.open:
        answer.is_finished = False
    said = asdict(replace(filled, visits=())) | {"visits": visiting.as_json(filled.visits)}
    return bodies.prepare([json.dumps(said, ensure_ascii=False).encode()])


def _written(service: OfficeService, month: str, mark: str, changes: _Changes, gone: Sequence[Answer]) -> None:
    with write():
        AnswerMonth.objects.update_or_create(owner=service, month=month, defaults={"mark": mark})
        there = set(Answer.objects.filter(owner=service, month=month).values_list("subject", "number"))
        for one, prepared in changes.fresh:
            if (one.subject, one.number) in there:  # somebody else opened the month at the same moment
                bodies.discard(prepared)
                continue
            one.body = prepared.id
            bodies.store_many([Kept(prepared, {one.holder: None})])
            one.save(force_insert=True)
        for one, prepared in changes.changed:
            if not _put(one, prepared, one.revision):
                # Somebody was writing meanwhile: the next look at the month brings it up to the slips.
                bodies.discard(prepared)
                AnswerMonth.objects.filter(owner=service, month=month).update(mark="")
        drop(gone)


_COLUMNS = ("planned", "done", "open", "differing", "has_report", "is_finished", "changed_at", "changed_by")


def _put(answer: Answer, prepared: Prepared, revision: int) -> bool:
    """Another body in the place of the one before; False where somebody else was first."""
    rows = Answer.objects.filter(pk=answer.pk, revision=revision)
    fresh = {name: getattr(answer, name) for name in _COLUMNS}
    if not rows.update(**fresh, body=prepared.id, revision=revision + 1):
        return False
    keeping.drop([answer.body], answer.holder)
    bodies.store_many([Kept(prepared, {answer.holder: None})])
    answer.body, answer.revision = prepared.id, revision + 1
    return True


def _busy(answer: Answer) -> Refused:
    who = f"{answer.changed_by.name} さんが" if answer.changed_by else "ほかの人が"
    words = "いま入っているものを見てから、もう一度入れてください。"
    return Refused(409, "E-BUSY", f"{who}先に変えました。あなたの変更は入っていません。", words)
