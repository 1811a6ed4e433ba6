"""What the office for practice does with its mail: it checks as strictly as a sender's own program, collects, and says that
it imported, or why it could not; a use table it answers with actuals as planned. Its copies are erased after a day."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import structlog

from renkei.hub.core import events
from renkei.hub.core.bodies import keeping
from renkei.hub.core.looks import Viewer
from renkei.hub.core.problems import Refused
from renkei.hub.core.writing import write
from renkei.hub.exchange import collecting, echo_actuals, parts, stepping
from renkei.hub.exchange.models import Transmission
from renkei.hub.exchange.rules import Step
from renkei.hub.parties.register import service_types
from renkei.standard.checking import check
from renkei.standard.findings import Finding, Role, Severity
from renkei.standard.units import UnitKind
from renkei.trust.words import Words

KEPT_FOR = timedelta(days=1)
MOST_FINDINGS = 50
ACTOR = "hub"
_log = structlog.get_logger(__name__)


def answer(id_: str, now: datetime) -> None:
    """Answer one unit that came to the office for practice; one that moved on meanwhile is left. May be repeated."""
    row = Transmission.objects.select_related("sender__party", "recipient__party", "envelope").get(pk=id_)
    try:
        _answer(row, now)
    except Refused as refusal:
        # Withdrawn or recalled meanwhile: nothing is left to say.
        _log.info("no echo", transmission=id_, code=refusal.code)


def _answer(row: Transmission, now: datetime) -> None:
    viewer = Viewer(actor=ACTOR, party=row.recipient.party_id, request="echo", service=row.recipient_id)
    handed = collecting.hand_out(row, viewer, purpose="collect")
    files = handed.standard_files
    report = check(list(files.items()), Role.SENDER, register=service_types(files))
    errors = [one for one in report.findings if one.severity is Severity.ERROR][:MOST_FINDINGS]
    stepping.by_staff(row, Step.COLLECTED, row.recipient, ACTOR)
    result = Step.IMPORT_FAILED if errors else Step.IMPORTED
    stepping.by_staff(row, result, row.recipient, ACTOR, _words(errors) if errors else None)
    _erase_soon(row, now)
    if result is Step.IMPORTED and row.kind == UnitKind.USE_TABLE:
        echo_actuals.send_back(row, files, now + KEPT_FOR)


def _words(errors: list[Finding]) -> Words:
    return Words.of(json.dumps([finding.as_dict() for finding in errors], ensure_ascii=False))


def _erase_soon(row: Transmission, now: datetime) -> None:
    """The copies of the office for practice; the sender's own stay on their own clock."""
    words = [event.words for event in events.of(row.pk).exclude(words=None) if event.words]
    with write():
        for holder in (row.recipient.mailbox, row.recipient.received_copy):
            keeping.set_clock([*parts.bodies_of(row), *words], holder, now + KEPT_FOR)
