"""Whom this office believes: offices with certificates of its authorities, and the one hub that was pinned."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence

from cryptography import x509

from renkei.attachments.index import FILE as INDEX
from renkei.trust import cms, manifest, receipts
from renkei.trust.chain import fingerprint, hub_id, kept_by
from renkei.trust.errors import ManifestError, ReceiptError, TrustError
from renkei.trust.manifest import Manifest
from renkei.trust.policies import Policies, policies
from renkei.trust.receipts import Receipt

from . import pieces
from .anchors import Anchors, read_certificates, unreadable, write_certificates
from .answers import SignedBytes
from .entries import Entry, key_of
from .errors import HubAnswerError, HubError, SetupError
from .folder import Folder
from .papers import Paper
from .pieces import Piece
from .protocol import Accepted, Delivery, HubInfo
from .stating import Key

_HUB, _POLICIES = "hub.pem", "policies.tsv"


class Trust:
    """One hub, by the certificates that it signs receipts with, and the offices that our authorities vouch for."""

    def __init__(
        self,
        hub: str,
        hub_certificates: Iterable[x509.Certificate],
        anchors: Anchors,
        revocation_lists: Iterable[bytes],
        kinds: Policies | None = None,
    ) -> None:
        """`kinds`: which certificates of other authorities count. Raises TrustError for a list that does not fit."""
        self._hub = hub
        self._pinned = {fingerprint(item) for item in hub_certificates}
        self._policies = kinds or policies()
        self._store = anchors.store(revocation_lists)

    @classmethod
    def of(cls, folder: Folder, hub: str) -> Trust:
        """What `trust/` of an office's folder says; read once. Raises SetupError E-OFFICE-TRUST."""
        certificates, anchors = read_certificates(folder.trust / _HUB), Anchors.load(folder.trust)
        try:
            lists = [path.read_bytes() for path in sorted(folder.trust.glob("*.crl"))]
            return cls(hub, certificates, anchors, lists, _policies(folder))
        except (OSError, TrustError) as error:
            raise unreadable() from error

    def is_pinned(self, info: HubInfo) -> bool:
        """Whether the hub still signs with a certificate that we know."""
        return info.id == self._hub and fingerprint(receipt_chain(info)[0]) in self._pinned

    def known(self, info: HubInfo) -> HubInfo:
        """What the hub says of itself, once it is clear that it is the hub that we know.

        Raises SetupError E-HUB-CERTIFICATE when its receipts would be signed by somebody else.
        """
        if not self.is_pinned(info):
            raise SetupError(
                "E-HUB-CERTIFICATE",
                "ハブの受領証の証明書が、登録したものと変わっています。",
                "運営者に確かめ、正しいと分かったら renkei office install --hub で登録し直してください。",
            )
        return info

    def check_receipt(self, signed: SignedBytes, transmission: str, step: str, digest: str | None = None) -> Receipt:
        """The hub's word that `step` of `transmission` happened; `digest` is that of the manifest, where known.

        Raises HubAnswerError E-HUB-RECEIPT.
        """
        try:
            signer = cms.verify(signed.body, signed.signature).certificate
            receipt = receipts.parse(signed.body)
        except TrustError as error:
            raise bad_receipt(error.detail) from error
        if fingerprint(signer) not in self._pinned:
            raise bad_receipt("signed with a certificate that is not the hub's")
        if not signer.not_valid_before_utc <= receipt.at <= signer.not_valid_after_utc:
            raise bad_receipt("outside the dates of the hub's certificate")
        if receipt.hub != self._hub or receipt.by != {"hub": self._hub}:
            raise bad_receipt("of another hub")
        if (receipt.transmission, receipt.step) != (transmission, step):
            raise bad_receipt("of another transmission or step")
        if digest is not None and receipt.manifest != digest:
            raise bad_receipt("of another manifest")
        return receipt

    def check_own_receipt(self, signed: SignedBytes, step: str, entry: Entry) -> None:
        """A receipt that our own program signed for a unit of the ledger. Raises TrustError."""
        certificate = cms.verify(signed.body, signed.signature).certificate
        receipt = receipts.parse(signed.body)
        self._store.check(certificate, receipt.at)
        office, service = entry.own
        by = {"office": office, "service": service}
        said = (receipt.hub, receipt.transmission, receipt.step, receipt.manifest, receipt.by)
        if said != (self._hub, entry.transmission, step, digest_of(entry.manifest or b""), by):
            raise ReceiptError("E-AUTH-RECEIPT", "of another transmission, step or manifest")
        if self._office_of(certificate) != office:
            raise ReceiptError("E-AUTH-RECEIPT", "signed by another office")

    def check_delivery(
        self, delivery: Delivery, accepted: Receipt, office: str, service: str
    ) -> tuple[Manifest, list[Piece]]:
        """A unit to this office service whose files are what its sender signed and the hub `accepted`, and those files.

        Raises HubError or TrustError for what must not be believed.
        """
        if digest_of(delivery.manifest) != accepted.manifest:
            raise bad_receipt("of another manifest")
        parsed = self.check_manifest(delivery.manifest, delivery.signature, accepted)
        if (parsed.recipient, parsed.recipient_service) != (office, service):
            raise misled("E-OFFICE-RECIPIENT", "宛先がこの事業所ではない送信が届きました。")
        unit = pieces.received(parsed, accepted, delivery.files.get(INDEX))
        pieces.check_delivery(unit, delivery)
        return parsed, unit

    def check_first(
        self,
        delivery: Delivery,
        answer: Accepted,
        key: Key,
        contents: Mapping[str, bytes],
        papers: Sequence[Paper] = (),
    ) -> Manifest:
        """A unit of ours that the hub has from earlier, once it is proved to hold these very files.

        Raises HubAnswerError or TrustError: then the hub's "I have it already" is not believed.
        """
        receipt = self.check_receipt(answer.receipt, answer.id, "accepted", digest_of(delivery.manifest))
        parsed = self.check_manifest(delivery.manifest, delivery.signature, receipt)
        if key_of(parsed) != key:
            raise HubAnswerError("the first transmission has another key")
        pieces.check_own(pieces.sent(parsed), delivery, contents, papers)
        return parsed

    def check_manifest(self, data: bytes, signature: bytes, accepted: Receipt) -> Manifest:
        """The manifest, signed by the office that it names as sender with a certificate that was good when `accepted`.

        The hub's receipt tells the time: the sender's own word for it is no evidence. Both must say the same of who
        sealed. Raises TrustError.
        """
        certificate = cms.verify(data, signature).certificate
        self._store.check(certificate, accepted.at)
        parsed = manifest.parse(data)
        if self._office_of(certificate) != parsed.sender or parsed.hub != self._hub:
            raise ManifestError("E-AUTH-MANIFEST", "signed by another office or for another hub")
        if kept_by(certificate) != (self._hub if parsed.sealed_by == "hub" else None):
            raise ManifestError("E-AUTH-MANIFEST", "signed with a key of another kind than it says")
        if parsed.sealed_by != accepted.sealed_by:
            raise ManifestError("E-AUTH-MANIFEST", "manifest and receipt differ in who sealed")
        return parsed

    def _office_of(self, certificate: x509.Certificate) -> str:
        """Whose certificate it is, of a kind that counts here. Raises TrustError."""
        return self._policies.judge(self._store.path(certificate)).office


