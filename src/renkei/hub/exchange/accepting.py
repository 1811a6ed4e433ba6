"""Taking on units. Everything slow happens before the one short write; the answer goes out after its commit.

Many are taken on as one is: each passes or is refused on its own, and what can be asked once is asked once; for those too
that come in at the same time by different requests (decision 0030).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.utils import timezone

from renkei.hub.core import apart, looks, stamping
from renkei.hub.core.bodies import services as bodies
from renkei.hub.core.ids import new_id
from renkei.hub.core.problems import Refused, each, passed, together
from renkei.hub.core.rounds import Rounds
from renkei.hub.exchange import converting, earlier, signing, storing
from renkei.hub.exchange.addressing import Addresses, addresses, require_active, require_sending
from renkei.hub.exchange.attachments.attached import parts_of
from renkei.hub.exchange.contents import check_contents, standard_of
from renkei.hub.exchange.earlier import Accepted, NaturalKey
from renkei.hub.exchange.envelopes import Arrival
from renkei.hub.exchange.json_form import Standard
from renkei.hub.exchange.looking_into import Given, Looked, Register, look
from renkei.hub.exchange.parts import copies
from renkei.hub.exchange.rules import Step
from renkei.hub.exchange.storing import Author, Outcome, Ready
from renkei.hub.membership import services as licences
from renkei.hub.parties.echo import is_echo
from renkei.hub.parties.keys import signers
from renkei.hub.parties.keys.verifying import SignedBytes
from renkei.hub.parties.models import Certificate, OfficeService, Party
from renkei.hub.parties.register import service_types
from renkei.trust import chain, cms
from renkei.trust.errors import TrustError


@dataclass(frozen=True)
class Authored:
    """A unit whose signature is known to be its author's."""

    arrival: Arrival
    author: Author


@dataclass(frozen=True)
class _Given:
    """A unit and the party that hands it over; `author` is None where the signature is to say it."""

    arrival: Arrival
    party: Party
    author: Author | None


@dataclass(frozen=True)
class _Looked:
    """The same, looked into as far as no row tells about it. `standard`: its files as CSV, whatever was signed."""

    unit: _Given
    standard: Standard | Refused
    register: Register
    found: Looked


@dataclass(frozen=True)
class _Addressed:
    """The same, with its author and the two services that it names."""

    looked: _Looked
    author: Author
    sender: OfficeService
    recipient: OfficeService

    @property
    def arrival(self) -> Arrival:
        return self.looked.unit.arrival

    @property
    def party(self) -> Party:
        return self.looked.unit.party

    @cached_property
    def key(self) -> NaturalKey:
        manifest = self.arrival.manifest
        return self.sender.pk, self.recipient.pk, manifest.kind, manifest.sequence


def accept(arrivals: Sequence[Arrival | Refused], party: Party) -> list[Outcome]:
    """Verify, check, store and receipt units that a program of `party` signed and handed over; the answers in their order.

    A refusal among them stays what it is. Nothing is kept of what is refused.
    """
    return _take_on(each(arrivals, lambda arrival: _Given(_stated_here(arrival, party), party, None)))


def accept_one(unit: Authored, party: Party) -> Accepted:
    """Take on one unit whose author is known. Raises Refused; then nothing of it is kept."""
    [outcome] = _take_on([_Given(unit.arrival, party, unit.author)])
    if isinstance(outcome, Refused):
        raise outcome
    return outcome


def _take_on(units: Sequence[_Given | Refused]) -> list[Outcome]:
    """The number of queries does not depend on how many they are, nor on how many are handed over at the same time."""
    admitted = _ADMISSION.take_part(units) if _is_little(units) else _admit(units)
    new: list[_Addressed | Refused] = [unit for unit in admitted if not isinstance(unit, Accepted)]
    outcomes = iter(together(each(new, _made_ready), _STORING.take_part))
    return [unit if isinstance(unit, Accepted) else next(outcomes) for unit in admitted]


def _is_little(units: Sequence[_Given | Refused]) -> bool:
    size = sum(len(data) for unit in passed(units) for data in unit.arrival.files.values())
    return len(units) <= _FEW and size <= _SMALL_BYTES


def _looked_into(units: Sequence[_Given]) -> list[_Looked]:
    """Verify and check them, in the process apart where it has time."""
    standards = each([unit.arrival for unit in units], standard_of)
    register = service_types(name for standard in passed(standards) for name in standard.files)
    given = [
        Given(
            None if unit.author else SignedBytes(unit.arrival.manifest_bytes, unit.arrival.signature),
            None if isinstance(standard, Refused) else standard.files,
            register,
        )
        for unit, standard in zip(units, standards, strict=True)
    ]
    found = zip(units, standards, apart.all_of(look, given), strict=True)
    return [_Looked(unit, standard, register, looked) for unit, standard, looked in found]


