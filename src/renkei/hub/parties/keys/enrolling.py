"""An office's program asks for its certificate: the first time with a one-time code, later with the key in use.

The request is made where the key lives; the private key never travels. A request may come again: of one key there is one
request, and its answer is given again.
"""

from __future__ import annotations

from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.utils import timezone

from renkei.hub.core import deeds
from renkei.hub.core.problems import Refused
from renkei.hub.core.writing import write
from renkei.hub.parties.keys import issuing, signers
from renkei.hub.parties.models import (
    Certificate,
    CertificateRequest,
    EnrolmentCode,
    Party,
    PartyKind,
    RequestState,
)
from renkei.hub.parties.staff import attempts, codes
from renkei.hub.parties.standing import Standing, standing
from renkei.trust.errors import CertificateError
from renkei.trust.keys import PublicKey, key_digest, usable
from renkei.trust.paths import UNREADABLE
from renkei.trust.policies import RENKEI

DOOR = "enrolment"
MAX_REQUEST = 8 * 1024
# Of one office at a time: several computers, and each renewed.
MOST_ALIVE = 20


def offer(party: Party, actor: str) -> str:
    """A one-time code for a program of this office, shown once; an earlier one that waits counts no more.

    Raises Refused for an office that is stopped.
    """
    require_full(party)
    code = codes.new_code()
    expires_at = timezone.now() + timedelta(days=settings.RENKEI["ENROLMENT_CODE_DAYS"])
    with write():
        EnrolmentCode.objects.filter(party=party, used_at=None).delete()
        EnrolmentCode.objects.create(party=party, code=codes.keyed(DOOR, code), made_by=actor, expires_at=expires_at)
        deeds.record(actor, "enrolment-code", f"party:{party.pk}", party=party.pk)
    return code


def ask(office: str, code: str, request: bytes, address: str) -> CertificateRequest:
    """Ask for the first certificate of a program (PKCS#10, DER): issued at once where the hub can, else it waits.

    Raises Refused: 422 for a request that cannot be granted, 401 in the same words for an office that is not here and a
    code that is wrong, used or too old, 429 after too many of these.
    """
    csr, key = _readable(request, office)
    attempts.check(DOOR, office, address)
    offered = _offered(office, code, key)
    if offered is None:
        attempts.failed(DOOR, office, address)
        raise _wrong_code()
    attempts.succeeded(DOOR, office)
    return issuing.answer(
        offered.request or _store(offered.party, csr, key, f"party:{offered.party_id}", offered=offered)
    )


def renew(request: bytes, signature: bytes) -> CertificateRequest:
    """Ask for the certificate that takes the place of the one whose key signed the request's bytes (CMS).

    Both count until the older ends. Raises Refused (422).
    """
    current = signers.verified_signer(request, signature, timezone.now())
    require_full(current.party)
    if current.kind != RENKEI:
        raise Refused(
            422,
            "E-CERT-KIND",
            "この証明書は、ここでは更新できません。",
            "証明書を発行した認証局で更新し、新しい証明書を運営者に登録してもらってください。",
        )
    csr, key = _readable(request, current.party.number)
    if issuing.digest_of(bytes(current.der)) == key:
        raise _unfit("新しい証明書の申請書は、新しい鍵で作ってください。")
    known = CertificateRequest.objects.filter(key=key, party=current.party).select_related("party", "issued").first()
    return issuing.answer(known or _store(current.party, csr, key, current.actor, renews=current))


def find(key: str) -> CertificateRequest | None:
    """The request for the key of this digest (`trust.keys.key_digest`), with its answer where there is one."""
    return CertificateRequest.objects.select_related("party", "issued").filter(key=key).first()


def require_full(party: Party) -> None:
    """Raises Refused (422) for a party that is stopped, closed or not yet here."""
    if standing(party) is not Standing.FULL:
        raise Refused(422, "E-AUTH-PARTY", "この事業所は今、利用が止まっています。", "運営者に問い合わせてください。")


def _readable(request: bytes, office: str) -> tuple[x509.CertificateSigningRequest, str]:
    """The request and the digest of its key. Raises Refused (422) for one that no authority would grant."""
    if len(request) > MAX_REQUEST:
        raise _unfit("申請書が大きすぎます。")
    try:
        csr = x509.load_der_x509_csr(request)
        key, is_signed = csr.public_key(), csr.is_signature_valid
        names = csr.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    except UNREADABLE as error:
        raise _unfit("申請書 (PKCS#10、DER) を読めません。") from error
    if not is_signed or not isinstance(key, PublicKey) or not usable(key):
        raise _unfit("申請書が自分の鍵で署名されていないか、使えない種類の鍵です。")
    if names and names[0].value != office:
        raise _unfit("ほかの事業所の申請書です。")
    if issuing.is_lost(key):
        raise Refused.because(422, CertificateError("E-CERT-COMPROMISED", "the key was lost before"))
    return csr, key_digest(key)


def _offered(office: str, code: str, key: str) -> EnrolmentCode | None:
    """The code, while it counts; one that is used counts for the request that it was used for."""
    found = (
        EnrolmentCode.objects.select_related("party", "request__party", "request__issued")
        .filter(code=codes.keyed(DOOR, code), party__kind=PartyKind.OFFICE, party__number=office)
        .first()
    )
    if found is None or standing(found.party) is not Standing.FULL:
        return None
    if found.request is not None:
        return found if found.request.key == key else None
    return found if found.used_at is None and found.expires_at > timezone.now() else None


def _store(
    party: Party,
    csr: x509.CertificateSigningRequest,
    key: str,
    actor: str,
    *,
    offered: EnrolmentCode | None = None,
    renews: Certificate | None = None,
) -> CertificateRequest:
    """The request's row, and the code used up with it."""
    _require_room(party)
    if CertificateRequest.objects.filter(key=key).exists():
        raise _unfit("この鍵の申請書は、前に使われています。新しい鍵で作ってください。")
    with write():
        if renews is not None:  # it may have been revoked since its signature was looked at
            signers.require_usable(Certificate.objects.select_related("party").get(pk=renews.pk))
        row = CertificateRequest.objects.create(
            party=party, der=csr.public_bytes(Encoding.DER), key=key, actor=actor, renews=renews
        )
        if offered is not None:
            unused = EnrolmentCode.objects.filter(pk=offered.pk, used_at=None)
            if not unused.update(used_at=timezone.now(), request=row):
                raise _wrong_code()
        deeds.record(actor, "certificate-asked", f"request:{row.pk}", party=party.pk)
    return row


def _require_room(party: Party) -> None:
    alive = Certificate.objects.filter(party=party, revoked_at=None, not_after__gt=timezone.now()).count()
    waiting = CertificateRequest.objects.filter(party=party, state=RequestState.ASKED).count()
    if alive + waiting >= MOST_ALIVE:
        raise Refused(
            422,
            "E-CERT-MANY",
            f"使える証明書と申請が、合わせて {MOST_ALIVE} あります。",
            "使っていない証明書を、画面の「証明書」で失効させてください。",
        )


def _wrong_code() -> Refused:
    return Refused(
        401,
        "E-AUTH-CODE",
        "事業所番号か、証明書を申し込むコードがちがいます。",
        "コードは一度だけ、期限までに使えます。画面の「証明書」で新しいコードを作ってください。",
    )


def _unfit(detail: str) -> Refused:
    return Refused(422, "E-CERT-REQUEST", "証明書を発行できません。", detail)
