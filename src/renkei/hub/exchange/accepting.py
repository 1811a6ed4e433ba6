"""Taking on a unit. Everything slow happens before the one short write; the answer goes out after its commit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError
from django.utils import timezone

from renkei.hub.core import counters, events, jobs, looks, stamping
from renkei.hub.core.bodies import services as bodies
from renkei.hub.core.bodies.services import Prepared
from renkei.hub.core.events import Signed
from renkei.hub.core.ids import new_id
from renkei.hub.core.problems import Refused
from renkei.hub.core.writing import write
from renkei.hub.exchange import clocks, quotas, replacing, signing
from renkei.hub.exchange.contents import check_contents
from renkei.hub.exchange.envelopes import Arrival
from renkei.hub.exchange.models import Envelope, Subject, Transmission
from renkei.hub.exchange.rules import Side, State, Step
from renkei.hub.membership import services as licences
from renkei.hub.parties.echo import JOB as ECHO_JOB
from renkei.hub.parties.echo import is_echo
from renkei.hub.parties.keys import signers
from renkei.hub.parties.models import Certificate, OfficeService, Party, PartyKind, PartyState
from renkei.hub.parties.standing import Standing, heir, standing
from renkei.standard.findings import Finding


@dataclass(frozen=True)
class Accepted:
    """The answer to a sender: `repeated` when this very unit was here before."""

    transmission: Transmission
    receipt: Signed
    repeated: bool
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Author:
    """Whose key signed a unit, and who had it sign: `program:<certificate>` or `staff:<id>`."""

    certificate: Certificate
    actor: str


def accept(arrival: Arrival, party: Party) -> Accepted:
    """Verify, check, store and receipt one unit that a program of `party` signed and handed over.

    Raises Refused; then nothing of it is kept.
    """
    _check_addressed_here(arrival, party)
    _check_sealed_by_program(arrival)
    certificate = signers.verified_signer(arrival.manifest_bytes, arrival.signature, timezone.now())
    if certificate.party_id != party.pk:
        raise Refused(
            422, "E-CERT-OFFICE", "ほかの事業所の証明書で署名されています。", "自分の事業所の鍵で署名してください。"
        )
    return take_on(arrival, party, Author(certificate, f"program:{certificate.pk}"))


def take_on(arrival: Arrival, party: Party, author: Author) -> Accepted:
    """The rest, for a unit whose signature is known to be its author's. Raises Refused; then nothing of it is kept."""
    now = timezone.now()
    sender, recipient = _sender(arrival, party), _recipient(arrival)
    if earlier := _earlier(arrival, sender, recipient):
        return earlier
    _require_sending(party)
    require_active(recipient)
    if not is_echo(party):
        licences.require(party)
    stamping.require_stamped_lately(now)
    checked = check_contents(arrival)
    prepared = bodies.prepare(arrival.body())
    try:
        return _store(arrival, sender, recipient, author, prepared, checked.people, checked.warnings, now)
    except IntegrityError:
        # The same unit came in twice at once, and the other one was first.
        bodies.discard(prepared)
        if earlier := _earlier(arrival, sender, recipient):
            return earlier
        raise
    except Refused:
        bodies.discard(prepared)
        raise
    # Any other failure may have come after the commit: a blob without a row is waste, a row without its blob is a loss.


def _store(
    arrival: Arrival,
    sender: OfficeService,
    recipient: OfficeService,
    author: Author,
    prepared: Prepared,
    people: frozenset[tuple[str, str]],
    warnings: tuple[Finding, ...],
    now: datetime,
) -> Accepted:
    id_ = new_id()
    receipt = signing.hub_receipt(id_, Step.ACCEPTED, arrival.manifest_bytes, now, arrival.manifest.sealed_by)
    subjects = {looks.subject(insurer, insured) for insurer, insured in people}
    envelope = Signed(arrival.manifest_bytes, arrival.signature)
    replaced = replacing.replaced_by(arrival.manifest, sender, recipient, subjects)
    with write():
        _require_still_allowed(author, recipient)
        quotas.count(sender.party, now)
        numbers = counters.advance([sender.feed, recipient.feed, recipient.mailbox])
        transmission = Transmission.objects.create(
            id=id_,
            sender=sender,
            recipient=recipient,
            kind=arrival.manifest.kind,
            sequence=arrival.manifest.sequence,
            months=",".join(arrival.manifest.months),
            content_tag=arrival.content_tag,
            state=State.ACCEPTED,
            replaces_id=replaced,
            mailbox_number=numbers.pop(recipient.mailbox),
            sealed_by=arrival.manifest.sealed_by,
            certificate=author.certificate,
            body=prepared.id,
            accepted_at=now,
            clock_at=clocks.next_clock(now, now),
        )
        Envelope.objects.create(transmission=transmission, manifest=envelope.body, signature=envelope.signature)
        bodies.store(prepared, {recipient.mailbox: None, sender.sent_copy: clocks.copy_until(sender, now)})
        Subject.objects.bulk_create(Subject(transmission=transmission, subject=subject) for subject in subjects)
        side, actor = Side.SENDER, author.actor
        events.append(
            Step.ACCEPTED, id_, now, receipt, numbers, side=side, actor=actor, prompted_by=envelope, is_first=True
        )
        if is_echo(recipient.party):
            jobs.enqueue(ECHO_JOB, {"transmission": str(id_)})
    return Accepted(transmission, receipt, repeated=False, findings=warnings)


