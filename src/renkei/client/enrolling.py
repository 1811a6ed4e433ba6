"""Getting and renewing the office's certificate from the hub. Private keys are made here and never leave the folder."""

from __future__ import annotations

import re
from collections.abc import Iterable

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from renkei.trust import keys
from renkei.trust.chain import fingerprint

from . import identity
from .anchors import Anchors
from .answers import Answer
from .connection import Connection
from .errors import HubRefused, SetupError
from .folder import Folder, write_durably
from .hub import b64
from .settings import Settings

_CERTIFICATES = 64 * 1024
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
    """Ask for the certificate of the folder's key; whether it came, else it waits for the operator. May be repeated."""
    request = x509.load_pem_x509_csr(folder.request.read_bytes()).public_bytes(Encoding.DER)
    given = {"office": settings.office, "code": code, "request": b64(request)}
    return _install(folder, settings, connection.call("POST", "/v1/certificate-requests", body=given))


def fetch(connection: Connection, folder: Folder, settings: Settings) -> bool:
    """The certificate that was asked for earlier; whether it is there now."""
    key = identity.own_key(folder).public_key()
    try:
        answer = connection.call("GET", f"/v1/certificate-requests/{keys.key_digest(key)}")
    except HubRefused as refusal:
        if refusal.status != 404:
            raise
        raise SetupError(
            "E-OFFICE-CODE",
            "まだ証明書を申し込んでいません。",
            "証明書を申し込むコードを、事業所の画面か運営者からもらい、--code で指定してください。",
        ) from refusal
    return _install(folder, settings, answer)


def renew(connection: Connection, folder: Folder, settings: Settings) -> bool:
    """Ask for a certificate of a new key, signed by the one in use; whether it came. Both count until the older ends.

    The new key is kept from the first try on, so that a lost answer is only asked for again.
    """
    signer = identity.load(folder)
    if not folder.next_key.exists():
        keys.save_key(folder.next_key, keys.new_key())
    key = keys.load_key(folder.next_key)
    request = keys.request(key, settings.office, settings.name).public_bytes(Encoding.DER)
    body = {"request": b64(request), "signature": b64(signer.sign(request))}
    pem = _issued(connection.call("POST", "/v1/renewals", body=body))
    if pem is None:
        return False
    chain = identity.fitting(key, settings, pem)
    Anchors.load(folder.trust).vouch(chain).save(folder.trust)
    write_durably(folder.next_certificate, pem)
    identity.finish_renewal(folder)
    return True


def _install(folder: Folder, settings: Settings, answer: Answer) -> bool:
    pem = _issued(answer)
    if pem is None:
        return False
    chain = identity.fitting(identity.own_key(folder), settings, pem)
    Anchors.load(folder.trust).vouch(chain).save(folder.trust)
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
