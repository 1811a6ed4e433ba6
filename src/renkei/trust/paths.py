"""The path from a certificate to a trusted root (RFC 5280 section 6, without name constraints and policies).

`cryptography` verifies paths for TLS servers and clients only; certificates that sign documents need their own check.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from .errors import CertificateError
from .keys import RSA_BITS, usable

Path = tuple[x509.Certificate, ...]

MAX_ISSUERS = 5
MAX_CACHED = 10_000
# Signatures looked at for one path. Authorities have names of their own, so a handful are enough; many of one name, each
# the issuer of each, would be a maze without end.
MAX_TRIES = 200

# What cryptography raises for parts that it reads only when they are asked for.
UNREADABLE = (
    x509.ExtensionNotFound,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
    UnsupportedAlgorithm,
    ValueError,
    TypeError,
)
_HASHES = (hashes.SHA256, hashes.SHA384, hashes.SHA512)
_UNDERSTOOD = (x509.BasicConstraints, x509.KeyUsage, x509.ExtendedKeyUsage, x509.SubjectAlternativeName)
_SIGNING_USES = {
    ExtendedKeyUsageOID.EMAIL_PROTECTION,
    ExtendedKeyUsageOID.CLIENT_AUTH,
    ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
}


class Purpose(Enum):
    """What a leaf's key is for: signing in the name of an office or a hub, or time-stamps (RFC 3161 section 2.3)."""

    SIGNING = "signing"
    TIME_STAMPS = "time-stamps"


def build_path(
    leaf: x509.Certificate,
    roots: Sequence[x509.Certificate],
    intermediates: Sequence[x509.Certificate],
    purpose: Purpose = Purpose.SIGNING,
) -> Path:
    """Leaf, issuing certificates, root. Raises CertificateError E-CERT-USE or E-CERT-AUTHORITY; looks at no dates."""
    path = _extend((leaf,), roots, intermediates, iter(range(MAX_TRIES)))
    if path is None:
        raise CertificateError("E-CERT-AUTHORITY", "no path to a trusted authority")
    # Only now: the words of a stranger's certificate are not worth an explanation.
    _check_leaf(leaf, purpose)
    return path


def _extend(
    path: Path, roots: Sequence[x509.Certificate], intermediates: Sequence[x509.Certificate], tries: Iterator[int]
) -> Path | None:
    """The path completed to a root, depth first; None if there is none, or none found in so many tries."""
    below = len(path) - 1
    for root in roots:
        if _issued(path[-1], root, tries) and may_issue(root, below):
            return (*path, root)
    if len(path) >= MAX_ISSUERS:
        return None
    for issuer in intermediates:
        if issuer not in path and _issued(path[-1], issuer, tries) and may_issue(issuer, below):
            longer = _extend((*path, issuer), roots, intermediates, tries)
            if longer is not None:
                return longer
    return None


def _issued(certificate: x509.Certificate, issuer: x509.Certificate, tries: Iterator[int]) -> bool:
    """Whether names chain, the signature is the issuer's, and its hash is not an old one."""
    try:
        # Names are read only here: a stranger's may be none.
        if certificate.issuer != issuer.subject or next(tries, None) is None:
            return False
        if not isinstance(certificate.signature_hash_algorithm, _HASHES):
            return False
        certificate.verify_directly_issued_by(issuer)
    except (*UNREADABLE, InvalidSignature):
        return False
    return True


def may_issue(issuer: x509.Certificate, below: int) -> bool:
    """Whether this is an authority's certificate that allows `below` further authorities beneath it."""
    try:
        extensions = issuer.extensions
        constraints = extensions.get_extension_for_class(x509.BasicConstraints).value
        uses = extensions.get_extension_for_class(x509.KeyUsage).value
        key = issuer.public_key()
    except UNREADABLE:
        return False
    return (
        constraints.ca
        and uses.key_cert_sign
        and (constraints.path_length is None or below <= constraints.path_length)
        and _strong(key)
        and not _has_unknown_rules(extensions)
    )


def _check_leaf(leaf: x509.Certificate, purpose: Purpose) -> None:
    try:
        extensions = leaf.extensions
        uses = extensions.get_extension_for_class(x509.KeyUsage).value
        key = leaf.public_key()
    except UNREADABLE as error:
        raise CertificateError("E-CERT-USE", "no readable key or key usage") from error
    if not (uses.digital_signature or uses.content_commitment):
        raise CertificateError("E-CERT-USE", "key usage does not allow signatures")
    if any(isinstance(item.value, x509.BasicConstraints) and item.value.ca for item in extensions):
        raise CertificateError("E-CERT-USE", "the certificate is an authority's")
    extended = next((item for item in extensions if isinstance(item.value, x509.ExtendedKeyUsage)), None)
    if not _fits(extended, purpose):
        raise CertificateError("E-CERT-USE", f"extended key usage is not for {purpose.value}")
    if _has_unknown_rules(extensions):
        raise CertificateError("E-CERT-USE", "the certificate has a critical extension that is not understood")
    # Offices sign with what every program can verify; time-stamp authorities choose larger curves too.
    if not (usable(key) if purpose is Purpose.SIGNING else _strong(key)):
        raise CertificateError("E-CERT-USE", "the key is too weak or of another kind")


def _fits(extended: x509.Extension[x509.ExtendedKeyUsage] | None, purpose: Purpose) -> bool:
    """Time-stamps: named as the only use, critical. Signing: any use, unless others are named."""
    if purpose is Purpose.TIME_STAMPS:
        return (
            extended is not None and extended.critical and list(extended.value) == [ExtendedKeyUsageOID.TIME_STAMPING]
        )
    return extended is None or bool(_SIGNING_USES & set(extended.value))


def _has_unknown_rules(extensions: x509.Extensions) -> bool:
    return any(extension.critical and not isinstance(extension.value, _UNDERSTOOD) for extension in extensions)


def _strong(key: object) -> bool:
    if isinstance(key, rsa.RSAPublicKey):
        return key.key_size >= RSA_BITS
    return isinstance(key, ec.EllipticCurvePublicKey) and key.key_size >= 256
