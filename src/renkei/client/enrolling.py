"""Getting and renewing the office's certificate from the hub. Private keys are made here and never leave the folder."""

from __future__ import annotations

import re
from collections.abc import Iterable

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from renkei.trust import keys
from renkei.trust.chain import fingerprint
from renkei.trust.keys import PrivateKey

from . import identity
from ._sync.connection import Connection
from .anchors import Anchors
from .answers import Answer, b64
from .errors import HubRefused, SetupError
from .folder import Folder, write_durably
from .settings import Settings

_CERTIFICATES = 64 * 1024
# What the hub says of a key that will never get a certificate.
_NEVER = ("E-CERT-REQUEST", "E-CERT-COMPROMISED")
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")


def anchors_by_fingerprint(connection: Connection, fingerprints: Iterable[str]) -> Anchors:
    """The hub's roots, each taken only because its fingerprint (SHA-256) came another way, on paper or by telephone.

    Raises SetupError E-OFFICE-ROOTS.
    """
    wanted = {text.replace(":", "").replace(" ", "").lower() for text in fingerprints}
    if not all(_FINGERPRINT.fullmatch(one) for one in wanted):
        raise _roots("ルート証明書の指紋は、16進数64けたです。")
    answer = connection.call("GET", "/v1/trust")
    try:
        roots = x509.load_pem_x509_certificates(answer.text("roots", most=_CERTIFICATES).encode())
    except ValueError as error:
        raise _roots("ハブのルート証明書を読めません。") from error
    found = tuple(root for root in roots if fingerprint(root) in wanted)
    if {fingerprint(root) for root in found} != wanted:
        raise _roots("指紋の合うルート証明書を、ハブが持っていません。つなぎ先がちがうかもしれません。")
    return Anchors(found, ())


def ask(connection: Connection, folder: Folder, settings: Settings, code: str) -> bool:
    """Ask for a certificate with a one-time code; whether it came, else it waits for the operator. May be repeated.

    For the folder's key the first time; for a new one where a certificate was here before (ended, or its key lost).
    """
    key = _next_key(folder) if folder.certificate.exists() else identity.own_key(folder)
    given = {"office": settings.office, "code": code, "request": b64(_request(key, settings))}
    return _put(folder, settings, key, _answer(connection, folder, "/v1/certificate-requests", given))


def fetch(connection: Connection, folder: Folder, settings: Settings) -> bool:
    """The certificate that was asked for earlier; whether it is there now."""
    key = _next_key(folder) if folder.next_key.exists() else identity.own_key(folder)
    try:
        answer = connection.call("GET", f"/v1/certificate-requests/{keys.key_digest(key.public_key())}")
    except HubRefused as refusal:
        if refusal.status != 404:
            raise
        raise SetupError(
            "E-OFFICE-CODE",
            "まだ証明書を申し込んでいません。",
            "証明書を申し込むコードを、事業所の画面か運営者からもらい、--code で指定してください。",
        ) from refusal
    return _put(folder, settings, key, answer)


def renew(connection: Connection, folder: Folder, settings: Settings) -> bool:
    """Ask for a certificate of a new key, signed by the one in use; whether it came. Both count until the older ends."""
    signer = identity.load(folder)
    key = _next_key(folder)
    request = _request(key, settings)
    given = {"request": b64(request), "signature": b64(signer.sign(request))}
    return _put(folder, settings, key, _answer(connection, folder, "/v1/renewals", given))


def _next_key(folder: Folder) -> PrivateKey:
    """Kept from the first try on, so that a lost answer is only asked for again."""
    if not folder.next_key.exists():
        keys.save_key(folder.next_key, keys.new_key())
    return keys.load_key(folder.next_key)


def _request(key: PrivateKey, settings: Settings) -> bytes:
    return keys.request(key, settings.office, settings.name).public_bytes(Encoding.DER)


def _answer(connection: Connection, folder: Folder, path: str, given: dict[str, str]) -> Answer:
    try:
        return connection.call("POST", path, body=given)
    except HubRefused as refusal:
        if refusal.code in _NEVER:
            folder.next_key.unlink(missing_ok=True)  # the next try is with another key
        raise


def _put(folder: Folder, settings: Settings, key: PrivateKey, answer: Answer) -> bool:
    """Put the certificate in place, when it is there and fits."""
    pem = _issued(answer)
    if pem is None:
        return False
    chain = identity.fitting(key, settings, pem)
    Anchors.load(folder.trust).vouch(chain).save(folder.trust)
    if folder.next_key.exists():
        write_durably(folder.next_certificate, pem)
        identity.finish_renewal(folder)
    else:
        write_durably(folder.certificate, pem)
    return True


def _issued(answer: Answer) -> bytes | None:
    return answer.text("certificate", most=_CERTIFICATES).encode() if answer.has("certificate") else None


def _roots(message: str) -> SetupError:
    return SetupError(
        "E-OFFICE-ROOTS",
        message,
        "運営者に指紋を確かめるか、受け取ったルート証明書 (PEM) を --root で指定してください。",
    )
