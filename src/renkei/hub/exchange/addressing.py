"""Who sends and who receives: the services that manifests name, and whether they may."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from renkei.hub.core.lookups import Lookup
from renkei.hub.core.problems import Refused
from renkei.hub.parties.models import OfficeService, Party, PartyKind, PartyState
from renkei.hub.parties.standing import Standing, heir, standing
from renkei.trust.manifest import Manifest

_Address = tuple[str, str]
# What is asked of them with every unit.
_ASKED = (
    "service",
    "active",
    "copy_years",
    "form",
    *(f"party__{name}" for name in ("kind", "number", "state", "closed_on")),
)
_by_number = Lookup(OfficeService, "party__number", "party", only=_ASKED, party__kind=PartyKind.OFFICE)
_by_party = Lookup(OfficeService, "party", "party", only=_ASKED)


@dataclass(frozen=True)
class Addresses:
    """The services that some manifests name, looked up together: of the senders by party and service type."""

    own: dict[tuple[int, str], OfficeService]
    others: dict[_Address, OfficeService]

    def sender(self, party: Party, manifest: Manifest) -> OfficeService:
        """The party's own service. Raises Refused (422)."""
        found = self.own.get((party.pk, manifest.sender_service))
        if found is None:
            raise Refused(
                422,
                "E-DEST-SENDER",
                "送り元のサービス種類が登録されていません。",
                "サービス種類を確かめるか、運営者に登録を頼んでください。",
            )
        return found

    def recipient(self, manifest: Manifest) -> OfficeService:
        """Whom it is addressed to. Raises Refused (422)."""
        address = (manifest.recipient, manifest.recipient_service)
        found = self.others.get(address)
        if found is None:
            raise Refused(
                422,
                "E-DEST-UNKNOWN",
                "送り先の事業所はこのハブを使っていません。",
                "事業所番号とサービス種類を確かめてください。使っていない相手には紙などで届けてください。",
            )
        if (manifest.sender, manifest.sender_service) == address:
            raise Refused(422, "E-DEST-SELF", "送り元と送り先が同じです。", "送り先を確かめてください。")
        return found


def addresses(sent: Collection[tuple[Party, Manifest]]) -> Addresses:
    """Look up all that the manifests of these parties name. One query; another where one that is no office sends."""
    senders = {party.pk: party for party, _ in sent}
    numbers = [manifest.recipient for _, manifest in sent]
    offices = [party.number for party in senders.values() if party.kind == PartyKind.OFFICE]
    addressable = _by_number.of([*numbers, *offices])
    others = _by_party.of(party.pk for party in senders.values() if party.kind != PartyKind.OFFICE)
    return Addresses(
        {(one.party_id, one.service): one for one in (*addressable, *others) if one.party_id in senders and one.active},
        {(one.party.number, one.service): one for one in addressable},
    )


def require_sending(party: Party) -> None:
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
