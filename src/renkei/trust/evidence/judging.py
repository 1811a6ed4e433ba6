"""Judging an evidence file: every signature, every certificate at the time that is proved, every place in every seal.

Nothing is asked of a clock: a certificate must have been good when the time-stamp authority says that the signature was
there, or, without one, when the hub says so, and which of the two it was is part of the answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from cryptography import x509

from .. import cms, manifest, merkle, receipts, seals
from ..chain import hub_id, kept_by, office_number
from ..errors import TrustError
from ..manifest import Manifest
from ..receipts import Receipt
from .anchors import Anchors, check_at, named
from .chaining import TOLERANCE, Chain, Sealed
from .model import Event, Evidence, Signed, Subject, Transmission
from .reports import JAPAN, STEP_LABELS, Judged, Report, Step
from .wrong import NotProvedError, demand, is_plausible, words_of

_NO_STAMP = (
    "時刻認証局の証明がない記録があります。その時刻は、ハブ自身の言い分にとどまります"
    "(署名と封印は確かめてあります。証明書が有効だったかどうかも、ハブの言う時刻で見ています)。"
)
_DAY = timedelta(days=1)
_SOON = "封印は数秒ごとに作られます。少し待ってから、証拠を書き出し直してください。"


def verify(
    evidence: Evidence,
    damaged: Sequence[str] = (),
    *,
    roots: Sequence[x509.Certificate] | None = None,
    stamp_roots: Sequence[x509.Certificate] | None = None,
) -> Report:
    """The verdict on every transmission. Without `roots` or `stamp_roots` those in the file count; the report says so.

    Never raises for what is in the file.
    """
    anchors = Anchors(evidence, roots, stamp_roots)
    chain = Chain(evidence, anchors)
    judged = tuple(_Judge(evidence, one, anchors, chain).judged() for one in evidence.transmissions)
    problems = [*anchors.problems, *(f"途中でこわれたか、書きかえられたファイルがあります: {name}" for name in damaged)]
    if any(one.manifest and one.steps and not _fits(evidence.subject, one) for one in judged):
        problems.append("ファイルに書かれた事業所、期間、相手に合わない送信が入っています。")
    if not judged:
        problems.append("送信が1つも入っていません。")
    notes = list(anchors.notes)
    if any(step.sealed_at and not step.stamped_at for one in judged for step in one.steps):
        notes.insert(0, _NO_STAMP)
    used = anchors.stamp_roots if any(step.stamped_at for one in judged for step in one.steps) else ()
    return Report(judged, tuple(dict.fromkeys(problems)), tuple(notes), named(anchors.roots), named(used))


def _fits(subject: Subject, one: Judged) -> bool:
    """Whether the transmission is what the file says it is about. Nobody signed that, so it must not contradict."""
    if one.manifest is None or one.steps[0].step != "accepted":
        return True
    ends = [
        (one.manifest.sender, one.manifest.sender_service),
        (one.manifest.recipient, one.manifest.recipient_service),
    ]
    day = one.steps[0].at.astimezone(JAPAN).date()
    # The hub takes the time for its list and for its receipt from one clock, but not always in one moment.
    in_time = subject.first - _DAY <= day <= subject.last + _DAY
    partners = [number for number, service in ends if (number, service) != (subject.office, subject.service)]
    return (subject.office, subject.service) in ends and in_time and subject.partner in ("", *partners)


class _Judge:
    """Judges one transmission; what is wrong is noted and the rest looked at all the same."""

    def __init__(self, evidence: Evidence, transmission: Transmission, anchors: Anchors, chain: Chain) -> None:
        self._hub, self._one, self._anchors, self._chain = evidence.subject.hub, transmission, anchors, chain
        self._digest = hashlib.sha256(transmission.manifest.body).hexdigest()
        self._manifest: Manifest | None = None
        self._problems: list[str] = []
        self._missing: list[str] = []

    def judged(self) -> Judged:
        try:
            self._manifest = manifest.parse(self._one.manifest.body)
            demand(self._manifest.hub == self._hub, "送信票が、ほかのハブのものです。")
            self._check_order(self._one.events)
        except (TrustError, NotProvedError) as error:
            self._problems.append(words_of(error))
        steps = [step for step in map(self._step, self._one.events) if step]
        if self._missing:
            self._missing.append(_SOON)
        return Judged(self._one.id, self._manifest, tuple(steps), tuple(self._problems), tuple(self._missing))

    def _check_order(self, events: Sequence[Event]) -> None:
        numbers = [event.number for event in events]
        demand(numbers == list(range(1, len(numbers) + 1)) and bool(numbers), "段階の番号が、1から続いていません。")
        firsts = [event.step == "accepted" for event in events]
        demand(firsts == [True] + [False] * (len(firsts) - 1), "はじめの段階が、受け付けではありません。")

    def _step(self, event: Event) -> Step | None:
        label = STEP_LABELS.get(event.step, event.step)
        try:
            receipt = self._receipt(event.receipt, event.step)
            demand(receipt.by == {"hub": self._hub}, "受領証が、ハブのものではありません。")
            word = self._one.manifest if event.step == "accepted" else event.office
            sealed = self._sealed(event, word or Signed(b"", b""))
            at = sealed.proved_at if sealed else receipt.at
            if sealed is None:
                self._missing.append(f"「{label}」は、まだ封印されていません。")
            late = sealed is not None and sealed.stamped_at is not None and receipt.at > sealed.stamped_at + TOLERANCE
            demand(not late, "受領証の時刻が、時刻の証明より先になっています。ハブの時計が正しくありません。")
            self._check_hubs(event.receipt, at, "受領証")
            by = self._said(event, receipt, at)
        except (TrustError, NotProvedError) as error:
            self._problems.append(f"「{label}」: {words_of(error)}")
            return None
        times = (sealed.at, sealed.stamped_at) if sealed else (None, None)
        return Step(event.step, by, receipt.at, *times)

    def _sealed(self, event: Event, word: Signed) -> Sealed | None:
        if event.proof is None:
            return None
        signed = event.receipt
        return self._chain.sealed(
            event.proof, merkle.leaf(seals.entry(signed.body, signed.signature, word.body, word.signature))
        )

    def _said(self, event: Event, receipt: Receipt, at: datetime) -> dict[str, str]:
        """Whose step it was, once what they signed themselves is checked."""
        if self._manifest is None:
            raise NotProvedError("送信票を読めないため、確かめられません。")
        if event.step == "accepted":
            demand(event.office is None, "受け付けに、余計なものがついています。")
            demand(receipt.sealed_by == self._manifest.sealed_by, "受領証と送信票で、だれが封をしたかがちがいます。")
            return self._check_manifest(self._manifest, at)
        if event.office is None:
            demand(event.step not in receipts.SAID_BY, "事業所自身の知らせがありません。")
            return {"hub": self._hub}
        word = self._receipt(event.office, event.step)
        same = (word.attached, word.findings) == (receipt.attached, receipt.findings)
        demand(same, "事業所の知らせと、ハブの受領証の内容がちがいます。")
        by = dict(word.by)
        sides = {side for side, end in _ends(self._manifest).items() if by == end}
        demand(bool(sides), "送り手でも受け手でもない事業所の知らせです。")
        demand(bool(sides & receipts.SAID_BY.get(event.step, sides)), "この段階を知らせるのは、相手の事業所です。")
        if word.sealed_by == "hub":  # said in the browser, in the hub's own name for the office's staff
            self._check_hubs(event.office, at, "事業所の知らせ")
        else:
            self._check_signer(event.office, None, by["office"], at, "事業所の知らせ")
        return by

    def _check_manifest(self, read: Manifest, at: datetime) -> dict[str, str]:
        keeper = self._hub if read.sealed_by == "hub" else None
        self._check_signer(self._one.manifest, keeper, read.sender, at, "送信票")
        return {"office": read.sender, "service": read.sender_service}

    def _receipt(self, signed: Signed, step: str) -> Receipt:
        read = receipts.parse(signed.body)
        expected = (self._hub, self._one.id, step, self._digest)
        same = (read.hub, read.transmission, read.step, read.manifest) == expected
        demand(same, "受領証が、ほかのハブ、ほかの送信、ほかの段階、ほかの送信票のものです。")
        demand(is_plausible(read.at), "受領証の時刻が、あり得ないものです。")
        return read

    def _check_signer(self, signed: Signed, keeper: str | None, office: str, at: datetime, what: str) -> None:
        """Signed by the office: with its own key, or with the one that the hub `keeper` keeps for it."""
        signer = cms.verify(signed.body, signed.signature).certificate
        demand(office_number(signer) == office, f"{what}が、ほかの事業所の証明書で署名されています。")
        demand(kept_by(signer) == keeper, f"{what}が、書かれているのとちがう種類の鍵で署名されています。")
        check_at(self._anchors.store, signer, at, f"{what}に署名した事業所")

    def _check_hubs(self, signed: Signed, at: datetime, what: str) -> None:
        signer = cms.verify(signed.body, signed.signature).certificate
        demand(hub_id(signer) == self._hub, f"{what}が、このハブの証明書で署名されていません。")
        check_at(self._anchors.store, signer, at, f"{what}に署名したハブ")


def _ends(read: Manifest) -> Mapping[str, dict[str, str]]:
    return {
        "sender": {"office": read.sender, "service": read.sender_service},
        "recipient": {"office": read.recipient, "service": read.recipient_service},
    }
