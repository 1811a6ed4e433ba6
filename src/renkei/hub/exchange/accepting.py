"""Taking on units. Everything slow happens before the one short write; the answer goes out after its commit.

Many are taken on as one is: each passes or is refused on its own, and what can be asked once is asked once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.conf import settings
from django.utils import timezone

from renkei.hub.core import looks, stamping
from renkei.hub.core.bodies import services as bodies
from renkei.hub.core.ids import new_id
from renkei.hub.core.problems import Refused, beside, each, passed, together
from renkei.hub.exchange import converting, earlier, replacing, signing, storing
from renkei.hub.exchange.addressing import Addresses, addresses, require_active, require_sending
from renkei.hub.exchange.attachments.attached import parts_of
from renkei.hub.exchange.contents import check_contents, reports, standard_of
from renkei.hub.exchange.earlier import Accepted, NaturalKey
from renkei.hub.exchange.envelopes import Arrival
from renkei.hub.exchange.json_form import Standard
from renkei.hub.exchange.looking_into import Register
from renkei.hub.exchange.parts import copies
from renkei.hub.exchange.rules import Step
from renkei.hub.exchange.storing import Author, Outcome, Ready
from renkei.hub.membership import services as licences
from renkei.hub.parties.echo import is_echo
from renkei.hub.parties.keys import signers
from renkei.hub.parties.keys.verifying import SignedBytes
from renkei.hub.parties.models import Certificate, OfficeService, Party
from renkei.hub.parties.register import service_types
from renkei.standard.checking import Report


@dataclass(frozen=True)
class Authored:
    """A unit whose signature is known to be its author's."""

    arrival: Arrival
    author: Author


@dataclass(frozen=True)
class _Addressed:
    """The same, with the two services that it names."""

    arrival: Arrival
    author: Author
    sender: OfficeService
    recipient: OfficeService

    @property
    def key(self) -> NaturalKey:
        return self.sender.pk, self.recipient.pk, self.arrival.manifest.kind, self.arrival.manifest.sequence


@dataclass(frozen=True)
class _Opened:
    """The same, with the standard's files as CSV, whatever was signed."""

    unit: _Addressed
    standard: Standard


@dataclass(frozen=True)
class _Known:
    """What was looked up for all units of a request together. `barred`: why this party may send nothing new."""

    there: dict[NaturalKey, Accepted]
    barred: Refused | None


def accept(arrivals: Sequence[Arrival | Refused], party: Party) -> list[Outcome]:
    """Verify, check, store and receipt units that a program of `party` signed and handed over; the answers in their order.

    A refusal among them stays what it is. Nothing is kept of what is refused.
    """
    stated = each(arrivals, lambda arrival: _stated_here(arrival, party))
    verified = together(stated, _verified)
    return take_on(each(verified, lambda one: _authored(*one, party)), party)


def accept_one(unit: Authored, party: Party) -> Accepted:
    """Take on one unit whose author is known. Raises Refused; then nothing of it is kept."""
    [outcome] = take_on([unit], party)
    if isinstance(outcome, Refused):
        raise outcome
    return outcome


def take_on(units: Sequence[Authored | Refused], party: Party) -> list[Outcome]:
    """The rest, for units whose authors are known. The number of queries does not depend on how many they are."""
    where = addresses(party, [unit.arrival.manifest for unit in passed(units)])
    addressed = each(units, lambda unit: _addressed(unit, where))
    known = _known(passed(addressed), party)
    admitted = each(addressed, lambda unit: _admitted(unit, known))
    outcomes = iter(_take_in([unit for unit in admitted if isinstance(unit, _Addressed)]))
    return [next(outcomes) if isinstance(unit, _Addressed) else unit for unit in admitted]


def _take_in(units: Sequence[_Addressed]) -> list[Outcome]:
    """Check, seal, receipt and store what is new."""
    opened = each(units, lambda unit: _Opened(unit, standard_of(unit.arrival)))
    register = service_types(name for unit in passed(opened) for name in unit.standard.files)
    checked = together(opened, lambda ones: beside(ones, reports([one.standard for one in ones], register)))
    return together(each(checked, lambda one: _made_ready(*one, register)), _stored)


