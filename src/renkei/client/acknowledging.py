"""Telling the hub, signed, which step our office takes with a unit, and keeping its receipt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from renkei.standard.findings import Finding
from renkei.trust import receipts
from renkei.trust.words import Words

from .answers import SignedBytes
from .desk import Desk
from .entries import Entry, KeptReceipt, Signer, after
from .errors import ClientError, HubUnreachable, Trouble
from .results import Outcome
from .stating import Statement, receipt, words_of
from .trusting import digest_of


@dataclass(frozen=True)
class Step:
    """One step to be told, by its name in a receipt, with findings or a text."""

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


def tell(desk: Desk, steps: Sequence[Step]) -> Iterator[Told]:
    """Hand over a signed receipt for each step; one result each, in order. The hub takes a repeated step again.

    Raises as `Desk.hub_info`.
    """
    if not steps:
        return
    portion = desk.limits.receipts
    for start in range(0, len(steps), portion):
        some = steps[start : start + portion]
        said = [_said(desk, step) for step in some]
        try:
            answers = desk.hub.acknowledge([one.body() for one in said])
        except ClientError as error:
            outcome = Outcome.WAITING if isinstance(error, HubUnreachable) else Outcome.ERROR
            yield from (Told(step.entry, outcome, Trouble.of(error)) for step in steps[start:])
            return
        for step, own, answer in zip(some, said, answers, strict=True):
            yield _noted(desk, step, own.signed, answer)


def _said(desk: Desk, step: Step) -> Statement:
    words = words_of(step.findings, step.text)
    return Statement(step.entry.transmission or "", _signed(desk, step, words), words)


def _signed(desk: Desk, step: Step, words: Words | None) -> SignedBytes:
    """Our receipt. After a lost answer the same statement goes out again; one with words is made anew, since their salt
    is not kept: the hub answers with the first in any case."""
    earlier = step.entry.receipt(step.name, step.entry.own_signer)
    if earlier and words is None and receipts.parse(earlier.body).attached is None:
        return SignedBytes(earlier.body, desk.identity.sign(earlier.body))
    entry = step.entry
    signed = receipt(
        desk.identity,
        desk.settings.hub_id,
        entry.own,
        entry.transmission or "",
        digest_of(entry.manifest or b""),
        step.name,
        len(step.findings),
        words,
    )
    desk.ledger.save(step.entry, KeptReceipt(step.name, step.entry.own_signer, signed))
    return signed


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
