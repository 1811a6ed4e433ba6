"""The hub's own keys, in the folder `keys/` of its data: made once by `renkei hub init`, read at the first use.

    deployment.key       32 bytes; content tags and subjects are keyed with what is derived from it
    wrapping-<id>.key    32 bytes; wraps the keys of bodies. The newest wraps, all of them open.
    receipt.key, .pem    signs receipts and seals; its certificate with the chain
    django.key           sessions and forms

Back them up apart from the data: a body without its wrapping key is lost, and with it, it is readable.
"""

from __future__ import annotations

import functools
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from django.conf import settings

from renkei.hub.core.files import write_secret
from renkei.trust import keys

_KEY_BYTES = 32


class KeyMissing(RuntimeError):
    """A key that the hub needs is not in its folder; the text names the file."""


@dataclass(frozen=True)
class Keyring:
    """All keys of one deployment. `wrapping` goes from key id to key, oldest first."""

    deployment: bytes
    wrapping: dict[str, bytes]
    receipt_key: keys.PrivateKey
    receipt_chain: tuple[x509.Certificate, ...]

    @property
    def current_wrapping(self) -> tuple[str, bytes]:
        """Id and key that wrap what is written now."""
        return list(self.wrapping.items())[-1]

    def keyed(self, purpose: str, message: bytes) -> str:
        """HMAC-SHA-256 of `message` under the deployment's key for `purpose`, in hex."""
        return hmac.digest(_derived(self.deployment, purpose), message, hashlib.sha256).hex()


@functools.lru_cache(maxsize=16)
def _derived(deployment: bytes, purpose: str) -> bytes:
    return hmac.digest(deployment, f"renkei/{purpose}".encode(), hashlib.sha256)


def create(folder: Path) -> EllipticCurvePrivateKey:
    """Make the keys of a new deployment in `folder`; returns the receipt key. Raises FileExistsError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_secret(folder / "deployment.key", secrets.token_hex(_KEY_BYTES).encode())
    write_secret(folder / "wrapping-0001.key", secrets.token_hex(_KEY_BYTES).encode())
    write_secret(folder / "django.key", secrets.token_urlsafe(50).encode())
    key = keys.new_key()
    keys.save_key(folder / "receipt.key", key)
    return key


@functools.cache
def _load(folder: Path) -> Keyring:
    try:
        wrapping = {
            path.stem.removeprefix("wrapping-"): _read_key(path) for path in sorted(folder.glob("wrapping-*.key"))
        }
        if not wrapping:
            raise KeyMissing("keys/wrapping-0001.key")
        return Keyring(
            deployment=_read_key(folder / "deployment.key"),
            wrapping=wrapping,
            receipt_key=keys.load_key(folder / "receipt.key"),
            receipt_chain=tuple(x509.load_pem_x509_certificates((folder / "receipt.pem").read_bytes())),
        )
    except FileNotFoundError as error:
        raise KeyMissing(f"keys/{Path(error.filename).name}") from error


def _read_key(path: Path) -> bytes:
    key = bytes.fromhex(path.read_text(encoding="ascii"))
    if len(key) != _KEY_BYTES:
        raise KeyMissing(f"keys/{path.name}")
    return key


def keyring() -> Keyring:
    """The keys of this deployment. Raises KeyMissing."""
    return _load(settings.DATA / "keys")