def pin(folder: Folder, anchors: Anchors, info: HubInfo) -> None:
    """Believe the hub's receipt certificate from now on. Earlier ones stay, for the receipts that they signed.

    Raises SetupError when our authorities do not vouch for it, or it is another hub's.
    """
    wider = vouched(anchors, info)
    path = folder.trust / _HUB
    earlier = read_certificates(path) if path.exists() else ()
    folder.make()
    wider.save(folder.trust)
    write_certificates(path, dict.fromkeys((*earlier, receipt_chain(info)[0])))


def vouched(anchors: Anchors, info: HubInfo) -> Anchors:
    """The anchors with those who issued the hub's receipt certificate. Raises as `pin`."""
    chain = receipt_chain(info)
    wider = anchors.vouch(chain)
    if hub_id(chain[0]) != info.id:
        raise other_hub()
    return wider


def _policies(folder: Folder) -> Policies:
    path = folder.trust / _POLICIES
    try:
        return policies(path.read_text(encoding="utf-8") if path.exists() else "")
    except (OSError, ValueError) as error:  # BadPolicies is one
        raise unreadable() from error


def receipt_chain(info: HubInfo) -> list[x509.Certificate]:
    """The receipt key's certificate, then its issuers. Raises HubAnswerError."""
    try:
        return x509.load_pem_x509_certificates(info.certificate.encode())
    except ValueError as error:
        raise HubAnswerError("the hub's certificate cannot be read") from error


def digest_of(manifest_bytes: bytes) -> str:
    """What receipts name a unit by: SHA-256 of the manifest's bytes, 64 hexadecimal digits."""
    return hashlib.sha256(manifest_bytes).hexdigest()


def bad_receipt(detail: str) -> HubAnswerError:
    return HubAnswerError(detail, "E-HUB-RECEIPT", "ハブの受領証が正しくありません。")


def misled(code: str, message: str) -> HubError:
    return HubError(code, f"{message}受け取りませんでした。", "ハブの運営者に連絡してください。")


def other_hub() -> SetupError:
    return SetupError(
        "E-HUB-CERTIFICATE",
        "接続先は、登録したハブではありません。",
        "接続先のアドレスを運営者に確かめてください。",
    )
