"""居宅介護支援経過(第5表): what went and came about a person writes its own lines, to be copied into the support record.

The lines say what the hub knows: what was sent to whom and how, what came back, what was asked and answered, what was decided
about results. What was said on the telephone and at visits is for people to write.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from renkei.hub.exchange.presenting import Direction
from renkei.hub.exchange.rules import Step
from renkei.hub.parties.models import OfficeService
from renkei.hub.workspace.ledger import lines, reading, story
from renkei.hub.workspace.ledger.story import Story
from renkei.hub.workspace.ledger.tables import harmless
from renkei.hub.workspace.ledger.wanted import Wanted, without_place
from renkei.hub.workspace.models import Decision, Progress
from renkei.hub.workspace.partners import services as partners
from renkei.standard.showing.words import month_words
from renkei.standard.units import UnitKind

HEADS = ("年月日", "項目", "内容")
_TOLD = {
    step.label
    for step in (
        Step.WITHDRAWN,
        Step.IMPORT_FAILED,
        Step.CHANGE_REQUESTED,
        Step.CHANGE_ACCEPTED,
        Step.CHANGE_DECLINED,
        Step.RECALL_REQUESTED,
        Step.DELETION_CONFIRMED,
        Step.RECALL_DECLINED,
    )
}


@dataclass(frozen=True)
class Entry:
    """One line of the record: when, under which heading (項目), and what."""

    at: datetime
    item: str
    words: str

    @property
    def day(self) -> str:
        """2026年12月1日 in Japan."""
        local = timezone.localtime(self.at)
        return f"{local.year}年{local.month}月{local.day}日"


@dataclass(frozen=True)
class Record:
    """The lines of a selection, the oldest first; `is_more`: there are older ones that are not among them."""

    entries: Sequence[Entry]
    is_more: bool

    @property
    def text(self) -> str:
        """To be copied: a line each, with tabs between, as tables of other software take it."""
        return "\n".join("\t".join((one.day, one.item, one.words)) for one in self.entries)


def of_person(service: OfficeService, wanted: Wanted) -> Record:
    """The lines about one person (`wanted.subject`). Call it after the look is on record."""
    most = settings.RENKEI["LIMIT_PROOF_UNITS"]
    units = reading.units(service, without_place(wanted), most + 1)
    stories = story.tell(service, lines.lines_of(service, units[:most]), wanted.subject)
    differing = _differing(service, wanted.subject)
    found = [entry for one in stories for entry in _of_story(one, differing)]
    found += _decided(service, wanted)
    return Record(sorted(found, key=lambda one: (one.at, one.item, one.words)), len(units) > most)


def as_csv(record: Record) -> bytes:
    """The same as a table, in UTF-8 with a mark at the beginning, without which spreadsheets take it for something else."""
    made = io.StringIO()
    writer = csv.writer(made)
    writer.writerow(HEADS)
    for one in record.entries:
        writer.writerow([harmless(cell) for cell in (one.day, one.item, one.words)])
    return made.getvalue().encode("utf-8-sig")


def _of_story(one: Story, differing: Counter[tuple[str, str]]) -> Iterable[Entry]:
    line, unit = one.line, one.line.unit
    months = "・".join(map(month_words, unit.month_list))
    what = f"{line.kind}({months})" if months else line.kind
    way = f"届け方: {unit.channel.label}。"
    if unit.direction is Direction.SENT:
        yield Entry(unit.at, f"{line.kind}を送付", f"{what}を、{line.partner}({line.service_label})に送った。{way}")
    else:
        count = differing[unit.months, unit.address[0]] if unit.kind == UnitKind.ACTUAL else 0
        more = f"予定とのちがい {count}件。" if count else ""
        yield Entry(
            unit.at, f"{line.kind}を受領", f"{what}を、{line.partner}({line.service_label})から受け取った。{more}{way}"
        )
    for station in one.stations:
        if station.title in _TOLD:
            yield Entry(
                station.at, station.title, f"{what}について、{station.title}({station.who})。相手: {line.partner}。"
            )


def _differing(service: OfficeService, subject: str) -> Counter[tuple[str, str]]:
    """By month and partner's number, how much differs, as the months were compared last."""
    rows = Progress.objects.filter(projected__owner=service, subject=subject, differences__gt=0)
    found: Counter[tuple[str, str]] = Counter()
    for month, number, differences in rows.values_list("projected__month", "number", "differences"):
        found[month, number] += differences
    return found


def _decided(service: OfficeService, wanted: Wanted) -> list[Entry]:
    """What was decided about results, within the same days and month."""
    rows = Decision.objects.select_related("staff").filter(owner=service, subject=wanted.subject)
    if wanted.month:
        rows = rows.filter(month=wanted.month)
    if wanted.begin:
        rows = rows.filter(at__gte=wanted.begin)
    if wanted.end:
        rows = rows.filter(at__lt=wanted.end)
    found = list(rows)
    names = partners.names_of(service, {one.number for one in found})
    return [
        Entry(
            one.at,
            "実績の確認",
            f"{month_words(one.month)}の予定と実績のちがいを「{one.get_verdict_display()}」"
            f"({one.staff.name if one.staff else '前にいた職員'})。相手: {names.get(one.number, one.number)}。",
        )
        for one in found
    ]
