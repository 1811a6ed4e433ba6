"""Private keys of offices, hubs and authorities, and requests for certificates."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from .errors import KeyFileError

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
PublicKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey

RSA_BITS = 2048
ORGANIZATION_CHARACTERS = 64  # X.520 ub-organization-name


def new_key() -> ec.EllipticCurvePrivateKey:
    """A new P-256 key."""
    return ec.generate_private_key(ec.SECP256R1())


def save_key(path: str | os.PathLike[str], key: PrivateKey) -> None:
    """Write the key as PKCS#8 PEM, readable by its owner alone; a file that exists is never overwritten."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem(key))
        file.flush()
        os.fsync(file.fileno())


def load_key(path: str | os.PathLike[str]) -> PrivateKey:
    """Read a key that `save_key` or openssl wrote (PEM, no passphrase). Raises KeyFileError, or OSError."""
    return from_pem(Path(path).read_bytes())


def pem(key: PrivateKey) -> bytes:
    """The key as PKCS#8 PEM without passphrase: to be kept from everyone else."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def from_pem(data: bytes) -> PrivateKey:
    """A private key in PEM without passphrase. Raises KeyFileError."""
    try:
        key = serialization.load_pem_private_key(data, password=None)
    except (ValueError, TypeError) as error:
        raise KeyFileError("E-CERT-KEY", "not a private key in PEM without passphrase") from error
    if not isinstance(key, PrivateKey) or not usable(key.public_key()):
        raise KeyFileError("E-CERT-KEY", "the key is neither P-256 nor RSA of 2048 bits or more")
    return key


def usable(key: object) -> bool:
    """Whether an office may sign with this public key: P-256, or RSA of 2048 bits or more."""
    if isinstance(key, ec.EllipticCurvePublicKey):
        return isinstance(key.curve, ec.SECP256R1)
    return isinstance(key, rsa.RSAPublicKey) and key.key_size >= RSA_BITS


def key_digest(key: PublicKey) -> str:
    """What tells one key from another: SHA-256 of the public key (SubjectPublicKeyInfo, DER), 64 hexadecimal digits."""
    encoded = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(encoded).hexdigest()


def request(key: PrivateKey, office: str, name: str) -> x509.CertificateSigningRequest:
    """A request (PKCS#10) for `office` (number, or a hub's id) called `name`, signed by its own key.

    Of a name longer than the 64 characters that a certificate can hold the beginning is taken: the number is the
    identity, the name is only for people. Where there is none, the number stands in its place.
    """
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, name[:ORGANIZATION_CHARACTERS] or office),
            x509.NameAttribute(NameOID.COMMON_NAME, office),
        ]
    )
    return x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())
