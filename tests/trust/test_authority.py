"""The authority: what it issues, refuses, revokes and lists; openssl as the outside witness."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from renkei.trust import keys
from renkei.trust.authority import Authority
from renkei.trust.chain import hub_id, office_number
from renkei.trust.errors import AuthorityError

from .world import Signer, World

NUMBER = "1370100016"
WEAK = rsa.generate_private_key(65537, 1024)  # noqa: S505 (too short on purpose)
Openssl = Callable[..., CompletedProcess[bytes]]


def a_request(number: str = NUMBER) -> x509.CertificateSigningRequest:
    return keys.request(keys.new_key(), number, "架空事業所")


def test_the_folder_is_closed_to_others(own_world: World) -> None:
    folder = own_world.authority.folder
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.glob("*.key")} == {0o600}


def test_an_authority_opens_again_and_goes_on_where_it_was(own_world: World) -> None:
    certificate = own_world.authority.issue(a_request(), NUMBER)
    again = Authority.load(own_world.authority.folder)
    assert again.root == own_world.authority.root
    again.revoke(certificate.serial_number, "keyCompromise")
    assert [entry.reason for entry in own_world.authority.index.certificates] == ["keyCompromise"]


def test_an_authority_is_not_made_over_something_else(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("大事なもの")
    with pytest.raises(AuthorityError, match="E-CERT-FOLDER"):
        Authority.create(tmp_path, "架空認証局")
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


@pytest.mark.parametrize("damage", ["issuing.key", "root.pem", "index.json"])
def test_a_damaged_folder_is_refused_with_words(own_world: World, damage: str) -> None:
    (own_world.authority.folder / damage).write_text("{}")
    with pytest.raises(AuthorityError, match="E-CERT-FOLDER"):
        Authority.load(own_world.authority.folder)


def test_no_folder_at_all_is_refused_with_words(tmp_path: Path) -> None:
    with pytest.raises(AuthorityError, match="E-CERT-FOLDER"):
        Authority.load(tmp_path / "nowhere")


def test_an_office_certificate_says_whose_it_is_and_what_for(own_world: World) -> None:
    request = a_request()
    certificate = own_world.authority.issue(request, NUMBER, days=30)
    extensions = certificate.extensions
    usage = extensions.get_extension_for_class(x509.KeyUsage).value
    assert certificate.subject.rfc4514_string() == f"CN={NUMBER},O=架空事業所,C=JP"
    assert certificate.public_key() == request.public_key()
    assert office_number(certificate) == NUMBER and hub_id(certificate) is None
    assert usage.digital_signature and usage.content_commitment and not usage.key_cert_sign
    assert set(extensions.get_extension_for_class(x509.ExtendedKeyUsage).value) == {
        ExtendedKeyUsageOID.CLIENT_AUTH,
        ExtendedKeyUsageOID.EMAIL_PROTECTION,
    }
    assert certificate.not_valid_after_utc - certificate.not_valid_before_utc == timedelta(days=30)


def test_a_hub_certificate_is_no_office_certificate(own_world: World) -> None:
    certificate = own_world.authority.issue_hub(a_request("hub"), "demo-hub")
    assert hub_id(certificate) == "demo-hub" and office_number(certificate) is None


def test_exact_dates_are_kept(own_world: World) -> None:
    start, end = datetime(2024, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC)
    certificate = own_world.authority.issue(a_request(), NUMBER, not_before=start, not_after=end)
    assert (certificate.not_valid_before_utc, certificate.not_valid_after_utc) == (start, end)


def test_no_certificate_outlives_its_authority(own_world: World) -> None:
    with pytest.raises(AuthorityError, match="E-CERT-REQUEST"):
        own_world.authority.issue(a_request(), NUMBER, days=365 * 40)
    assert own_world.authority.index.certificates == []


def test_no_certificate_ends_before_it_begins(own_world: World) -> None:
    with pytest.raises(AuthorityError, match="E-CERT-REQUEST"):
        own_world.authority.issue(a_request(), NUMBER, days=0)


@pytest.mark.parametrize("number", ["", "137010001", "13701000166", "137010001a", "137010001\n", "\uff11370100016"])
def test_an_office_number_has_ten_characters(own_world: World, number: str) -> None:
    with pytest.raises(AuthorityError, match="E-CERT-REQUEST"):
        own_world.authority.issue(a_request(), number)


def test_a_request_for_another_office_is_not_taken(own_world: World) -> None:
    with pytest.raises(AuthorityError, match="another office"):
        own_world.authority.issue(a_request("1370200014"), NUMBER)


def test_a_request_that_was_altered_is_refused(own_world: World) -> None:
    der = bytearray(a_request().public_bytes(Encoding.DER))
    der[-1] ^= 1
    with pytest.raises(AuthorityError, match="E-CERT-REQUEST"):
        own_world.authority.issue(x509.load_der_x509_csr(bytes(der)), NUMBER)


@pytest.mark.parametrize(
    "key",
    [ec.generate_private_key(ec.SECP384R1()), WEAK],
    ids=["P-384", "RSA 1024"],
)
def test_a_key_that_may_not_sign_gets_no_certificate(own_world: World, key: keys.PrivateKey) -> None:
    with pytest.raises(AuthorityError, match="neither P-256 nor RSA"):
        own_world.authority.issue(keys.request(key, NUMBER, "架空事業所"), NUMBER)


def test_the_list_has_number_authority_key_and_reason(own_world: World) -> None:
    certificate = own_world.authority.issue(a_request(), NUMBER)
    own_world.authority.crl()
    own_world.authority.revoke(certificate.serial_number, x509.ReasonFlags.key_compromise)
    crl = x509.load_der_x509_crl(own_world.authority.crl(days=3))
    entry = crl.get_revoked_certificate_by_serial_number(certificate.serial_number)
    assert entry is not None
    assert entry.extensions.get_extension_for_class(x509.CRLReason).value.reason is x509.ReasonFlags.key_compromise
    assert crl.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number == 2
    key_identifier = crl.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier
    issuing = own_world.authority.issuing
    assert key_identifier == issuing.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    assert crl.next_update_utc is not None
    assert crl.next_update_utc - crl.last_update_utc == timedelta(days=3)


def test_revoking_twice_keeps_the_first_date_and_reason(own_world: World) -> None:
    certificate = own_world.authority.issue(a_request(), NUMBER)
    own_world.authority.revoke(certificate.serial_number, "superseded")
    first = own_world.authority.index
    own_world.authority.revoke(certificate.serial_number, "cessationOfOperation")
    assert own_world.authority.index == first


def test_a_certificate_of_somebody_else_cannot_be_revoked(own_world: World, office: Signer) -> None:
    with pytest.raises(AuthorityError, match="E-CERT-SERIAL"):
        own_world.authority.revoke(office.certificate.serial_number)


def test_without_the_root_key_everything_but_the_roots_list_still_works(own_world: World) -> None:
    folder = own_world.authority.folder
    (folder / "root.key").rename(folder.parent / "offline.key")
    authority = Authority.load(folder)
    authority.issue(a_request(), NUMBER)
    assert authority.crl()
    with pytest.raises(AuthorityError, match="E-CERT-FOLDER"):
        authority.root_crl()


def test_a_ledger_that_cannot_be_written_loses_nothing(own_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    own_world.authority.issue(a_request(), NUMBER)
    before = (own_world.authority.folder / "index.json").read_bytes()

    def full(*_: object, **__: object) -> str:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(json, "dumps", full)
        with pytest.raises(OSError, match="No space"):
            own_world.authority.issue(a_request(), NUMBER)
    assert (own_world.authority.folder / "index.json").read_bytes() == before


def test_openssl_verifies_chain_and_list(own_world: World, openssl: Openssl, tmp_path: Path) -> None:
    good, bad = own_world.signer("good"), own_world.signer("bad")
    own_world.authority.revoke(bad.certificate.serial_number, "keyCompromise")
    lists = tmp_path / "lists.pem"
    lists.write_bytes(
        b"".join(
            x509.load_der_x509_crl(der).public_bytes(Encoding.PEM)
            for der in (own_world.authority.crl(), own_world.authority.root_crl())
        )
    )
    common = ("-x509_strict", "-CAfile", own_world.authorities, "-CRLfile", lists, "-crl_check_all")
    assert openssl("verify", *common, good.certificate_file).returncode == 0
    refused = openssl("verify", *common, bad.certificate_file)
    assert refused.returncode != 0 and b"certificate revoked" in refused.stderr


def test_a_request_made_with_openssl_is_taken(own_world: World, openssl: Openssl, tmp_path: Path) -> None:
    key, csr = tmp_path / "o.key", tmp_path / "o.csr"
    made = openssl(
        *("req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", csr),
        *("-utf8", "-subj", f"/C=JP/O=架空事業所/CN={NUMBER}"),
    )
    assert made.returncode == 0, made.stderr
    certificate = own_world.authority.issue(x509.load_pem_x509_csr(csr.read_bytes()), NUMBER)
    assert certificate.public_key() == keys.load_key(key).public_key()


def test_a_name_in_a_request_is_cut_to_what_a_certificate_holds_and_shows_as_it_is(own_world: World) -> None:
    key = keys.new_key()
    organization = x509.NameAttribute(NameOID.ORGANIZATION_NAME, "すず\u202eらん\x00" + "あ" * 5000)
    request = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([organization]))
    made = own_world.authority.issue(request.sign(key, hashes.SHA256()), NUMBER)
    [name] = made.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    assert len(str(name.value)) == 64 and str(name.value).startswith("すず\ufffdらん\ufffdあ")