def _stored(units: Sequence[Ready]) -> list[Outcome]:
    before = replacing.stored_before([unit.coming for unit in units])
    return storing.store([replace(unit, before=one) for unit, one in zip(units, before, strict=True)])


def _stated_here(arrival: Arrival, party: Party) -> Arrival:
    """Itself, where its manifest may be this party's at this hub. Raises Refused."""
    if arrival.manifest.sender != party.number:
        raise Refused(
            403, "E-AUTH-SENDER", "ほかの事業所の名前では送れません。", "送り元の事業所番号を確かめてください。"
        )
    if arrival.manifest.hub != settings.HUB_ID:
        raise Refused(
            422, "E-AUTH-HUB", "ほかのハブに宛てた送信です。", "送り先のハブを確かめて、署名し直してください。"
        )
    # Only the hub itself may say that it sealed for an office.
    if arrival.manifest.sealed_by != "program":
        raise Refused(
            422,
            "E-AUTH-MANIFEST",
            "送信票に、ハブが封をしたと書かれています。",
            "sealed_by を program にした送信票を作り、事業所の鍵で署名し直してください。",
        )
    return arrival


def _verified(arrivals: Sequence[Arrival]) -> list[tuple[Arrival, Certificate] | Refused]:
    signed = [SignedBytes(arrival.manifest_bytes, arrival.signature) for arrival in arrivals]
    return beside(arrivals, signers.all_verified(signed, timezone.now()))


def _authored(arrival: Arrival, certificate: Certificate, party: Party) -> Authored:
    if certificate.party_id != party.pk:
        raise Refused(
            422, "E-CERT-OFFICE", "ほかの事業所の証明書で署名されています。", "自分の事業所の鍵で署名してください。"
        )
    return Authored(arrival, Author(certificate, f"program:{certificate.pk}"))


def _addressed(unit: Authored, where: Addresses) -> _Addressed:
    manifest = unit.arrival.manifest
    return _Addressed(unit.arrival, unit.author, where.sender(manifest), where.recipient(manifest))


def _known(units: Sequence[_Addressed], party: Party) -> _Known:
    there = earlier.find([unit.key for unit in units])
    is_new = any(unit.key not in there for unit in units)
    return _Known(there, each([party], _require_may_send)[0] if is_new else None)


def _require_may_send(party: Party) -> None:
    require_sending(party)
    if not is_echo(party):
        licences.require(party)
    stamping.require_stamped_lately(timezone.now())


def _admitted(unit: _Addressed, known: _Known) -> _Addressed | Accepted:
    """Itself where it may come in now, or the answer of the first time. Raises Refused."""
    if first := known.there.get(unit.key):
        return first.again(unit.arrival.content_tag)
    require_active(unit.recipient)
    if known.barred:
        raise known.barred
    return unit


def _made_ready(opened: _Opened, report: Report, register: Register) -> Ready:
    """Seal and receipt one unit that its check lets pass. Raises Refused."""
    unit, now, id_ = opened.unit, timezone.now(), new_id()
    arrival = unit.arrival
    checked = check_contents(arrival, opened.standard, report)
    taken = parts_of(arrival.attached, [entry.name for entry in arrival.manifest.files])
    names = [*(entry.name for entry in arrival.manifest.files), *(part.name for part in taken)]
    converted, left = converting.beside(opened.standard, unit.recipient.form, register, names)
    taken += converted
    return Ready(
        id=id_,
        at=now,
        arrival=arrival,
        author=unit.author,
        sender=unit.sender,
        recipient=unit.recipient,
        tag=arrival.content_tag,
        body=bodies.prepare(arrival.body()),
        subjects=frozenset(looks.subject(insurer, insured) for insurer, insured in checked.people),
        warnings=checked.warnings + left,
        receipt=signing.hub_receipt(
            id_, Step.ACCEPTED, arrival.manifest_bytes, now, arrival.manifest.sealed_by, copies=copies(taken)
        ),
        parts=taken,
    )
