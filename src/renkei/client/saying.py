"""Steps that a person decides: withdrawing, a change request and its answer, a recall and its answer."""

from __future__ import annotations

from typing import Any, NamedTuple

from renkei.trust import receipts
from renkei.trust.words import Words

from .acknowledging import Step, Told, tell
from .desk import Desk
from .entries import Entry
from .errors import HubAnswerError, HubRefused, SetupError


class Said(NamedTuple):
    """One step of a transmission with what was said; `side` is `sender` or `recipient`."""

    step: str
    side: str
    text: str


def say(desk: Desk, transmission: str, step: str, text: str) -> Told:
    """Take a step with one unit of the ledger. Raises SetupError E-OFFICE-UNKNOWN for one that is not there."""
    (told,) = tell(desk, [Step(_entry(desk, transmission), step, text=text.strip())])
    return told


def said(desk: Desk, transmission: str) -> list[Said]:
    """The texts of requests and answers, in order; the hub records that we read them. Raises ClientError.

    Without those that are erased by now, or closed by a recall.
    """
    entry = _entry(desk, transmission)
    found = []
    for step in desk.hub.steps(entry.transmission or ""):
        if step.has_words and step.type not in {"imported", "import_failed"}:
            words = _words(desk, entry.transmission or "", step.number)
            if words is None:
                continue
            if receipts.parse(step.receipt.body).attached != words.commitment:
                raise HubAnswerError("the words are not those of the receipt")
            found.append(Said(step.type, step.side, words.data.decode("utf-8", "replace")))
    return found


def _words(desk: Desk, transmission: str, number: int) -> Words | None:
    try:
        return desk.hub.words(transmission, number)
    except HubRefused as refusal:
        if refusal.code in {"E-BODY-GONE", "E-STATE-RECALL"}:
            return None
        raise


def _entry(desk: Desk, transmission: str) -> Entry:
    entry: Any = desk.ledger.of_transmission(transmission)
    if entry is None or entry.manifest is None:
        raise SetupError(
            "E-OFFICE-UNKNOWN",
            "その番号の送信は、台帳にありません。",
            "renkei office collect のあとに、renkei office list で番号を確かめてください。",
        )
    found: Entry = entry
    return found
