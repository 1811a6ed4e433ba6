"""Whom this office believes: offices with certificates of its authorities, and the one hub that was pinned."""

from __future__ import annotations

import hashlib

from cryptography import x509

from renkei.trust import cms, manifest, receipts
from renkei.trust.chain import fingerprint, hub_id, kept_by
from renkei.trust.errors import ManifestError, ReceiptError, TrustError
from renkei.trust.manifest import Manifest
from renkei.trust.policies import Policies, policies
from renkei.trust.receipts import Receipt

from .anchors import Anchors, read_certificates, unreadable, write_certificates
from .answers import SignedBytes
from .entries import Entry
from .errors import HubAnswerError, SetupError
from .folder import Folder
from .protocol import HubInfo

_HUB, _POLICIES = "hub.pem", "policies.tsv"


class Trust:
    """What `trust/` of the office's folder says; read once. Raises SetupError E-OFFICE-TRUST."""

    def __init__(self, folder: Folder, hub: str) -> None:
        self._hub = hub
        self._pinned = {fingerprint(item) for item in read_certificates(folder.trust / _HUB)}
        anchors = Anchors.load(folder.trust)
        self._policies = _policies(folder)
        try:
            self._store = anchors.store([path.read_bytes() for path in sorted(folder.trust.glob("*.crl"))])
        except (OSError, TrustError) as error:
            raise unreadable() from error

    def is_pinned(self, info: HubInfo) -> bool:
        """Whether the hub still signs with a certificate that we know."""
        return info.id == self._hub and fingerprint(receipt_chain(info)[0]) in self._pinned

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
    chain = receipt_chain(info)
    wider = anchors.vouch(chain)
    if hub_id(chain[0]) != info.id:
        raise other_hub()
    path = folder.trust / _HUB
    earlier = read_certificates(path) if path.exists() else ()
    folder.make()
    wider.save(folder.trust)
    write_certificates(path, dict.fromkeys((*earlier, chain[0])))


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


def other_hub() -> SetupError:
    return SetupError(
        "E-HUB-CERTIFICATE",
        "接続先は、登録したハブではありません。",
        "接続先のアドレスを運営者に確かめてください。",
    )
