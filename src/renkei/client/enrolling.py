"""The office folder's certificate, from the hub. Private keys are made here and never leave the folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from renkei.trust import keys
from renkei.trust.keys import PrivateKey

from . import identity
from ._sync import joining
from ._sync.connection import Connection
from .anchors import Anchors
from .errors import HubRefused
from .folder import Folder, write_durably
from .settings import Settings

# What the hub says of a key that will never get a certificate.
_NEVER = ("E-CERT-REQUEST", "E-CERT-COMPROMISED")


def ask(connection: Connection, folder: Folder, settings: Settings, code: str) -> bool:
    """Ask for a certificate with a one-time code; whether it came, else it waits for the operator. May be repeated.

    For the folder's key the first time; for a new one where a certificate was here before (ended, or its key lost).
    """
    key = _next_key(folder) if folder.certificate.exists() else identity.own_key(folder)
    with _another_key_next_time(folder):
        pem = joining.ask(connection, key, settings.office, settings.name, code)
    return _put(folder, settings, key, pem)


def fetch(connection: Connection, folder: Folder, settings: Settings) -> bool:
    """The certificate that was asked for earlier; whether it is there now."""
    key = _next_key(folder) if folder.next_key.exists() else identity.own_key(folder)
    return _put(folder, settings, key, joining.fetch(connection, key))


def renew(connection: Connection, folder: Folder, settings: Settings) -> bool:
    """Ask for a certificate of a new key, signed by the one in use; whether it came. Both count until the older ends."""
    signer = identity.load(folder)
    key = _next_key(folder)
    with _another_key_next_time(folder):
        pem = joining.renew(connection, signer, key, settings.office, settings.name)
    return _put(folder, settings, key, pem)


def _next_key(folder: Folder) -> PrivateKey:
    """Kept from the first try on, so that a lost answer is only asked for again."""
    if not folder.next_key.exists():
        keys.save_key(folder.next_key, keys.new_key())
    return keys.load_key(folder.next_key)


@contextmanager
def _another_key_next_time(folder: Folder) -> Iterator[None]:
    """After a refusal for good."""
    try:
        yield
    except HubRefused as refusal:
        if refusal.code in _NEVER:
            folder.next_key.unlink(missing_ok=True)
        raise


def _put(folder: Folder, settings: Settings, key: PrivateKey, pem: bytes | None) -> bool:
    """Put the certificate in place, when it is there and fits."""
    if pem is None:
        return False
    chain = identity.fitting(key, settings, pem)
    Anchors.load(folder.trust).vouch(chain).save(folder.trust)
    if folder.next_key.exists():
        write_durably(folder.next_certificate, pem)
        identity.finish_renewal(folder)
    else:
        write_durably(folder.certificate, pem)
    return True
