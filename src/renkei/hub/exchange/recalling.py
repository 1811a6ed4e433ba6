"""Who saw what went to the wrong office: the record that its sender gives to the insurer."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from renkei.hub.core import events
from renkei.hub.core.models import Event, Look, LookSubject
from renkei.hub.exchange.models import Transmission
from renkei.hub.exchange.presenting import kind_label
from renkei.hub.exchange.reading import about_month
from renkei.hub.exchange.rules import Step

# Looks at one unit that are shown; of more the last ones, which is said.
MOST_LOOKS = 500
PURPOSES = {
    "view": "画面で見た",
    "print": "紙の様式(PDF)を作った",
    "download": "ファイルを保存した",
    "collect": "プログラムで受け取った",
    "compare": "予定と実績の画面で見た",
    "list": "利用者の一覧で見た",
    "words": "ついた言葉を読んだ",
    "search": "記録から探した",
    "evidence": "証拠のファイルを作った",
    "export": "表にして保存した",
    "edit": "画面で書き入れた",
    "send": "送るものに入れた",
    "relay": "ほかの事業所に回した",
    "mend": "直した",
    "sign": "署名のために、プログラムで受け取った",
}


@dataclass(frozen=True)
class Seen:
    """One look by the office that should not have got it. Who it was is a number: the office can say the name."""

    at: datetime
    who: str
    how: str


@dataclass(frozen=True)
class Record:
    """What is known of a recalled unit, without a person's data."""

    kind: str
    happened: tuple[tuple[str, datetime], ...]
    seen: tuple[Seen, ...]
    is_cut: bool
    people: int


def record(transmission: Transmission) -> Record:
    """The record of one recalled transmission. Four queries, whatever is stored."""
    subjects = set(transmission.subjects.values_list("subject", flat=True))
    found = _looks(transmission, subjects)
    return Record(
        kind=kind_label(transmission.kind),
        happened=tuple((_label(event), event.at) for event in events.of(transmission.pk)),
        seen=tuple(
            Seen(look.at, _who(look.actor), PURPOSES.get(look.purpose, look.purpose))
            for look in found[:MOST_LOOKS][::-1]
        ),
        is_cut=len(found) > MOST_LOOKS,
        people=len(subjects),
    )


def _looks(transmission: Transmission, subjects: Collection[str]) -> list[Look]:
    """Looks of the recipient at the unit, and at its people on the pages that show the unit with others; newest first.

    Not at these people elsewhere: what else an office does for a client is nothing that a sender learns by a recall.

    One more than are shown. Two queries with an index each: an "or" between the two would read every look there is.
    """
    since = transmission.accepted_at
    month = timezone.localtime(since).date().replace(day=1)
    shown = LookSubject.objects.filter(subject__in=subjects, month__gte=month).values("look")
    looked = Look.objects.filter(party=transmission.recipient.party_id, month__gte=month, at__gte=since)
    of_unit = looked.filter(about=f"transmission:{transmission.pk}").order_by("-at")
    pages = looked.filter(about=about_month(transmission.recipient_id, transmission.months))
    of_people = pages.filter(pk__in=shown).order_by("-at")
    found = {look.pk: look for look in (*of_unit[: MOST_LOOKS + 1], *of_people[: MOST_LOOKS + 1])}
    return sorted(found.values(), key=lambda look: look.at, reverse=True)[: MOST_LOOKS + 1]


def _label(event: Event) -> str:
    return Step(event.type).label


def _who(actor: str) -> str:
    kind, _, number = actor.partition(":")
    return f"{ {'staff': '職員', 'program': 'プログラム'}.get(kind, kind) }(番号 {number})"
