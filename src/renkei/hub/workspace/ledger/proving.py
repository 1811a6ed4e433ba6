"""The evidence of a selection in one zip: a file for each unit that proves it, a PDF for people, a table.

Making it is a look at everybody in it. Nothing is stored: it is made while somebody waits, so it is bounded.
"""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from renkei.forms.filling.proof_report import Happened, ProofReport, Reported
from renkei.hub.core import drawing, looks
from renkei.hub.core.looks import Viewer
from renkei.hub.core.problems import Refused
from renkei.hub.core.writing import write
from renkei.hub.exchange.exporting import Chosen
from renkei.hub.exchange.models import Transmission
from renkei.hub.parties.models import OfficeService
from renkei.hub.workspace.comparing.services import RULE
from renkei.hub.workspace.ledger import lines, reading, story
from renkei.hub.workspace.ledger.reading import Source, Unit
from renkei.hub.workspace.ledger.story import Story
from renkei.hub.workspace.ledger.tables import harmless
from renkei.hub.workspace.ledger.wanted import Wanted, without_place
from renkei.standard.showing.words import month_words
from renkei.trust.evidence import Subject, bundle, cover, gather, pack, verify
from renkei.trust.evidence.bundling import FOLDER

_HEADS = (
    "日時",
    "向き",
    "相手の番号",
    "相手のサービス",
    "相手の名前",
    "種類",
    "月",
    "人数",
    "届け方",
    "状態",
    "連番",
    "版",
    "証拠のファイル",
)


@dataclass(frozen=True)
class Order:
    """What is asked for, by whom: `person` and `asked_by` as they stand on the paper, `facts` the selection in words."""

    service: OfficeService
    wanted: Wanted
    viewer: Viewer
    asked_by: str
    facts: Sequence[tuple[str, str]]


def make(order: Order) -> bytes:
    """The zip. Raises Refused (404, 413, 503): nothing is in the selection, more than fits, the paper cannot be drawn."""
    most = settings.RENKEI["LIMIT_PROOF_UNITS"]
    units = reading.units(order.service, without_place(order.wanted), most + 1)
    if not units:
        raise Refused(404, "E-NOT-FOUND", "この条件に合うものはありません。", "条件を変えてください。")
    if len(units) > most:
        remedy = "期間、月、相手を選んで、しぼりこんでください。"
        raise Refused(413, "E-LIMIT", f"一度に作れるのは{most}件までです。", remedy)
    _look(order, units)
    stories = story.tell(order.service, lines.lines_of(order.service, units), order.wanted.subject)
    proofs = _proofs(order.service, units)
    papers = {"記録.pdf": _paper(order, stories), "一覧.csv": _table(stories)}
    return bundle(proofs, papers, timezone.now())


def _look(order: Order, units: Sequence[Unit]) -> None:
    """At each unit, with everybody in it."""
    found = reading.subjects_of(units)
    with write():
        looks.record_many(order.viewer, "evidence", RULE, {story.about_of(unit): found[unit.id] for unit in units})


def _proofs(service: OfficeService, units: Sequence[Unit]) -> dict[str, bytes]:
    """An evidence file for each unit that went through the hub, by its id."""
    ids = [unit.id for unit in units if unit.source is Source.HUB]
    chosen = Chosen(service, list(Transmission.objects.select_related("envelope").filter(pk__in=ids)))
    found = {}
    for unit in units:
        if unit.source is Source.HUB:
            evidence = gather(chosen.alone(unit.id), _subject(service, unit))
            found[str(unit.id)] = pack(evidence, cover(evidence, verify(evidence)))
    return found


def _subject(service: OfficeService, unit: Unit) -> Subject:
    day = timezone.localtime(unit.at).date()
    return Subject(
        hub=settings.HUB_ID,
        hub_name=settings.HUB_NAME,
        office=service.party.number,
        service=service.service,
        office_name=service.party.name,
        first=day,
        last=day,
        partner=unit.address[0],
        exported_at=timezone.now().replace(microsecond=0),
    )


def _paper(order: Order, stories: Sequence[Story]) -> bytes:
    """Drawn beside the hub, as every form is. Raises Refused (503)."""
    service, at = order.service, _moment(timezone.now())
    office = f"{service.party.name}(事業所番号 {service.party.number}、{service.label})"
    facts = [("事業所", office), ("作った人", order.asked_by), ("作った日時", at), *order.facts]
    report = ProofReport(office, at, facts, [_reported(one) for one in stories])
    try:
        return drawing.pdf([report], report.title)
    except drawing.CannotDraw as error:
        raise Refused(503, "E-HUB-DRAWING", "紙の記録を作れませんでした。", "条件をしぼりこんでください。") from error


def _reported(one: Story) -> Reported:
    line = one.line
    return Reported(
        at=_moment(line.unit.at),
        direction=line.direction,
        partner=f"{line.partner}({line.unit.address[0]} {line.service_label})",
        what=" ".join([line.kind, *map(month_words, line.unit.month_list)]),
        channel=line.unit.channel.label,
        state=line.state.text,
        sequence=line.unit.sequence,
        version=one.spell.words if one.spell else "",
        evidence=_file(line.unit.id) if line.is_proved else line.note,
        steps=[Happened(_moment(station.at), station.title, station.who) for station in one.stations],
    )


def _table(stories: Sequence[Story]) -> bytes:
    """CSV in UTF-8 with a mark at the beginning, without which spreadsheets take it for something else."""
    made = io.StringIO()
    writer = csv.writer(made)
    writer.writerow(_HEADS)
    for one in stories:
        line, unit = one.line, one.line.unit
        cells = (
            *(_moment(unit.at), line.direction, *unit.address, line.partner, line.kind),
            *(" ".join(unit.month_list), str(unit.people), unit.channel.label, line.state.text, unit.sequence),
            *(one.spell.words if one.spell else "", _file(unit.id) if line.is_proved else line.note),
        )
        writer.writerow([harmless(cell) for cell in cells])
    return made.getvalue().encode("utf-8-sig")


def _file(id_: uuid.UUID) -> str:
    return f"{FOLDER}{id_}.zip"


def _moment(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y年%m月%d日 %H:%M:%S}"
