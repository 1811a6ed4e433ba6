"""Getting and renewing a certificate from the hub, and the roots that the hub hands over."""

from __future__ import annotations

import re
from collections.abc import Iterable

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from renkei.client.anchors import Anchors
from renkei.client.answers import Answer, b64
from renkei.client.errors import HubRefused, SetupError
from renkei.client.identity import Identity
from renkei.trust import keys
from renkei.trust.chain import fingerprint
from renkei.trust.keys import PrivateKey

from .connection import AsyncConnection

_CERTIFICATES = 64 * 1024
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")


async def anchors_by_fingerprint(connection: AsyncConnection, fingerprints: Iterable[str]) -> Anchors:
    """The hub's roots, each taken only because its fingerprint (SHA-256) came another way, on paper or by telephone.

    Raises SetupError E-OFFICE-ROOTS.
    """
    wanted = {text.replace(":", "").replace(" ", "").lower() for text in fingerprints}
    if not wanted or not all(_FINGERPRINT.fullmatch(one) for one in wanted):
        raise _roots("ルート証明書の指紋は、16進数64けたです。")
    answer = await connection.call("GET", "/v1/trust")
    try:
        roots = x509.load_pem_x509_certificates(answer.text("roots", most=_CERTIFICATES).encode())
    except ValueError as error:
        raise _roots("ハブのルート証明書を読めません。") from error
    found = tuple(root for root in roots if fingerprint(root) in wanted)
    if {fingerprint(root) for root in found} != wanted:
        raise _roots("指紋の合うルート証明書を、ハブが持っていません。つなぎ先がちがうかもしれません。")
    return Anchors(found, ())


async def ask(connection: AsyncConnection, key: PrivateKey, office: str, name: str, code: str) -> bytes | None:
    """Ask for a certificate of this key with a one-time code: PEM, or None while it waits for the operator.

    May be repeated with the same key.
    """
    given = {"office": office, "code": code, "request": b64(request(key, office, name))}
    return _issued(await connection.call("POST", "/v1/certificate-requests", body=given))


async def fetch(connection: AsyncConnection, key: PrivateKey) -> bytes | None:
    """The certificate that was asked for earlier; None while it waits. Raises SetupError for a key never asked for."""
    try:
        return _issued(await connection.call("GET", f"/v1/certificate-requests/{keys.key_digest(key.public_key())}"))
    except HubRefused as refusal:
        if refusal.status != 404:
            raise
        raise SetupError(
            "E-OFFICE-CODE",
            "まだ証明書を申し込んでいません。",
            "証明書を申し込むコードを、事業所の画面か運営者からもらい、--code で指定してください。",
        ) from refusal


async def renew(connection: AsyncConnection, signer: Identity, key: PrivateKey, office: str, name: str) -> bytes | None:
    """Ask for a certificate of a new key, signed by the one in use: PEM, or None while it waits. May be repeated."""
    wanted = request(key, office, name)
    given = {"request": b64(wanted), "signature": b64(signer.sign(wanted))}
    return _issued(await connection.call("POST", "/v1/renewals", body=given))


def request(key: PrivateKey, office: str, name: str) -> bytes:
    """The request (PKCS#10, DER) of an office's key."""
    return keys.request(key, office, name).public_bytes(Encoding.DER)


def _issued(answer: Answer) -> bytes | None:
    return answer.text("certificate", most=_CERTIFICATES).encode() if answer.has("certificate") else None


def _roots(message: str) -> SetupError:
    return SetupError(
        "E-OFFICE-ROOTS",
        message,
        "運営者に指紋を確かめるか、受け取ったルート証明書 (PEM) を --root で指定してください。",
    )