def _require_still_allowed(author: Author, recipient: OfficeService) -> None:
    """Asked again inside the write: a certificate or an office may have been stopped since the request came in."""
    now_of = Certificate.objects.select_related("party").get(pk=author.certificate.pk)
    signers.require_usable(now_of)
    _require_sending(now_of.party)
    require_active(OfficeService.objects.select_related("party").get(pk=recipient.pk))


def _check_addressed_here(arrival: Arrival, party: Party) -> None:
    if arrival.manifest.sender != party.number:
        raise Refused(
            403, "E-AUTH-SENDER", "ほかの事業所の名前では送れません。", "送り元の事業所番号を確かめてください。"
        )
    if arrival.manifest.hub != settings.HUB_ID:
        raise Refused(
            422, "E-AUTH-HUB", "ほかのハブに宛てた送信です。", "送り先のハブを確かめて、署名し直してください。"
        )


def _check_sealed_by_program(arrival: Arrival) -> None:
    """Only the hub itself may say that it sealed for an office."""
    if arrival.manifest.sealed_by != "program":
        raise Refused(
            422,
            "E-AUTH-MANIFEST",
            "送信票に、ハブが封をしたと書かれています。",
            "sealed_by を program にした送信票を作り、事業所の鍵で署名し直してください。",
        )


def _sender(arrival: Arrival, party: Party) -> OfficeService:
    service = party.services.filter(service=arrival.manifest.sender_service, active=True).first()
    if service is None:
        raise Refused(
            422,
            "E-DEST-SENDER",
            "送り元のサービス種類が登録されていません。",
            "サービス種類を確かめるか、運営者に登録を頼んでください。",
        )
    return service


def _recipient(arrival: Arrival) -> OfficeService:
    manifest = arrival.manifest
    service = (
        OfficeService.objects.select_related("party")
        .filter(party__kind=PartyKind.OFFICE, party__number=manifest.recipient, service=manifest.recipient_service)
        .first()
    )
    if service is None:
        raise Refused(
            422,
            "E-DEST-UNKNOWN",
            "送り先の事業所はこのハブを使っていません。",
            "事業所番号とサービス種類を確かめてください。使っていない相手には紙などで届けてください。",
        )
    if (manifest.sender, manifest.sender_service) == (manifest.recipient, manifest.recipient_service):
        raise Refused(422, "E-DEST-SELF", "送り元と送り先が同じです。", "送り先を確かめてください。")
    return service


def _require_sending(party: Party) -> None:
    """Raises Refused (422) for a closed office, whose programs may still collect."""
    if standing(party) is not Standing.FULL:
        raise Refused(
            422,
            "E-AUTH-PARTY",
            "この事業所番号からは、もう送れません。",
            "新しい事業所番号で送ってください。届いていたものは、まだ受け取れます。",
        )


def require_active(service: OfficeService) -> None:
    """Raises Refused (422) for a mailbox that takes nothing at present; of a closed office it names who goes on."""
    party = service.party
    if party.state == PartyState.CLOSED and (successor := heir(party)) and successor.state == PartyState.ACTIVE:
        raise Refused(
            422,
            "E-DEST-MOVED",
            "送り先の事業所番号は、もう使われていません。",
            f"{successor.name}(事業所番号 {successor.number})が引き継いでいます。この番号宛てに書き出し直してください。",
        )
    if party.state == PartyState.CLOSED:
        raise Refused(
            422, "E-DEST-INACTIVE", "送り先の事業所は廃止されています。", "相手に電話などで確かめてください。"
        )
    if not service.active or party.state != PartyState.ACTIVE:
        raise Refused(
            422, "E-DEST-INACTIVE", "送り先の事業所は今、受け取りを止めています。", "相手に電話などで確かめてください。"
        )


def _earlier(arrival: Arrival, sender: OfficeService, recipient: OfficeService) -> Accepted | None:
    """The first answer again, when this natural key was taken before. Raises Refused (409) for other content."""
    found = Transmission.objects.filter(
        sender=sender, recipient=recipient, kind=arrival.manifest.kind, sequence=arrival.manifest.sequence
    ).first()
    if found is None:
        return None
    if found.content_tag != arrival.content_tag:
        raise Refused(
            409,
            "E-UNIT-SEQUENCE-USED",
            "同じ連番で、中身のちがう送信がすでにあります。",
            "ファイルを新しい連番で書き出し直してから送ってください。",
        )
    first = next(iter(events.of(found.pk)))
    return Accepted(found, Signed(bytes(first.receipt), bytes(first.signature)), repeated=True)
