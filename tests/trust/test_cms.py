"""Signatures: ours and openssl's, and everything that must be refused."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
from asn1crypto import cms as witness
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from renkei.trust import cms, der, keys
from renkei.trust.cms import SignatureError
from renkei.trust.errors import KeyFileError

from .world import Signer, World

DATA = "提供票の送り状\r\n".encode() * 100
Openssl = Callable[..., CompletedProcess[bytes]]
Parts = dict[str, Any]


@pytest.fixture(params=["office", "rsa_office"])
def signer(request: pytest.FixtureRequest):
    return request.getfixturevalue(request.param)


def witnessed(
    openssl: Openssl, world: World, signature: bytes, data: bytes, *more: str | Path
) -> CompletedProcess[bytes]:
    """What openssl says."""
    (world.folder / "data").write_bytes(data)
    (world.folder / "signature").write_bytes(signature)
    return openssl(
        *("cms", "-verify", "-binary", "-inform", "DER", "-in", world.folder / "signature"),
        *("-content", world.folder / "data", "-CAfile", world.authorities, "-purpose", "any", "-cades", *more),
    )


def by_openssl(openssl: Openssl, folder: Path, signer: Signer, *more: str | Path) -> bytes:
    (folder / "tosign").write_bytes(DATA)
    made = openssl(
        *("cms", "-sign", "-binary", "-outform", "DER", "-in", folder / "tosign"),
        *("-signer", signer.certificate_file, "-inkey", signer.key_file, *more),
    )
    assert made.returncode == 0, made.stderr
    return made.stdout


def refused(data: bytes, signature: bytes) -> str:
    with pytest.raises(SignatureError) as refusal:
        cms.verify(data, signature)
    assert refusal.value.code == "E-AUTH-SIGNATURE" and refusal.value.remedy
    return refusal.value.detail


def test_what_is_signed_verifies_and_says_who_and_when(signer: Signer) -> None:
    at = datetime(2026, 11, 25, 9, 0, 21, tzinfo=UTC)
    signed = cms.verify(DATA, cms.sign(DATA, signer.key, signer.certificate, at))
    assert (signed.certificate, signed.signing_time) == (signer.certificate, at)


def test_openssl_accepts_our_signature_as_cades(signer: Signer, world: World, openssl: Openssl) -> None:
    accepted = witnessed(openssl, world, cms.sign(DATA, signer.key, signer.certificate), DATA)
    assert accepted.returncode == 0, accepted.stderr
    assert accepted.stdout == DATA and b"CAdES Verification successful" in accepted.stderr


def test_openssl_refuses_our_signature_of_a_revoked_certificate(own_world: World, openssl: Openssl) -> None:
    signer = own_world.signer("lost")
    signature = cms.sign(DATA, signer.key, signer.certificate)
    lists = own_world.folder / "lists.pem"

    def judged() -> CompletedProcess[bytes]:
        pem = openssl("crl", "-inform", "DER", data=own_world.authority.crl()).stdout
        lists.write_bytes(pem + own_world.authorities.read_bytes())
        return witnessed(openssl, own_world, signature, DATA, "-CAfile", lists, "-crl_check")

    assert judged().returncode == 0
    own_world.authority.revoke(signer.certificate.serial_number, "keyCompromise")
    refusal = judged()
    assert refusal.returncode != 0 and b"certificate revoked" in refusal.stderr


@pytest.mark.parametrize("options", [(), ("-nosmimecap",), ("-cades",)], ids=["plain", "nosmimecap", "cades"])
def test_we_accept_what_openssl_signs(
    signer: Signer, openssl: Openssl, tmp_path: Path, options: tuple[str, ...]
) -> None:
    signed = cms.verify(DATA, by_openssl(openssl, tmp_path, signer, "-md", "sha256", *options))
    assert signed.certificate == signer.certificate
    assert signed.signing_time is not None


def test_certificates_sent_along_do_no_harm(signer: Signer, world: World, openssl: Openssl, tmp_path: Path) -> None:
    signature = by_openssl(openssl, tmp_path, signer, "-md", "sha256", "-certfile", world.authorities)
    assert cms.verify(DATA, signature).certificate == signer.certificate


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (("-md", "sha1"), "the digest is not SHA-256"),
        (("-md", "sha512"), "the digest is not SHA-256"),
        (("-md", "sha256", "-nodetach"), "the content is enclosed"),
        (("-md", "sha256", "-nocerts"), "not a detached CMS signature"),
        (("-md", "sha256", "-noattr"), "not a detached CMS signature"),
        (("-md", "sha256", "-keyid"), "version 1"),
        (("-md", "sha256", "-stream", "-indef"), "not a detached CMS signature"),
    ],
)
def test_other_forms_of_openssl_are_refused(
    office: Signer, openssl: Openssl, tmp_path: Path, options: tuple[str, ...], reason: str
) -> None:
    assert reason in refused(DATA, by_openssl(openssl, tmp_path, office, *options))


def test_rsa_pss_is_refused(rsa_office: Signer, openssl: Openssl, tmp_path: Path) -> None:
    signature = by_openssl(openssl, tmp_path, rsa_office, "-md", "sha256", "-keyopt", "rsa_padding_mode:pss")
    assert "certificate's key" in refused(DATA, signature)


def test_two_signers_are_refused(office: Signer, rsa_office: Signer, openssl: Openssl, tmp_path: Path) -> None:
    second = ("-signer", rsa_office.certificate_file, "-inkey", rsa_office.key_file)
    assert "exactly one signer" in refused(DATA, by_openssl(openssl, tmp_path, office, "-md", "sha256", *second))


def test_altered_data_is_refused_by_us_and_by_openssl(signer: Signer, world: World, openssl: Openssl) -> None:
    signature = cms.sign(DATA, signer.key, signer.certificate)
    altered = DATA.replace(b"\r\n", b"\n", 1)
    assert "message digest" in refused(altered, signature)
    assert witnessed(openssl, world, signature, altered).returncode != 0


def test_swapped_signatures_are_refused_by_us_and_by_openssl(office: Signer, world: World, openssl: Openssl) -> None:
    first, second = (cms.sign(data, office.key, office.certificate) for data in (b"first", b"second"))
    for data, signature in ((b"first", second), (b"second", first)):
        assert refused(data, signature)
        assert witnessed(openssl, world, signature, data).returncode != 0


def test_a_strangers_signature_names_the_stranger(
    stranger: Signer, world: World, now: datetime, openssl: Openssl
) -> None:
    signature = cms.sign(DATA, stranger.key, stranger.certificate)
    certificate = cms.verify(DATA, signature).certificate
    with pytest.raises(Exception, match="E-CERT-AUTHORITY"):
        world.store().check(certificate, now)
    assert witnessed(openssl, world, signature, DATA).returncode != 0


def test_a_strangers_key_under_our_certificate_is_refused(
    office: Signer, stranger: Signer, world: World, openssl: Openssl
) -> None:
    """The stranger's signature with the certificate of an office put in its place."""
    parts = taken_apart(cms.sign(DATA, stranger.key, stranger.certificate))
    parts["certificates"] = [office.certificate.public_bytes(Encoding.DER)]
    parts["sid"] = cms._identifier(parts["certificates"][0])
    assert refused(DATA, put_together(parts))
    assert witnessed(openssl, world, put_together(parts), DATA).returncode != 0


