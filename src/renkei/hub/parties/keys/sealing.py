"""The browser seal: a key that the hub keeps for an office, for what its staff sends from the browser (decision 0001).

The key is wrapped under the deployment's wrapping key and lives in the open only while it signs. Its certificate says that
a hub keeps it, and counts nowhere but inside this hub: no program can sign in or send with it.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.utils import timezone

from renkei.hub.core import deeds, keyring
from renkei.hub.core.bodies import sealing as wrapping
from renkei.hub.core.problems import Refused
from renkei.hub.core.writing import write
from renkei.hub.parties.keys import enrolling, issuing, registering, revoking, signers
from renkei.hub.parties.models import Certificate, CertificateRequest, Party, PartyKind, RequestState, SealingKey, Staff
from renkei.trust import cms, keys
from renkei.trust.errors import TrustError
from renkei.trust.policies import HUB_KEPT

# Before its certificate ends another takes its place, by itself.
RENEW_BEFORE = timedelta(days=30)
_NO_BODY = UUID(int=0)  # wraps of bodies' keys are bound to their bodies; these to their offices alone
_BYTES = 32


def make(party: Party, staff: Staff | None) -> SealingKey:
    """A new key for this office, certified by the hub's authority; an earlier one signs no more. `staff`: who asked for
    it, None when the hub renews.

    Raises Refused where the office forbids it, is stopped, or this hub issues no certificates.
    """
    enrolling.require_full(party)
    _require_allowed(party)
    key = keys.new_key()
    certificate = _certified(party, key)
    id_, wrapping_key = keyring.keyring().current_wrapping
    scalar = key.private_numbers().private_value.to_bytes(_BYTES, "big")
    now, actor = timezone.now(), f"staff:{staff.pk}" if staff else "hub"
    with write():
        row = registering.register(certificate, party, HUB_KEPT)
        CertificateRequest.objects.create(
            party=party,
            der=keys.request(key, party.number, party.name).public_bytes(Encoding.DER),
            key=keys.key_digest(key.public_key()),
            actor=actor,
            state=RequestState.ISSUED,
            issued=row,
        )
        SealingKey.objects.filter(party=party, retired_at=None).update(retired_at=now)
        made = SealingKey.objects.create(
            party=party,
            certificate=row,
            key_id=id_,
            wrapped=wrapping.wrap(wrapping_key, scalar, _NO_BODY, _holder(party.pk)),
            made_by=staff,
        )
        deeds.record(actor, "sealing-key", f"certificate:{row.pk}", party=party.pk)
    return made


def seal(party: Party, staff: Staff, manifest: bytes, *, is_confirmed: bool) -> tuple[bytes, Certificate]:
    """The hub's signature for an office over a manifest's bytes (CMS), and the certificate that it is by.

    `is_confirmed`: this person showed a second factor in this session. Each use is a deed. Raises Refused (403, 422).
    """
    if not is_confirmed:
        raise Refused(
            403,
            "E-SEAL-FACTOR",
            "2つ目の確認がすんでいません。",
            "認証アプリ、パスキー、メールのどれかで確認してから、もう一度送ってください。",
        )
    return _sealed(party, staff, manifest)


def seal_of_hub(party: Party, manifest: bytes) -> tuple[bytes, Certificate]:
    """The same for the office for practice, which has no people. Raises Refused."""
    return _sealed(party, None, manifest)


def _sealed(party: Party, staff: Staff | None, manifest: bytes) -> tuple[bytes, Certificate]:
    enrolling.require_full(party)
    _require_allowed(party)
    row = in_use(party) or make(party, staff)
    now = timezone.now()
    certificate = x509.load_der_x509_certificate(bytes(row.certificate.der))
    signers.check_chain(certificate, now)
    signers.require_usable(row.certificate)
    signature = cms.sign(manifest, _key(row), certificate, now)
    with write():
        digest = hashlib.sha256(manifest).hexdigest()
        about = f"certificate:{row.certificate_id}"
        actor = f"staff:{staff.pk}" if staff else "hub"
        deeds.record(actor, "sealed", about, party=party.pk, manifest=digest)
    return signature, row.certificate


def in_use(party: Party) -> SealingKey | None:
    """The key that signs for this office now; None where there is none that still counts."""
    rows = SealingKey.objects.select_related("certificate__party").filter(party=party, retired_at=None)
    return rows.filter(certificate__revoked_at=None, certificate__not_after__gt=timezone.now()).first()


def allow(party: Party, allowed: bool, actor: str) -> None:
    """Let the hub sign for this office, or forbid it from now on; a key that was kept is retired and revoked."""
    with write():
        changed = Party.objects.filter(pk=party.pk, browser_seal=not allowed).update(browser_seal=allowed)
        if changed:
            deeds.record(actor, "browser-seal", f"party:{party.pk}", party=party.pk, allowed=allowed)
    party.browser_seal = allowed
    kept = SealingKey.objects.select_related("certificate").filter(party=party, retired_at=None).first()
    if not allowed and kept is not None:
        revoking.revoke(kept.certificate, "cessationOfOperation", actor, "ブラウザの封をやめた")


def renew_ending(now: datetime) -> None:
    """Make the next key where one's certificate ends soon."""
    if not issuing.is_on():
        return
    ending = SealingKey.objects.select_related("party").filter(
        retired_at=None,
        party__browser_seal=True,
        party__kind=PartyKind.OFFICE,
        certificate__revoked_at=None,
        certificate__not_after__lt=now + min(RENEW_BEFORE, timedelta(days=settings.RENKEI["CERTIFICATE_DAYS"]) / 3),
    )
    for row in ending.order_by("pk")[:100]:
        try:
            make(row.party, None)
        except Refused:
            continue  # an office that is stopped sends nothing


