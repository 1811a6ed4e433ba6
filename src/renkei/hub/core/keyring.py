"""The hub's own keys, in the folder `keys/` of its data: made by `renkei hub init`, read again when the folder changes.

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
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings

from renkei.hub.core.files import sync_folder, write_secret
from renkei.trust import cms, keys

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

    @functools.cached_property
    def receipt_signer(self) -> cms.Signer:
        """Signs receipts and seals. Raises KeyFileError for a key that is not its certificate's."""
        return cms.Signer(self.receipt_key, self.receipt_chain[0])

    @property
    def current_wrapping(self) -> tuple[str, bytes]:
        """Id and key that wrap what is written now."""
        return list(self.wrapping.items())[-1]

    @functools.cached_property
    def receipt_pem(self) -> str:
        """The receipt chain as text, its signer first."""
        return "".join(one.public_bytes(Encoding.PEM).decode() for one in self.receipt_chain)

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


def add_wrapping_key(folder: Path, after: int) -> str:
    """Make the key that wraps from now on, numbered above all that are there and above `after`; returns its id.

    Whole and durable before anyone sees it: a hub that runs takes it at once. Raises FileExistsError.
    """
    there = [int(path.stem.removeprefix("wrapping-")) for path in folder.glob("wrapping-*.key")]
    id_ = f"{max([after, *there]) + 1:04}"
    passing = folder / f".wrapping-{id_}.{secrets.token_hex(4)}"
    try:
        write_secret(passing, secrets.token_hex(_KEY_BYTES).encode())
        (folder / f"wrapping-{id_}.key").hardlink_to(passing)
    finally:
        passing.unlink(missing_ok=True)
    sync_folder(folder)
    return id_


def remove_wrapping_key(folder: Path, id_: str) -> None:
    """Forget a key for good. Raises FileNotFoundError."""
    (folder / f"wrapping-{id_}.key").unlink()
    sync_folder(folder)


@functools.lru_cache(maxsize=2)
def _load(folder: Path, _changed: int) -> Keyring:
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


@functools.cache
def _folder(data: Path) -> Path:
    return data / "keys"


def keyring() -> Keyring:
    """The keys of this deployment. Raises KeyMissing."""
    folder = _folder(settings.DATA)
    try:
        changed = os.stat(folder).st_mtime_ns  # noqa: PTH116  (many times in each request: half as long as a Path's)
    except FileNotFoundError as error:
        raise KeyMissing("keys/") from error
    return _load(folder, changed)


def wrapping_key(id_: str) -> bytes:
    """The wrapping key of this id. Raises KeyError, KeyMissing."""
    known = keyring().wrapping
    if id_ not in known:
        # Made by another hub on the same folder a moment ago, too soon to show in the folder's time.
        _load.cache_clear()
        known = keyring().wrapping
    return known[id_]
