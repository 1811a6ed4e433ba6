"""An authority and its offices, with their files for openssl; all invented."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from renkei.trust import keys
from renkei.trust.authority import Authority
from renkei.trust.chain import TrustStore

NUMBER = "1370100016"


@dataclass(frozen=True)
class Signer:
    """A key, its certificate, and both as files for openssl."""

    key: keys.PrivateKey
    certificate: x509.Certificate
    key_file: Path
    certificate_file: Path


@dataclass(frozen=True)
class World:
    """One authority with its offices. `authorities` is a PEM file of root and issuing certificate."""

    authority: Authority
    folder: Path
    authorities: Path

    def signer(self, name: str, key: keys.PrivateKey | None = None, number: str = NUMBER) -> Signer:
        key = key or keys.new_key()
        certificate = self.authority.issue(keys.request(key, number, "架空事業所"), number)
        key_file, certificate_file = self.folder / f"{name}.key", self.folder / f"{name}.pem"
        keys.save_key(key_file, key)
        certificate_file.write_bytes(certificate.public_bytes(Encoding.PEM))
        return Signer(key, certificate, key_file, certificate_file)

    def store(self, *crls: bytes) -> TrustStore:
        return TrustStore([self.authority.root], [self.authority.issuing], crls)


def make_world(folder: Path, name: str = "架空認証局") -> World:
    authority = Authority.create(folder / "ca", name)
    authorities = folder / "authorities.pem"
    authorities.write_bytes(b"".join(c.public_bytes(Encoding.PEM) for c in (authority.root, authority.issuing)))
    return World(authority, folder, authorities)
