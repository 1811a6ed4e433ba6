"""Telling the hub, signed, which step our office takes with a unit, and keeping its receipt."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from renkei.standard.findings import Finding
from renkei.trust import receipts
from renkei.trust.words import Words

from .answers import SignedBytes, b64
from .desk import Desk
from .entries import Entry, KeptReceipt, Signer, after
from .errors import ClientError, HubUnreachable, Trouble
from .results import Outcome
from .trusting import digest_of

MOST_FINDINGS = 100  # of one failed import
PORTION = 100


@dataclass(frozen=True)
class Step:
    """One step to be told, by its name in a receipt, with findings or a text; of the findings' paths only the names
    go out."""

    entry: Entry
    name: str
    findings: tuple[Finding, ...] = ()
    text: str = ""


@dataclass(frozen=True)
class Told:
    """What became of it."""

    entry: Entry
    outcome: Outcome
    trouble: Trouble | None = None


def tell(desk: Desk, steps: Sequence[Step], portion: int = PORTION) -> Iterator[Told]:
    """Hand over a signed receipt for each step; one result each, in order. The hub takes a repeated step again."""
    for start in range(0, len(steps), portion):
        some = steps[start : start + portion]
        words = [_words(step) for step in some]
        signed = [_signed(desk, *pair) for pair in zip(some, words, strict=True)]
        try:
            answers = desk.hub.acknowledge([_body(*three) for three in zip(some, words, signed, strict=True)])
        except ClientError as error:
            outcome = Outcome.WAITING if isinstance(error, HubUnreachable) else Outcome.ERROR
            yield from (Told(step.entry, outcome, Trouble.of(error)) for step in steps[start:])
            return
        for step, own, answer in zip(some, signed, answers, strict=True):
            yield _noted(desk, step, own, answer)


def _signed(desk: Desk, step: Step, words: Words | None) -> SignedBytes:
    """Our receipt. After a lost answer the same statement goes out again; one with words is made anew, since their salt
    is not kept: the hub answers with the first in any case."""
    earlier = step.entry.receipt(step.name, step.entry.own_signer)
    if earlier and words is None and receipts.parse(earlier.body).attached is None:
        return SignedBytes(earlier.body, desk.identity.sign(earlier.body))
    body = receipts.build(
        hub=desk.settings.hub_id,
        transmission=step.entry.transmission or "",
        step=step.name,
        manifest=digest_of(step.entry.manifest or b""),
        at=datetime.now(UTC),
        by=dict(zip(("office", "service"), step.entry.own, strict=True)),
        sealed_by="program",
        findings=len(step.findings),
        attached=words.commitment if words else None,
    )
    signed = SignedBytes(body, desk.identity.sign(body))
    desk.ledger.save(step.entry, KeptReceipt(step.name, step.entry.own_signer, signed))
    return signed


def _words(step: Step) -> Words | None:
    """The findings, or the text, as they are signed; none of none."""
    found = [finding.as_dict() | {"file": Path(finding.file).name} for finding in step.findings]
    said = json.dumps(found, ensure_ascii=False) if found else step.text
    return Words.of(said) if said else None


def _body(step: Step, words: Words | None, signed: SignedBytes) -> Mapping[str, Any]:
    return {
        "transmission": step.entry.transmission,
        "body": b64(signed.body),
        "signature": b64(signed.signature),
        "words": {"salt": words.salt.hex(), "data": b64(words.data)} if words else None,
    }


def _noted(desk: Desk, step: Step, own: SignedBytes, answer: SignedBytes | Trouble) -> Told:
    entry = step.entry
    if isinstance(answer, Trouble):
        return Told(entry, Outcome.ERROR, answer)
    try:
        digest = digest_of(entry.manifest or b"")
        desk.trust.check_receipt(answer, entry.transmission or "", step.name, digest)
        noted = desk.ledger.save(
            replace(entry, state=after(entry.state, step.name), trouble=None),
            KeptReceipt(step.name, entry.own_signer, own),
            KeptReceipt(step.name, Signer.HUB, answer),
        )
    except ClientError as error:
        return Told(entry, Outcome.ERROR, Trouble.of(error))
    return Told(noted, Outcome.DONE)