def test_a_key_does_not_sign_under_another_certificate(office: Signer, rsa_office: Signer) -> None:
    with pytest.raises(KeyFileError, match="E-CERT-KEY"):
        cms.sign(DATA, rsa_office.key, office.certificate)


def test_what_we_write_is_der_to_another_reader(signer: Signer) -> None:
    signature = cms.sign(DATA, signer.key, signer.certificate)
    info = witness.ContentInfo.load(signature, strict=True)
    assert info.dump(force=True) == signature
    [read] = info["content"]["signer_infos"].native
    names = {attribute["type"] for attribute in read["signed_attrs"]}
    assert len(names) == 4 and {"content_type", "message_digest", "signing_time"} < names
    assert "1.2.840.113549.1.9.16.2.47" in names or "signing_certificate_v2" in names


@pytest.mark.parametrize("year", [1951, 2026, 2049, 2050, 2080])
def test_the_time_survives_whatever_the_century(office: Signer, year: int) -> None:
    at = datetime(year, 12, 31, 23, 59, 59, tzinfo=UTC)
    signature = cms.sign(DATA, office.key, office.certificate, at)
    assert cms.verify(DATA, signature).signing_time == at
    assert witness.ContentInfo.load(signature)["content"]["signer_infos"][0]["signed_attrs"].native


