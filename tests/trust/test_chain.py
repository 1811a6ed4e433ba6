"""Which certificates may sign here, and which may not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from renkei.trust import chain, keys
from renkei.trust.chain import CertificateError, TrustStore, office_number

from .world import Signer, World

NUMBER = "1370100016"
PERIOD = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC))
DURING = datetime(2027, 1, 1, tzinfo=UTC)
CA = x509.BasicConstraints(ca=True, path_length=None)
Extension = tuple[x509.ExtensionType, bool]


def usage(*names: str) -> x509.KeyUsage:
    every = "digital_signature content_commitment key_encipherment data_encipherment key_agreement key_cert_sign"
    return x509.KeyUsage(**{n: n in names for n in f"{every} crl_sign encipher_only decipher_only".split()})


def made(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: str,
    issuer_key: ec.EllipticCurvePrivateKey,
    extensions: Iterable[Extension],
    algorithm: hashes.HashAlgorithm | None = None,
) -> x509.Certificate:
    """Any certificate at all, also one that no authority should make."""
    names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)]) for text in (name, issuer)]
    builder = x509.CertificateBuilder().subject_name(names[0]).issuer_name(names[1]).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(PERIOD[0])
    builder = builder.not_valid_after(PERIOD[1])
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    return builder.sign(issuer_key, algorithm or hashes.SHA256())


ROOT_KEY, MIDDLE_KEY, LEAF_KEY = keys.new_key(), keys.new_key(), keys.new_key()
AUTHORITY_USE: list[Extension] = [(CA, True), (usage("key_cert_sign", "crl_sign"), True)]
SIGNING_USE: list[Extension] = [(usage("digital_signature"), True)]
ROOT = made("root", ROOT_KEY, "root", ROOT_KEY, AUTHORITY_USE)
MIDDLE = made("middle", MIDDLE_KEY, "root", ROOT_KEY, AUTHORITY_USE)


def leaf(*extensions: Extension) -> x509.Certificate:
    return made("office", LEAF_KEY, "root", ROOT_KEY, extensions)


def refused(store: TrustStore, certificate: x509.Certificate, at: datetime = DURING) -> str:
    with pytest.raises(CertificateError) as refusal:
        store.check(certificate, at)
    assert refusal.value.message and refusal.value.remedy
    return refusal.value.code


def test_an_office_of_our_authority_may_sign(world: World, office: Signer, now: datetime) -> None:
    world.store().check(office.certificate, now)


def test_a_stranger_with_the_same_number_may_not(world: World, stranger: Signer, now: datetime) -> None:
    assert office_number(stranger.certificate) == NUMBER
    assert refused(world.store(), stranger.certificate, now) == "E-CERT-AUTHORITY"


def test_a_certificate_counts_only_between_its_dates(own_world: World) -> None:
    start, end = datetime(2026, 12, 1, tzinfo=UTC), datetime(2026, 12, 31, tzinfo=UTC)
    request = keys.request(keys.new_key(), NUMBER, "架空事業所")
    certificate = own_world.authority.issue(request, NUMBER, not_before=start, not_after=end)
    store = own_world.store()
    store.check(certificate, start)
    store.check(certificate, end)
    assert refused(store, certificate, start - timedelta(seconds=1)) == "E-CERT-NOT-YET"
    assert refused(store, certificate, end + timedelta(seconds=1)) == "E-CERT-EXPIRED"


def test_nothing_counts_after_its_authority_has_ended() -> None:
    brief = made("office", LEAF_KEY, "root", ROOT_KEY, SIGNING_USE)
    outlived = x509.CertificateBuilder().subject_name(ROOT.subject).issuer_name(ROOT.subject)
    outlived = outlived.public_key(ROOT_KEY.public_key()).serial_number(1).not_valid_before(PERIOD[0])
    outlived = outlived.not_valid_after(datetime(2026, 6, 1, tzinfo=UTC))
    for extension, critical in AUTHORITY_USE:
        outlived = outlived.add_extension(extension, critical)
    assert refused(TrustStore([outlived.sign(ROOT_KEY, hashes.SHA256())]), brief) == "E-CERT-AUTHORITY"


def test_a_revoked_certificate_may_not_sign_from_then_on(own_world: World, now: datetime) -> None:
    signer = own_world.signer("lost")
    own_world.authority.revoke(signer.certificate.serial_number, "keyCompromise")
    store = own_world.store(own_world.authority.crl())
    assert refused(store, signer.certificate, now + timedelta(seconds=2)) == "E-CERT-REVOKED"
    # What it signed before stays good: receipts of the past are judged at their own time.
    store.check(signer.certificate, now - timedelta(minutes=1))


def test_a_revoked_issuing_authority_takes_its_offices_with_it(
    own_world: World, office: Signer, world: World, now: datetime
) -> None:
    entry = x509.RevokedCertificateBuilder().serial_number(world.authority.issuing.serial_number)
    crl = x509.CertificateRevocationListBuilder().issuer_name(world.authority.root.subject)
    crl = crl.last_update(now).next_update(now + timedelta(days=1))
    crl = crl.add_revoked_certificate(entry.revocation_date(now - timedelta(hours=1)).build())
    signed = crl.sign(keys.load_key(world.authority.folder / "root.key"), hashes.SHA256())
    store = TrustStore([world.authority.root], [world.authority.issuing], [signed])
    assert refused(store, office.certificate, now) == "E-CERT-REVOKED"


def test_the_newest_list_counts_whatever_the_order(own_world: World, now: datetime) -> None:
    signer = own_world.signer("lost")
    early = own_world.authority.crl()
    own_world.authority.revoke(signer.certificate.serial_number)
    late = own_world.authority.crl()
    for lists in ((early, late), (late, early)):
        assert refused(own_world.store(*lists), signer.certificate, now + timedelta(seconds=2)) == "E-CERT-REVOKED"


def test_a_list_counts_for_every_certificate_of_its_authority(now: datetime) -> None:
    """An authority that renewed its certificate and kept its key is one authority."""
    renewed = made("root", ROOT_KEY, "root", ROOT_KEY, AUTHORITY_USE)
    lost = leaf(*SIGNING_USE)
    entry = x509.RevokedCertificateBuilder().serial_number(lost.serial_number).revocation_date(PERIOD[0]).build()
    crl = x509.CertificateRevocationListBuilder().issuer_name(ROOT.subject).last_update(now)
    signed = crl.next_update(now + timedelta(days=1)).add_revoked_certificate(entry).sign(ROOT_KEY, hashes.SHA256())
    for roots in ([ROOT, renewed], [renewed, ROOT]):
        assert refused(TrustStore(roots, crls=[signed]), lost) == "E-CERT-REVOKED"
        assert TrustStore(roots, crls=[signed]).crl_warnings(now) == []


def test_a_list_that_a_stranger_signed_is_refused(world: World, own_world: World) -> None:
    with pytest.raises(CertificateError, match="E-CERT-CRL"):
        world.store(own_world.authority.crl())


def test_a_partial_list_is_refused(now: datetime) -> None:
    crl = x509.CertificateRevocationListBuilder().issuer_name(ROOT.subject).last_update(now)
    crl = crl.next_update(now + timedelta(days=1)).add_extension(x509.DeltaCRLIndicator(1), critical=True)
    with pytest.raises(CertificateError, match="not a full one"):
        TrustStore([ROOT], crls=[crl.sign(ROOT_KEY, hashes.SHA256())])


@pytest.mark.parametrize("data", [b"", b"0\x00", b"-----BEGIN X509 CRL-----"])
def test_a_list_that_cannot_be_read_is_refused(data: bytes) -> None:
    with pytest.raises(CertificateError, match="E-CERT-CRL"):
        TrustStore([ROOT], crls=[data])


def test_a_certificate_that_vouches_for_nobody_needs_no_list(world: World, office: Signer, now: datetime) -> None:
    lists = [world.authority.crl(days=7), world.authority.root_crl(days=7)]
    chain_of_a_hub = (office.certificate, world.authority.issuing)
    assert TrustStore([world.authority.root], chain_of_a_hub, lists).crl_warnings(now) == []


def test_an_old_or_absent_list_is_a_warning_and_no_refusal(world: World, office: Signer, now: datetime) -> None:
    both = (world.authority.crl(days=7), world.authority.root_crl(days=7))
    assert world.store(*both).crl_warnings(now) == []
    assert len(world.store().crl_warnings(now)) == 2
    assert world.store(*both).crl_warnings(now + timedelta(days=6, hours=23)) == []
    warnings = world.store(*both).crl_warnings(now + timedelta(days=8))
    assert len(warnings) == 2 and "古くなっています" in warnings[0]
    world.store(*both).check(office.certificate, now + timedelta(days=8))


def test_an_intermediate_must_be_issued_by_a_root() -> None:
    below = made("office", LEAF_KEY, "middle", MIDDLE_KEY, SIGNING_USE)
    TrustStore([ROOT], [MIDDLE]).check(below, DURING)
    assert refused(TrustStore([ROOT]), below) == "E-CERT-AUTHORITY"
    other = made("other", keys.new_key(), "other", LEAF_KEY, AUTHORITY_USE)
    assert refused(TrustStore([other], [MIDDLE]), below) == "E-CERT-AUTHORITY"


def test_an_office_certificate_issues_nothing() -> None:
    office_of_root = made("middle", MIDDLE_KEY, "root", ROOT_KEY, SIGNING_USE)
    below = made("office", LEAF_KEY, "middle", MIDDLE_KEY, SIGNING_USE)
    assert refused(TrustStore([ROOT], [office_of_root]), below) == "E-CERT-AUTHORITY"


@pytest.mark.parametrize(
    "extensions",
    [
        [(CA, True), (usage("digital_signature"), True)],
        [(CA, True)],
        [(usage("key_cert_sign"), True)],
        [*AUTHORITY_USE, (x509.NameConstraints([x509.DNSName("invalid.example")], None), True)],
    ],
    ids=["may not issue", "no key usage", "no basic constraints", "rules that are not understood"],
)
def test_an_authority_must_be_one(extensions: list[Extension]) -> None:
    middle = made("middle", MIDDLE_KEY, "root", ROOT_KEY, extensions)
    below = made("office", LEAF_KEY, "middle", MIDDLE_KEY, SIGNING_USE)
    assert refused(TrustStore([ROOT], [middle]), below) == "E-CERT-AUTHORITY"


def test_the_allowed_depth_is_kept() -> None:
    constraints = x509.BasicConstraints(ca=True, path_length=0)
    shallow = made("root", ROOT_KEY, "root", ROOT_KEY, [(constraints, True), AUTHORITY_USE[1]])
    TrustStore([shallow], [MIDDLE]).check(leaf(*SIGNING_USE), DURING)
    below = made("office", LEAF_KEY, "middle", MIDDLE_KEY, SIGNING_USE)
    assert refused(TrustStore([shallow], [MIDDLE]), below) == "E-CERT-AUTHORITY"


def test_authorities_that_vouch_for_each_other_end_the_search() -> None:
    first = made("first", ROOT_KEY, "second", MIDDLE_KEY, AUTHORITY_USE)
    second = made("second", MIDDLE_KEY, "first", ROOT_KEY, AUTHORITY_USE)
    below = made("office", LEAF_KEY, "first", ROOT_KEY, SIGNING_USE)
    other = made("other", LEAF_KEY, "other", LEAF_KEY, AUTHORITY_USE)
    assert refused(TrustStore([other], [first, second]), below) == "E-CERT-AUTHORITY"


def test_a_forged_signature_of_the_right_name_is_refused() -> None:
    forged = made("office", LEAF_KEY, "root", keys.new_key(), SIGNING_USE)
    assert refused(TrustStore([ROOT]), forged) == "E-CERT-AUTHORITY"


def test_a_certificate_whose_issuer_cannot_be_read_is_refused() -> None:
    readable = leaf(*SIGNING_USE).public_bytes(Encoding.DER)
    garbled = readable.replace(b"\x0c\x04root", b"\x0c\x04\xff\xff\xff\xff", 1)
    assert garbled != readable
    assert refused(TrustStore([ROOT], [MIDDLE]), x509.load_der_x509_certificate(garbled)) == "E-CERT-AUTHORITY"


@pytest.mark.parametrize(
    "extensions",
    [
        [],
        [(usage("key_encipherment"), True)],
        [(usage("digital_signature"), True), (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False)],
        [*AUTHORITY_USE, (x509.SubjectAlternativeName([x509.DNSName("a.example")]), False)],
        [(CA, True), (usage("digital_signature"), True)],
        [*SIGNING_USE, (x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00"), True)],
    ],
    ids=["no usage", "encryption", "web server", "authority", "authority that signs", "unknown rule"],
)
def test_a_certificate_for_another_use_may_not_sign(extensions: list[Extension]) -> None:
    assert refused(TrustStore([ROOT]), leaf(*extensions)) == "E-CERT-USE"


def test_non_repudiation_alone_is_enough_to_sign() -> None:
    TrustStore([ROOT]).check(leaf((usage("content_commitment"), True)), DURING)


@pytest.mark.parametrize(
    "uris",
    [
        [],
        ["urn:renkei:office:137010001"],
        ["urn:renkei:office:1370100016x"],
        ["urn:renkei:hub:1370100016"],
        ["urn:renkei:office:1370100016", "urn:renkei:office:1370200014"],
    ],
)
def test_an_unclear_number_is_no_number(uris: list[str]) -> None:
    names: list[Extension] = []
    if uris:
        names = [(x509.SubjectAlternativeName([x509.UniformResourceIdentifier(uri) for uri in uris]), False)]
    assert office_number(leaf(*SIGNING_USE, *names)) is None


def test_the_cache_of_paths_does_not_grow_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain, "MAX_CACHED", 2)
    store = TrustStore([ROOT])
    for _ in range(5):
        store.check(leaf(*SIGNING_USE), DURING)
    assert len(store._paths) <= 2
