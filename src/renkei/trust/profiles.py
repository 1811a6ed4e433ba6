"""What the certificates and lists of our own authority contain."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from .keys import PublicKey

Revoked = tuple[int, datetime, x509.ReasonFlags]  # serial number, when, why


@dataclass(frozen=True)
class Addresses:
    """Where the world learns what an authority revoked: its list, and who answers for one certificate."""

    crl: str
    ocsp: str = ""


def subject(organization: str, common_name: str, unit: str = "") -> x509.Name:
    units = [x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, unit)] if unit else []
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization),
            *units,
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def authority_certificate(
    name: x509.Name,
    key: PublicKey,
    issuer: x509.Name,
    issuer_key: ec.EllipticCurvePrivateKey,
    period: tuple[datetime, datetime],
    path_length: int,
    addresses: Addresses | None = None,
) -> x509.Certificate:
    """A certificate that issues others and signs revocation lists; self-signed when the keys are one pair."""
    builder = _with_addresses(_builder(name, key, issuer, issuer_key, period), addresses)
    return (
        builder.add_extension(x509.BasicConstraints(ca=True, path_length=path_length), critical=True)
        .add_extension(_key_usage(key_cert_sign=True, crl_sign=True), critical=True)
        .sign(issuer_key, hashes.SHA256())
    )


def signer_certificate(
    name: x509.Name,
    urns: Iterable[str],
    key: PublicKey,
    issuer: x509.Certificate,
    issuer_key: ec.EllipticCurvePrivateKey,
    period: tuple[datetime, datetime],
    addresses: Addresses | None = None,
) -> x509.Certificate:
    """The certificate of an office or a hub: signs documents and signs in as a client; `urns` say whose it is."""
    uses = [ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.EMAIL_PROTECTION]
    names = [x509.UniformResourceIdentifier(urn) for urn in urns]
    builder = _with_addresses(_builder(name, key, issuer.subject, issuer_key, period), addresses)
    return (
        builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(digital_signature=True, content_commitment=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage(uses), critical=False)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(issuer_key, hashes.SHA256())
    )


def answering_certificate(
    key: PublicKey,
    issuer: x509.Certificate,
    issuer_key: ec.EllipticCurvePrivateKey,
    period: tuple[datetime, datetime],
) -> x509.Certificate:
    """The certificate of a key that answers OCSP requests for `issuer` (RFC 6960 section 4.2.2.2)."""
    organizations = issuer.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    name = subject(str(organizations[0].value), "Renkei OCSP")
    return (
        _builder(name, key, issuer.subject, issuer_key, period)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(digital_signature=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING]), critical=False)
        .add_extension(x509.OCSPNoCheck(), critical=False)
        .sign(issuer_key, hashes.SHA256())
    )


def revocation_list(
    issuer: x509.Certificate,
    key: ec.EllipticCurvePrivateKey,
    number: int,
    revoked: Iterable[Revoked],
    period: tuple[datetime, datetime],
) -> x509.CertificateRevocationList:
    """A full list with number and authority key identifier: servers built on rustls refuse others."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.subject)
        .last_update(period[0])
        .next_update(period[1])
        .add_extension(x509.CRLNumber(number), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
    )
    for serial, at, reason in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(at)
        # RFC 5280 5.3.1: an unspecified reason is said by leaving it out.
        if reason is not x509.ReasonFlags.unspecified:
            entry = entry.add_extension(x509.CRLReason(reason), critical=False)
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(key, hashes.SHA256())


def _builder(
    name: x509.Name,
    key: PublicKey,
    issuer: x509.Name,
    issuer_key: ec.EllipticCurvePrivateKey,
    period: tuple[datetime, datetime],
) -> x509.CertificateBuilder:
    """What every certificate has: names, a random serial number, dates, and the identifiers of both keys."""
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(period[0])
        .not_valid_after(period[1])
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )


def _with_addresses(builder: x509.CertificateBuilder, addresses: Addresses | None) -> x509.CertificateBuilder:
    if addresses is None:
        return builder
    point = x509.DistributionPoint([x509.UniformResourceIdentifier(addresses.crl)], None, None, None)
    builder = builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)
    if not addresses.ocsp:
        return builder
    access = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(addresses.ocsp))
    return builder.add_extension(x509.AuthorityInformationAccess([access]), critical=False)


def _key_usage(**uses: bool) -> x509.KeyUsage:
    every = dict.fromkeys(
        (
            "digital_signature",
            "content_commitment",
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "key_cert_sign",
            "crl_sign",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    return x509.KeyUsage(**(every | uses))