# Signatures taken apart and put together otherwise: what a hostile sender would do.


def taken_apart(signature: bytes) -> Parts:
    [outer] = der.elements(signature)
    signed_data = der.inside(der.inside(der.inside(outer, 0x30)[1], 0xA0)[0], 0x30)
    signer = der.inside(der.inside(signed_data[4], 0x31)[0], 0x30)
    return {
        "version": signed_data[0].raw,
        "digests": [item.raw for item in der.inside(signed_data[1], 0x31)],
        "content": signed_data[2].content,
        "certificates": [item.raw for item in der.inside(signed_data[3], 0xA0)],
        "signer_version": signer[0].raw,
        "sid": signer[1].raw,
        "digest": signer[2].raw,
        "attributes": [item.raw for item in der.inside(signer[3], 0xA0)],
        "algorithm": signer[4].raw,
        "signature": signer[5].raw,
        "after_signer": b"",
        "before_signers": b"",
    }


def put_together(parts: Parts) -> bytes:
    signer = der.encode(
        0x30,
        *(parts["signer_version"], parts["sid"], parts["digest"], der.encode(0xA0, *parts["attributes"])),
        *(parts["algorithm"], parts["signature"], parts["after_signer"]),
    )
    signed_data = der.encode(
        0x30,
        *(parts["version"], der.encode(0x31, *parts["digests"]), der.encode(0x30, parts["content"])),
        *(der.encode(0xA0, *parts["certificates"]), parts["before_signers"], der.encode(0x31, signer)),
    )
    return der.encode(0x30, der.oid("1.2.840.113549.1.7.2"), der.encode(0xA0, signed_data))


def resigned(parts: Parts, key: keys.PrivateKey) -> bytes:
    """Put together with the attributes signed anew: the sender holds a key and lies."""
    attributes = der.encode(0x31, *parts["attributes"])
    if isinstance(key, rsa.RSAPrivateKey):
        raw = key.sign(attributes, padding.PKCS1v15(), hashes.SHA256())
    else:
        raw = key.sign(attributes, ec.ECDSA(hashes.SHA256()))
    return put_together(parts | {"signature": der.encode(0x04, raw)})


def attribute(kind: str, *values: bytes) -> bytes:
    return der.encode(0x30, der.oid(kind), der.encode(0x31, *values))


CONTENT_TYPE = attribute("1.2.840.113549.1.9.3", der.oid("1.2.840.113549.1.7.1"))
DIGEST = attribute("1.2.840.113549.1.9.4", der.encode(0x04, hashlib.sha256(DATA).digest()))
OTHER_DIGEST = attribute("1.2.840.113549.1.9.4", der.encode(0x04, hashlib.sha256(b"").digest()))


@pytest.fixture
def parts(office: Signer) -> Parts:
    return taken_apart(cms.sign(DATA, office.key, office.certificate))


