"""Which authorities the hub trusts: the files in `trust/` of its data, read again when they change.

roots/*.pem          root certificates
intermediates/*.pem  issuing certificates
crls/*.crl           revocation lists, DER
"""

from __future__ import annotations

import contextlib
import functools
import os
from pathlib import Path

from cryptography import x509
from django.conf import settings

from renkei.trust import chain
from renkei.trust.chain import TrustStore

_KINDS = ("roots", "intermediates", "crls")
_Paths = tuple[tuple[str, int], ...]


def trust_store() -> TrustStore:
    """The store in force."""
    return _load(_paths())


def files() -> dict[str, list[bytes]]:
    """The files by kind (roots, intermediates, crls), as they are."""
    return _read(_paths())


def authorities() -> list[x509.Certificate]:
    """Every root and issuing certificate that counts here."""
    return [*_certificates("roots"), *_certificates("intermediates")]


def published() -> dict[str, str | list[str]]:
    """What anyone may know of them: roots and issuers as PEM, the names of the revocation lists."""
    given = files()
    paths = [Path(name) for name, _ in _paths()]
    names = sorted(path.name for path in paths if path.parent.name == "crls" and path.suffix == ".crl")
    pem = {kind: b"".join(given[kind]).decode("ascii", "ignore") for kind in ("roots", "intermediates")}
    return {"roots": pem["roots"], "issuers": pem["intermediates"], "revocation_lists": names}


def root_fingerprints() -> list[str]:
    """SHA-256 of the trusted roots, in hexadecimal: what an office compares before it believes them."""
    return [chain.fingerprint(one) for one in _certificates("roots")]


def distrust(fingerprint: str) -> bool:
    """Stop trusting an authority from now on: its files move to `trust/distrusted/`. Whether it was trusted here.

    On each hub that serves: the folder is its own.
    """
    folder: Path = settings.DATA / "trust"
    for path in (*folder.glob("roots/*"), *folder.glob("intermediates/*")):
        held = x509.load_pem_x509_certificates(path.read_bytes())
        if fingerprint in {chain.fingerprint(one) for one in held}:
            (folder / "distrusted").mkdir(exist_ok=True)
            names = {one.subject for one in held}
            lists = [crl for crl in folder.glob("crls/*") if x509.load_der_x509_crl(crl.read_bytes()).issuer in names]
            # The lists first: one that nobody here has signed would make the whole store unreadable.
            for one in (*lists, path):
                one.rename(folder / "distrusted" / one.name)
            return True
    return False


def _certificates(kind: str) -> list[x509.Certificate]:
    return [one for data in files()[kind] for one in x509.load_pem_x509_certificates(data)]


def _paths() -> _Paths:
    """The files in these folders, and when each changed. Asked with every signature: the names alone, no objects."""
    found = []
    for kind in _KINDS:
        with contextlib.suppress(FileNotFoundError), os.scandir(_folder(settings.DATA, kind)) as files:
            for file in files:
                # One that is moved away meanwhile must not hide those that come after it.
                with contextlib.suppress(FileNotFoundError):
                    if file.is_file():
                        found.append((file.path, file.stat().st_mtime_ns))
    return tuple(sorted(found))


@functools.cache
def _folder(data: Path, kind: str) -> str:
    return str(data / "trust" / kind)


@functools.lru_cache(maxsize=2)
def _read(files: _Paths) -> dict[str, list[bytes]]:
    by_kind: dict[str, list[bytes]] = {kind: [] for kind in _KINDS}
    for path in (Path(name) for name, _changed in files):
        by_kind[path.parent.name].append(path.read_bytes())
    return by_kind


@functools.lru_cache(maxsize=2)
def _load(files: _Paths) -> TrustStore:
    by_kind = _read(files)
    return TrustStore(
        roots=[c for data in by_kind["roots"] for c in x509.load_pem_x509_certificates(data)],
        intermediates=[c for data in by_kind["intermediates"] for c in x509.load_pem_x509_certificates(data)],
        crls=[x509.load_der_x509_crl(data) for data in by_kind["crls"]],
    )