def _admit(units: Sequence[_Given | Refused]) -> list[_Addressed | Accepted | Refused]:
    """Look into these, and find out who sent them, to whom, and which were here before."""
    looked_into = together(units, _looked_into)
    certificates = _certificates(passed(looked_into))
    authored = each(looked_into, lambda looked: (looked, _author(looked, certificates)))
    where = addresses([(looked.unit.party, looked.unit.arrival.manifest) for looked, _ in passed(authored)])
    addressed = each(authored, lambda one: _addressed(*one, where))
    there = earlier.find([unit.key for unit in passed(addressed)])
    barred = _barred([unit.party for unit in passed(addressed) if unit.key not in there])
    return each(addressed, lambda unit: _admitted(unit, there, barred))


# So much is looked into with others' little. More goes by itself, so that little never waits for it.
_FEW, _SMALL_BYTES = 8, 256 * 1024
# More than one batch are not held up by each other.
_MOST = 100
_ADMISSION = Rounds(_admit, _FEW)
# By name, so that what stands there at the time is what is done.
_STORING = Rounds[Ready, Outcome](lambda units: storing.store(units), _MOST)


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


def _certificates(units: Sequence[_Looked]) -> dict[bytes, Certificate | Refused]:
    """The rows of the certificates that made the signatures, by their DER; each is judged once. One query."""
    signed = {looked.found.certificate for looked in units if isinstance(looked.found.certificate, bytes)}
    certificates = {encoded: cms.load_certificate(encoded) for encoded in signed}
    rows = signers.all_registered(certificates.values(), timezone.now())
    return {encoded: rows[chain.fingerprint(one)] for encoded, one in certificates.items()}


def _author(looked: _Looked, certificates: Mapping[bytes, Certificate | Refused]) -> Author:
    """Whose it is, by its signature where nobody vouches for it. Raises Refused."""
    if looked.unit.author:
        return looked.unit.author
    if isinstance(looked.found.certificate, TrustError):
        raise Refused.because(422, looked.found.certificate)
    certificate = certificates[looked.found.certificate or b""]
    if isinstance(certificate, Refused):
        raise certificate
    if certificate.party_id != looked.unit.party.pk:
        raise Refused(
            422, "E-CERT-OFFICE", "ほかの事業所の証明書で署名されています。", "自分の事業所の鍵で署名してください。"
        )
    return Author(certificate, certificate.actor)


def _addressed(looked: _Looked, author: Author, where: Addresses) -> _Addressed:
    unit = looked.unit
    manifest = unit.arrival.manifest
    return _Addressed(looked, author, where.sender(unit.party, manifest), where.recipient(manifest))


def _barred(parties: Iterable[Party]) -> dict[int, Refused]:
    """Which of these may send nothing new, by id, and why."""
    distinct = {party.pk: party for party in parties}
    reasons = zip(distinct, each(distinct.values(), _require_may_send), strict=True)
    return {party: reason for party, reason in reasons if reason}


def _require_may_send(party: Party) -> None:
    require_sending(party)
    if not is_echo(party):
        licences.require(party)
    stamping.require_stamped_lately(timezone.now())


def _admitted(
    unit: _Addressed, there: Mapping[NaturalKey, Accepted], barred: Mapping[int, Refused]
) -> _Addressed | Accepted:
    """Itself where it may come in now, or the answer of the first time. Raises Refused."""
    if first := there.get(unit.key):
        return first.again(unit.arrival.content_tag)
    require_active(unit.recipient)
    if unit.party.pk in barred:
        raise barred[unit.party.pk]
    return unit


def _made_ready(unit: _Addressed) -> Ready:
    """Seal and receipt one unit that its check lets pass. Raises Refused."""
    arrival, looked, now, id_ = unit.arrival, unit.looked, timezone.now(), new_id()
    if isinstance(looked.standard, Refused):
        raise looked.standard
    if looked.found.report is None:
        raise ValueError("what was not checked is not taken on")
    checked = check_contents(arrival, looked.standard, looked.found.report)
    taken = parts_of(arrival.attached, [entry.name for entry in arrival.manifest.files])
    names = [*(entry.name for entry in arrival.manifest.files), *(part.name for part in taken)]
    converted, left = converting.beside(looked.standard, unit.recipient.form, looked.register, names)
    taken += converted
    return Ready(
        id=id_,
        at=now,
        arrival=arrival,
        author=unit.author,
        sender=unit.sender,
        recipient=unit.recipient,
        key=unit.key,
        tag=arrival.content_tag,
        body=bodies.prepare(arrival.body()),
        subjects=frozenset(looks.subject(insurer, insured) for insurer, insured in checked.people),
        warnings=checked.warnings + left,
        receipt=signing.hub_receipt(
            id_, Step.ACCEPTED, arrival.manifest_bytes, now, arrival.manifest.sealed_by, copies=copies(taken)
        ),
        parts=taken,
    )
