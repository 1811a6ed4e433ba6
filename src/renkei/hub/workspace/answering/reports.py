"""The report of a month as a paper that goes beside the results."""

from __future__ import annotations

from django.utils import timezone

from renkei.attachments import index
from renkei.forms.filling.monthly_report import MonthlyReport
from renkei.hub.core import drawing
from renkei.hub.parties.models import OfficeService
from renkei.hub.workspace.answering.visits import Filled, totals
from renkei.hub.workspace.outbox.papers import Paper
from renkei.standard.showing.words import date_words, month_words

_MEDIA = "application/pdf"


def paper(service: OfficeService, planner: str, month: str, filled: Filled) -> Paper:
    """What somebody wrote of a person's month, as a PDF for the office `planner`. Raises Refused (503)."""
    title = f"月次報告 {month_words(month)}.pdf"
    return Paper(
        title,
        index.Type.MONTHLY_REPORT,
        _MEDIA,
        drawn(service, planner, month, filled),
        index.Person(filled.insurer, filled.insured),
        month,
    )


def drawn(service: OfficeService, planner: str, month: str, filled: Filled) -> bytes:
    """The PDF. Raises Refused (503)."""
    counted = totals(filled.visits)
    report = MonthlyReport(
        person=(filled.insurer, filled.insured),
        name=filled.name,
        kana=filled.kana,
        month=month_words(month),
        made_on=date_words(f"{timezone.localdate():%Y%m%d}"),
        to=planner,
        from_=service.party.name,
        from_number=service.party.number,
        planned=counted.planned,
        done=counted.done,
        text=filled.report,
    )
    return drawing.pdf([report], report.title)
