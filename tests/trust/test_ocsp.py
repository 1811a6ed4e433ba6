"""Answers about single certificates: openssl asks and judges."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID

from renkei.trust import keys
from renkei.trust.authority import Authority
from renkei.trust.errors import AuthorityError
from renkei.trust.ocsp import Responder

from .world import NUMBER, Signer, World

Openssl = Callable[..., CompletedProcess[bytes]]


def ask(certificate: x509.Certificate, issuer: x509.Certificate, nonce: bytes = b"") -> bytes:
    builder = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA1())  # noqa: S303 (as openssl)
    if nonce:
        builder = builder.add_extension(x509.OCSPNonce(nonce), critical=False)
    return builder.build().public_bytes(Encoding.DER)


def status(answer: bytes) -> str:
    read = ocsp.load_der_ocsp_response(answer)
    if read.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
        return read.response_status.name
    return read.certificate_status.name


@pytest.fixture
def responder(own_world: World) -> Responder:
    return Responder(own_world.authority)


@pytest.fixture
def signer(own_world: World) -> Signer:
    return own_world.signer("office")


@pytest.mark.parametrize("is_revoked", [False, True])
def test_openssl_accepts_the_answer(
    own_world: World, responder: Responder, signer: Signer, openssl: Openssl, is_revoked: bool
) -> None:
    authority, folder = own_world.authority, own_world.folder
    if is_revoked:
        authority.revoke(signer.certificate.serial_number, "keyCompromise")
    asked = ("ocsp", "-issuer", authority.folder / "issuing.pem", "-cert", signer.certificate_file)
    openssl(*asked, "-reqout", folder / "request.der")
    (folder / "answer.der").write_bytes(responder.answer((folder / "request.der").read_bytes(), datetime.now(UTC)))
    checked = openssl(
        *asked,
        "-no_nonce",
        "-reqin",
        folder / "request.der",
        "-respin",
        folder / "answer.der",
        "-CAfile",
        own_world.authorities,
    )
    assert b"Response verify OK" in checked.stderr
    assert (b": revoked" if is_revoked else b": good") in checked.stdout
    assert (b"Reason: keyCompromise" in checked.stdout) is is_revoked


def test_a_certificate_that_was_never_issued_is_unknown(
    own_world: World, responder: Responder, signer: Signer, tmp_path: Path
) -> None:
    stranger = Authority.create(tmp_path / "other", "別の認証局")
    foreign = stranger.issue(keys.request(keys.new_key(), NUMBER, "別"), NUMBER)
    now = datetime.now(UTC)
    known = ocsp.load_der_ocsp_request(ask(signer.certificate, own_world.authority.issuing))
    never = ocsp.OCSPRequestBuilder().add_certificate_by_hash(
        known.issuer_name_hash, known.issuer_key_hash, foreign.serial_number, known.hash_algorithm
    )
    assert status(responder.answer(never.build().public_bytes(Encoding.DER), now)) == "UNKNOWN"
    assert status(responder.answer(ask(foreign, stranger.issuing), now)) == "UNAUTHORIZED"


def test_a_nonce_comes_back_and_a_long_one_is_refused(own_world: World, responder: Responder, signer: Signer) -> None:
    issuer, now = own_world.authority.issuing, datetime.now(UTC)
    answer = ocsp.load_der_ocsp_response(responder.answer(ask(signer.certificate, issuer, b"n" * 32), now))
    assert answer.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce == b"n" * 32
    assert status(responder.answer(ask(signer.certificate, issuer, b"n" * 33), now)) == "MALFORMED_REQUEST"


@pytest.mark.parametrize("request_", [b"", b"\x30\x03\x02\x01\x05", b"\x30" * 5000])
def test_what_is_no_question_gets_the_standards_refusal(responder: Responder, request_: bytes) -> None:
    assert status(responder.answer(request_, datetime.now(UTC))) == "MALFORMED_REQUEST"


def test_a_question_with_an_unknown_hash_or_a_negative_number_is_refused(
    own_world: World, responder: Responder, signer: Signer
) -> None:
    asked = ask(signer.certificate, own_world.authority.issuing)
    sha1, odd = bytes.fromhex("06052b0e03021a"), bytes.fromhex("06052b0e03027f")
    assert sha1 in asked
    assert status(responder.answer(asked.replace(sha1, odd), datetime.now(UTC))) == "MALFORMED_REQUEST"
    serial = signer.certificate.serial_number
    size = serial.bit_length() // 8 + 1
    positive = serial.to_bytes(size, "big")
    negative = bytes([positive[0] | 0x80]) + positive[1:]
    assert positive in asked
    assert status(responder.answer(asked.replace(positive, negative), datetime.now(UTC))) == "UNAUTHORIZED"


def test_the_answering_key_is_short_lived_and_nobody_asks_about_it(own_world: World, responder: Responder) -> None:
    now = datetime.now(UTC)
    assert responder.is_fresh(now) and not responder.is_fresh(now + timedelta(days=24))
    entry = own_world.authority.index.certificates[-1]
    assert entry.kind == "ocsp"


def test_a_certificate_says_where_to_ask(own_world: World) -> None:
    authority = own_world.authority
    authority.publish_at("https://hub.example.jp")
    certificate = authority.issue(keys.request(keys.new_key(), NUMBER, "架空"), NUMBER)
    access = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    assert [(one.access_method, one.access_location.value) for one in access] == [
        (AuthorityInformationAccessOID.OCSP, "https://hub.example.jp/ocsp")
    ]
    assert points[0].full_name is not None
    assert points[0].full_name[0].value == "https://hub.example.jp/crl/issuing.crl"


def test_a_lost_key_gets_no_other_certificate_and_loses_those_it_has(own_world: World) -> None:
    authority, key = own_world.authority, keys.new_key()
    request = keys.request(key, NUMBER, "架空事業所")
    first, second = authority.issue(request, NUMBER), authority.issue(request, NUMBER)
    authority.revoke(first.serial_number, "superseded")
    authority.revoke(second.serial_number, "keyCompromise")
    assert {entry.reason for entry in authority.index.certificates} == {"keyCompromise"}
    for number in (NUMBER, "1379100017"):
        with pytest.raises(AuthorityError, match="E-CERT-COMPROMISED") as refused:
            authority.issue(keys.request(key, number, "別の名前"), number)
        assert "新しい鍵" in refused.value.remedy


def test_a_replaced_key_may_be_used_again(own_world: World) -> None:
    authority, request = own_world.authority, keys.request(keys.new_key(), NUMBER, "架空事業所")
    authority.revoke(authority.issue(request, NUMBER).serial_number, "superseded")
    assert authority.issue(request, NUMBER)