def test_the_pieces_put_together_are_the_same_signature(parts: Parts, office: Signer) -> None:
    cms.verify(DATA, put_together(parts))
    cms.verify(DATA, resigned(parts, office.key))


def test_bare_attributes_are_enough(parts: Parts, office: Signer) -> None:
    """signingCertificateV2 and signingTime may be absent, as other programs leave them out."""
    signed = cms.verify(DATA, resigned(parts | {"attributes": [CONTENT_TYPE, DIGEST]}, office.key))
    assert signed.signing_time is None


@pytest.mark.parametrize(
    "attributes",
    [
        [],
        [CONTENT_TYPE],
        [DIGEST],
        [CONTENT_TYPE, OTHER_DIGEST],
        [CONTENT_TYPE, DIGEST, DIGEST],
        [CONTENT_TYPE, DIGEST, OTHER_DIGEST],
        [CONTENT_TYPE, CONTENT_TYPE, DIGEST],
        [CONTENT_TYPE, attribute("1.2.840.113549.1.9.4")],
        [CONTENT_TYPE, DIGEST, attribute("1.2.840.113549.1.9.5", der.encode(0x17, b"2611250900+0900"))],
        [CONTENT_TYPE, DIGEST, attribute("1.2.840.113549.1.9.5", der.encode(0x17, b"261332090000Z"))],
        [attribute("1.2.840.113549.1.9.3", der.oid("1.2.840.113549.1.7.2")), DIGEST],
        [CONTENT_TYPE, DIGEST, attribute("1.2.840.113549.1.9.16.2.47", der.encode(0x30))],
        [CONTENT_TYPE, DIGEST, attribute("1.2.840.113549.1.9.16.2.47", der.encode(0x30, der.encode(0x30)))],
    ],
)
def test_attributes_that_are_missing_twice_or_wrong_are_refused(
    parts: Parts, office: Signer, attributes: list[bytes]
) -> None:
    refused(DATA, resigned(parts | {"attributes": attributes}, office.key))


def test_two_values_of_one_attribute_are_refused(parts: Parts, office: Signer) -> None:
    both = [der.encode(0x04, hashlib.sha256(data).digest()) for data in (DATA, b"")]
    twice = attribute("1.2.840.113549.1.9.4", *both)
    refused(DATA, resigned(parts | {"attributes": [CONTENT_TYPE, twice]}, office.key))


def certificate_attribute(digest: bytes, algorithm: str | None = None) -> bytes:
    named = der.encode(0x30, der.oid(algorithm)) if algorithm else b""
    reference = der.encode(0x30, named, der.encode(0x04, digest))
    return attribute("1.2.840.113549.1.9.16.2.47", der.encode(0x30, der.encode(0x30, reference)))


def test_the_signing_certificate_attribute_must_name_this_certificate(parts: Parts, office: Signer) -> None:
    right = hashlib.sha256(parts["certificates"][0]).digest()
    sha512 = hashlib.sha512(parts["certificates"][0]).digest()

    def judged(named: bytes) -> bytes:
        return resigned(parts | {"attributes": [CONTENT_TYPE, DIGEST, named]}, office.key)

    cms.verify(DATA, judged(certificate_attribute(right)))
    cms.verify(DATA, judged(certificate_attribute(right, "2.16.840.1.101.3.4.2.1")))
    assert "another certificate" in refused(DATA, judged(certificate_attribute(hashlib.sha256(b"").digest())))
    assert "not SHA-256" in refused(DATA, judged(certificate_attribute(sha512, "2.16.840.1.101.3.4.2.3")))


SHA1 = der.encode(0x30, der.oid("1.3.14.3.2.26"))
SHA256 = der.encode(0x30, der.oid("2.16.840.1.101.3.4.2.1"))
MD5 = der.encode(0x30, der.oid("1.2.840.113549.2.5"))