class Wraps:
    """These keys, as a change of the wrapping key sees them."""

    def count(self, id_: str, most: int) -> int:
        return SealingKey.objects.filter(key_id=id_)[:most].count()

    def used(self) -> set[str]:
        return set(SealingKey.objects.values_list("key_id", flat=True).distinct())

    def rewrap(self, id_: str, current: str, wrapping_key: bytes, portion: int) -> bool:
        """Wrap some anew that the key `id_` wraps; whether there were any that open."""
        anew = []
        for row in SealingKey.objects.filter(key_id=id_).order_by("pk")[:portion]:
            try:
                scalar = _scalar(row)
            except wrapping.BodyDamaged:
                continue  # it keeps its key from being removed
            row.key_id, row.wrapped = current, wrapping.wrap(wrapping_key, scalar, _NO_BODY, _holder(row.party_id))
            anew.append(row)
        with write():
            SealingKey.objects.bulk_update(anew, ["key_id", "wrapped"])
        return bool(anew)


def _certified(party: Party, key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    try:
        held = issuing.authority()
        if held is None:
            raise Refused(
                422,
                "E-SEAL-AUTHORITY",
                "このハブでは、ブラウザから送る封を作れません。",
                "事業所のプログラム (renkei office) で送るか、運営者に問い合わせてください。",
            )
        request = keys.request(key, party.number, party.name)
        days = settings.RENKEI["CERTIFICATE_DAYS"]
        return held.issue(request, party.number, days, kept_by=settings.HUB_ID)
    except (TrustError, OSError) as error:
        issuing.forget()
        raise Refused(
            503, "E-SEAL-AUTHORITY", "今は、封を作れません。", "しばらく待ってから、もう一度送ってください。"
        ) from error


def _require_allowed(party: Party) -> None:
    if not party.browser_seal:
        raise Refused(
            403,
            "E-SEAL-FORBIDDEN",
            "この事業所は、ハブが代わりに封をすることを禁じています。",
            "事業所のプログラム (renkei office) で送るか、管理者が「証明書」のページで許してください。",
        )


def _key(row: SealingKey) -> ec.EllipticCurvePrivateKey:
    try:
        return ec.derive_private_key(int.from_bytes(_scalar(row), "big"), ec.SECP256R1())
    except wrapping.BodyDamaged as error:
        raise keyring.KeyMissing(f"keys/wrapping-{row.key_id}.key") from error


def _scalar(row: SealingKey) -> bytes:
    try:
        wrapping_key = keyring.wrapping_key(row.key_id)
    except KeyError as error:
        raise wrapping.BodyDamaged(row.key_id) from error
    return wrapping.unwrap(wrapping_key, bytes(row.wrapped), _NO_BODY, _holder(row.party_id))


def _holder(party: int) -> str:
    return f"sealing-key:{party}"
