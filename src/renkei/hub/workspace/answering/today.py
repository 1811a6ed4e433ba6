"""今日の訪問: what a helper sees on the phone at the door, and says when leaving. Of a day, by the time of the visits."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from renkei.hub.core import looks
from renkei.hub.core.looks import Viewer
from renkei.hub.core.problems import Refused
from renkei.hub.core.writing import write
from renkei.hub.exchange.reading import about_month
from renkei.hub.parties.models import OfficeService
from renkei.hub.workspace.answering import answers, visits
from renkei.hub.workspace.answering.visits import Filled, Impossible, Visit, Visits
from renkei.hub.workspace.comparing.services import RULE, record_list
from renkei.hub.workspace.models import Answer
from renkei.standard.showing.words import time_words

MOST_NOTE = 500
_TRIES = 3


@dataclass(frozen=True)
class Call:
    """One time at one person: what belongs together there, with its add-ons. `key` tells it again: the times of the plan."""

    answer: uuid.UUID
    key: str
    name: str
    kana: str
    start: str
    end: str
    codes: tuple[str, ...]
    done: bool | None
    note: str

    @property
    def time(self) -> str:
        """10:00～10:45, or nothing."""
        return time_words(self.start, self.end)


def of_day(service: OfficeService, date: str, viewer: Viewer) -> list[Call]:
    """Everything with a time on a date YYYYMMDD, in its order. A look, once a day for each staff member and person.

    It opens the answers of the month, as many as the office has people.
    """
    found = list(Answer.objects.filter(owner=service, month=date[:6]))
    stored = answers.fetch(found)
    filled = {one.pk: answers.opened(stored[one.body]) for one in found if one.body in stored}
    calls = [call for one in found if one.pk in filled for call in _calls(one.pk, filled[one.pk], date)]
    about = {one.pk: one.subject for one in found}
    with write():
        record_list({about[call.answer] for call in calls}, viewer, about_month(service.pk, date[:6]))
    return sorted(calls, key=lambda call: (call.start, call.kana, call.key))


def say(answer: Answer, date: str, key: str, staff: int, viewer: Viewer, what: Said) -> None:
    """What a helper says of one time: it holds for the visit and its add-ons. Others may write at the same person meanwhile.

    Raises Impossible for a time that there is not (any more), Refused (409) when it cannot be written.
    """
    with write():
        about = about_month(answer.owner_id, answer.month)
        looks.record(viewer, purpose="edit", rule=RULE, about=about, subjects=[answer.subject])
    for _ in range(_TRIES):
        try:
            answers.change(
                answer, answer.revision, staff, lambda filled: _said(filled, date, key, what), is_finished=False
            )
        except Refused:
            answer.refresh_from_db()
        else:
            return
    raise Refused.known(409, "E-BUSY")


@dataclass(frozen=True)
class Said:
    """`start` and `end` (HHMM) are empty where it was at the planned time."""

    done: bool
    note: str = ""
    start: str = ""
    end: str = ""


def _calls(answer: uuid.UUID, filled: Filled, date: str) -> Iterable[Call]:
    groups: dict[str, list[Visit]] = {}
    for visit in filled.visits:
        if visit.row["service_date"] == date and visit.is_timed:
            groups.setdefault(_key(visit), []).append(visit)
    for key, own in groups.items():
        row = own[0].row
        yield Call(
            answer,
            key,
            filled.name,
            filled.kana,
            row["service_start_time"],
            row["service_end_time"],
            tuple(visit.row["service_code"] for visit in own),
            own[0].done if len({visit.done for visit in own}) == 1 else None,
            own[0].note,
        )


def _said(filled: Filled, date: str, key: str, what: Said) -> Filled:
    found: Visits = filled.visits
    places = _places(found, date, key)
    if not places:
        raise Impossible("そのサービスは、もうありません。いまの様子を見てください。")
    if what.done and what.start:
        found = visits.moved(found, places[0], what.start, what.end)
    for place in places:
        found = visits.said(found, place, what.done, what.note)
    return replace(filled, visits=found)


def _places(found: Sequence[Visit], date: str, key: str) -> list[int]:
    return [place for place, one in enumerate(found) if one.row["service_date"] == date and _key(one) == key]


def _key(visit: Visit) -> str:
    """By the planned times, so that another time makes no other visit of it."""
    row: Mapping[str, str] = visit.planned or visit.row
    return f"{row['service_start_time']}-{row['service_end_time']}-{'p' if visit.planned else 'x'}"
