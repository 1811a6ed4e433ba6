"""Passkeys, by a key in software that signs whatever origin it is told."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from . import people
from .people import is_inside, office, place_of, signed_in

__all__ = ["office"]  # fixtures
HERE, HOST, ID = "http://localhost", "localhost", b"a passkey of the test"
FLAGS = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV


class Passkey:
    """One key; `origin` is what its browser says of the page that asks."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())

    def made(self, asked: dict[str, Any], origin: str) -> str:
        client = self._said("webauthn.create", asked, origin)
        held = AttestedCredentialData.create(Aaguid.NONE, ID, ES256.from_cryptography_key(self.key.public_key()))
        data = AuthenticatorData.create(_host(), FLAGS | AuthenticatorData.FLAG.AT, 0, held)
        attested = AttestationObject.create("none", data, {})
        given = {"clientDataJSON": client.b64, "attestationObject": websafe_encode(attested)}
        return self._answer(given)

    def shown(self, asked: dict[str, Any], origin: str, user: str) -> str:
        client = self._said("webauthn.get", asked, origin)
        data = AuthenticatorData.create(_host(), FLAGS, 1)
        signature = self.key.sign(data + client.hash, ec.ECDSA(hashes.SHA256()))
        given = {"clientDataJSON": client.b64, "authenticatorData": websafe_encode(data)}
        given |= {"signature": websafe_encode(signature), "userHandle": user}
        return self._answer(given)

    @staticmethod
    def _said(kind: str, asked: dict[str, Any], origin: str) -> CollectedClientData:
        return CollectedClientData.create(kind, asked["publicKey"]["challenge"], origin)

    @staticmethod
    def _answer(given: dict[str, str]) -> str:
        id_ = websafe_encode(ID)
        extensions = {"clientExtensionResults": {}, "authenticatorAttachment": "platform"}
        return json.dumps({"id": id_, "rawId": id_, "type": "public-key", "response": given, **extensions})


def _host() -> bytes:
    return hashlib.sha256(HOST.encode()).digest()


def test_a_passkey_signs_in_from_the_page_of_this_hub_and_of_no_host_beneath_it(office: Any) -> None:
    from renkei.hub.parties.staff import factors

    people.add(office)
    passkey, browser = Passkey(), signed_in()
    address = "/me/factors/passkey/"
    for origin in ("http://evil.localhost", "http://localhost:8000", HERE):
        asked = browser.get(address, headers={"accept": "application/json", "host": HOST}).json()
        browser.post(address, {"credential": passkey.made(asked, origin)}, headers={"host": HOST})
    assert len(factors.of(place_of("suzuki").staff).passkeys) == 1
    for origin, is_let_in in (("http://evil.localhost", False), ("http://localhost:8000", False), (HERE, True)):
        fresh = Client(headers={"host": HOST})
        asked = fresh.get("/sign-in/passkey/").json()
        fresh.post("/sign-in/passkey/", {"credential": passkey.shown(asked, origin, websafe_encode(_handle()))})
        assert is_inside(fresh) is is_let_in, origin


def _handle() -> bytes:
    from allauth.account.utils import user_pk_to_url_str

    return str(user_pk_to_url_str(place_of("suzuki").staff)).encode()