@pytest.mark.parametrize(
    "change",
    [
        {"version": der.encode(0x02, b"\x03")},
        {"version": der.encode(0x02, b"\x00\x01")},
        {"signer_version": der.encode(0x02, b"\x03")},
        {"digests": [SHA1]},
        {"digests": [SHA256, SHA1]},
        {"digests": []},
        {"digest": SHA1},
        {"digest": MD5},
        {"algorithm": der.encode(0x30, der.oid("1.2.840.10045.4.3.3"))},
        {"algorithm": der.encode(0x30, der.oid("1.2.840.113549.1.1.1"), b"\x05\x00")},
        {"algorithm": der.encode(0x30, der.oid("1.2.840.10045.4.1"))},
        {"content": der.oid("1.2.840.113549.1.7.1") + der.encode(0xA0, der.encode(0x04, DATA))},
        {"content": der.oid("1.2.840.113549.1.7.2")},
        {"after_signer": der.encode(0xA1, attribute("1.2.3.4", b"\x05\x00"))},
        {"before_signers": der.encode(0xA1)},
        {"certificates": []},
        {"certificates": [der.encode(0x30)]},
        {"certificates": [b"\x30\x80"]},
        {"signature": der.encode(0x03, b"\x00")},
        {"signature": der.encode(0x04, b"")},
        {"sid": der.encode(0x30)},
        {"sid": der.encode(0x80, b"key identifier")},
    ],
    ids=lambda change: next(iter(change)),
)
def test_every_other_form_is_refused(parts: Parts, change: Parts) -> None:
    refused(DATA, put_together(parts | change))


def test_the_signer_must_be_the_enclosed_certificate(parts: Parts, rsa_office: Signer) -> None:
    other = rsa_office.certificate.public_bytes(Encoding.DER)
    assert "not enclosed exactly once" in refused(DATA, put_together(parts | {"certificates": [other]}))
    twice = parts["certificates"] * 2
    assert "not enclosed exactly once" in refused(DATA, put_together(parts | {"certificates": twice}))
    many = parts["certificates"] + [other] * 10
    assert "too many" in refused(DATA, put_together(parts | {"certificates": many}))


def test_a_certificate_of_no_known_version_is_refused(parts: Parts) -> None:
    [known] = parts["certificates"]
    unknown = known.replace(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x06", 1)
    assert unknown != known
    refused(DATA, put_together(parts | {"certificates": [unknown]}))


def test_bytes_before_or_behind_are_refused(office: Signer) -> None:
    signature = cms.sign(DATA, office.key, office.certificate)
    for altered in (signature + b"\x00", b"\x00" + signature, signature * 2, signature[:-1], b"", signature.hex()):
        refused(DATA, altered if isinstance(altered, bytes) else altered.encode())


def test_a_signature_over_the_size_limit_is_refused_before_it_is_read(parts: Parts) -> None:
    padded = parts | {"certificates": [*parts["certificates"], der.encode(0xA3, bytes(cms.MAX_BYTES))]}
    assert "longer than" in refused(DATA, put_together(padded))
    room = cms.MAX_BYTES - len(put_together(parts)) - 20
    within = parts | {"certificates": [*parts["certificates"], der.encode(0xA3, bytes(room))]}
    cms.verify(DATA, put_together(within))


@given(st.binary(max_size=200))
def test_no_bytes_at_all_make_it_stumble(data: bytes) -> None:
    refused(DATA, data)


@pytest.fixture(scope="module")
def signature(office: Signer) -> bytes:
    return cms.sign(DATA, office.key, office.certificate)


def test_one_flipped_bit_anywhere_is_refused_or_finds_another_signer(signature: bytes, office: Signer) -> None:
    """Only the certificate's own bytes may change unnoticed here: the path to the authority notices them."""
    for position in range(0, len(signature), 3):
        altered = bytearray(signature)
        altered[position] ^= 1 << position % 8
        with contextlib.suppress(SignatureError):
            assert cms.verify(DATA, bytes(altered)).certificate != office.certificate
