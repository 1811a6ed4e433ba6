"""Sending from the browser: the hub builds the manifest, seals it for the office, and takes the unit on like any other."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC

from django.conf import settings
from django.utils import timezone

from renkei.attachments import index
from renkei.hub.core.problems import Refused
from renkei.hub.exchange import accepting
from renkei.hub.exchange.accepting import Authored
from renkei.hub.exchange.attachments.attached import Source
from renkei.hub.exchange.contents import unit_of
from renkei.hub.exchange.earlier import Accepted
from renkei.hub.exchange.envelopes import arrival
from renkei.hub.exchange.storing import Author
from renkei.hub.parties.keys import sealing
from renkei.hub.parties.members import own_services
from renkei.hub.parties.models import Duty, Membership, OfficeService
from renkei.trust import manifest as manifests
from renkei.trust.errors import TrustError
from renkei.trust.manifest import FileEntry


def accept_sealed(
    sender: OfficeService, membership: Membership, files: Mapping[str, bytes], *, is_confirmed: bool
) -> Accepted:
    """Send one unit of `sender` for a member of its office, sealed by the hub.

    `files` by name are one transmission unit; `is_confirmed` says that this person showed a second factor in this
    session. Raises Refused: as `accepting.accept` does, and for a member who may not send, an office that forbids the
    seal, a second factor that is missing; then nothing is kept.
    """
    _require_sender(sender, membership)
    unit = unit_of(files)
    if (unit.sender, unit.sender_service) != (sender.party.number, sender.service):
        raise Refused(
            422, "E-AUTH-SENDER", "ほかの事業所から送るファイルです。", "自分の事業所のファイルを選び直してください。"
        )
    said = _Said(unit.recipient, unit.recipient_service, unit.kind.value, tuple(unit.months), unit.sequence)
    return _take_on(sender, membership, said, files, {}, is_confirmed=is_confirmed)


def accept_sealed_papers(
    sender: OfficeService,
    membership: Membership,
    recipient: OfficeService,
    sequence: str,
    listed: bytes,
    attached: Mapping[str, Source],
    months: Collection[str],
    *,
    is_confirmed: bool,
) -> Accepted:
    """Send attached files alone, under this sequence number, as `accept_sealed` does; `listed` is their index, `months`
    those that it names."""
    _require_sender(sender, membership)
    said = _Said(recipient.party.number, recipient.service, index.KIND, tuple(months), sequence)
    return _take_on(sender, membership, said, {index.FILE: listed}, attached, is_confirmed=is_confirmed)


@dataclass(frozen=True)
class _Said:
    """What a manifest says beside its files and its sender."""

    recipient: str
    recipient_service: str
    kind: str
    months: tuple[str, ...]
    sequence: str


def _take_on(
    sender: OfficeService,
    membership: Membership,
    said: _Said,
    files: Mapping[str, bytes],
    attached: Mapping[str, Source],
    *,
    is_confirmed: bool,
) -> Accepted:
    data, salts = _manifest(sender, said, files, attached)
    # Too large, or a name that no manifest holds: before anything is sealed.
    unsigned = arrival(data, b"", salts, files, attached)
    signature, certificate = sealing.seal(sender.party, membership.staff, data, is_confirmed=is_confirmed)
    author = Author(certificate, f"staff:{membership.staff_id}")
    return accepting.accept_one(Authored(replace(unsigned, signature=signature), author), sender.party)


def _manifest(
    sender: OfficeService, said: _Said, files: Mapping[str, bytes], attached: Mapping[str, Source]
) -> tuple[bytes, dict[str, bytes]]:
    try:
        return manifests.build(
            hub=settings.HUB_ID,
            sender=sender.party.number,
            sender_service=sender.service,
            recipient=said.recipient,
            recipient_service=said.recipient_service,
            kind=said.kind,
            months=said.months,
            sequence=said.sequence,
            created_at=timezone.now().astimezone(UTC).replace(microsecond=0),
            files=files,
            sealed_by="hub",
            attached=[FileEntry(name, source.size, source.commitment) for name, source in attached.items()],
        )
    except TrustError as error:
        raise Refused.because(400, error) from error


def _require_sender(sender: OfficeService, membership: Membership) -> None:
    if not membership.may(Duty.SEND) or sender not in own_services(membership):
        raise Refused(403, "E-AUTH-DUTY", "送ることを任されていません。", "事業所の管理者に頼んでください。")
