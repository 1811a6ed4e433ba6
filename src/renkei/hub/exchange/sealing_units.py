"""Sending from the browser: the hub builds the manifest, seals it for the office, and takes the unit on like any other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC

from django.conf import settings
from django.utils import timezone

from renkei.hub.core.problems import Refused
from renkei.hub.exchange import accepting
from renkei.hub.exchange.accepting import Authored
from renkei.hub.exchange.contents import unit_of
from renkei.hub.exchange.earlier import Accepted
from renkei.hub.exchange.envelopes import arrival
from renkei.hub.exchange.storing import Author
from renkei.hub.parties.keys import sealing
from renkei.hub.parties.members import own_services
from renkei.hub.parties.models import Duty, Membership, OfficeService
from renkei.standard.units import Unit
from renkei.trust import manifest as manifests
from renkei.trust.errors import TrustError


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
    data, salts = _manifest(unit, files)
    arrival(data, b"", salts, files)  # too large, or a name that no manifest holds: before anything is sealed
    signature, certificate = sealing.seal(sender.party, membership.staff, data, is_confirmed=is_confirmed)
    author = Author(certificate, f"staff:{membership.staff_id}")
    return accepting.accept_one(Authored(arrival(data, signature, salts, files), author), sender.party)


def _manifest(unit: Unit, files: Mapping[str, bytes]) -> tuple[bytes, dict[str, bytes]]:
    try:
        return manifests.build(
            hub=settings.HUB_ID,
            sender=unit.sender,
            sender_service=unit.sender_service,
            recipient=unit.recipient,
            recipient_service=unit.recipient_service,
            kind=unit.kind.value,
            months=unit.months,
            sequence=unit.sequence,
            created_at=timezone.now().astimezone(UTC).replace(microsecond=0),
            files=files,
            sealed_by="hub",
        )
    except TrustError as error:
        raise Refused.because(400, error) from error


def _require_sender(sender: OfficeService, membership: Membership) -> None:
    if not membership.may(Duty.SEND) or sender not in own_services(membership):
        raise Refused(403, "E-AUTH-DUTY", "送ることを任されていません。", "事業所の管理者に頼んでください。")
