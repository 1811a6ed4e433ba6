"""Making a hub: its folder, keys and tables, its receipt certificate, and whom it trusts."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connections

from renkei.hub.config import identity
from renkei.hub.config.options import BadOption
from renkei.hub.core import keyring
from renkei.trust import keys

_HUB_ID = re.compile(r"[a-z0-9][a-z0-9-]{2,39}")
_TRUST_FOLDERS = ("roots", "intermediates", "crls")


def make_folder(data: Path | None, id_: str, name: str) -> Path:
    """Create the data folder with keys, identity and the request for a receipt certificate.

    Raises FileExistsError when a hub is there already, BadOption for an id that cannot be one.
    """
    if not _HUB_ID.fullmatch(id_):
        raise BadOption("ハブの名前は、英小文字・数字・ハイフンの 3〜40 文字にしてください。")
    folder = Path(data or os.environ.get("RENKEI_DATA", "var/hub")).absolute()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    identity.save(folder, identity.Identity(id_, name))
    key = keyring.create(folder / "keys")
    request = keys.request(key, id_, name)
    (folder / "keys" / "receipt.csr.pem").write_bytes(request.public_bytes(Encoding.PEM))
    for kind in _TRUST_FOLDERS:
        (folder / "trust" / kind).mkdir(parents=True)
    return folder


def make_tables() -> None:
    """Create or migrate the tables, as the owner where there is one."""
    alias = "owner" if "owner" in connections else DEFAULT_DB_ALIAS
    call_command("migrate", database=alias, interactive=False, verbosity=0)


def install_receipt_certificate(pem: bytes) -> None:
    """Put the certificate (leaf first, then its issuers) beside the receipt key. Raises BadOption."""
    chain = x509.load_pem_x509_certificates(pem)
    key = keys.load_key(settings.DATA / "keys" / "receipt.key")
    if chain[0].public_key() != key.public_key():
        raise BadOption(
            "この証明書は、このハブの鍵のものではありません。申請書 (receipt.csr.pem) で発行し直してください。"
        )
    (settings.DATA / "keys" / "receipt.pem").write_bytes(pem)


def trust(files: Mapping[str, Mapping[str, bytes]]) -> int:
    """Put certificates and revocation lists, by kind (roots, intermediates, crls) and file name, into `trust/`.

    Returns how many. Raises BadOption for one that cannot be read; then none is put.
    """
    named = [(kind, Path(name).name, data) for kind in _TRUST_FOLDERS for name, data in files.get(kind, {}).items()]
    for kind, name, data in named:
        _check_readable(kind, data, name)
    for kind, name, data in named:
        target = settings.DATA / "trust" / kind / name
        passing = target.with_suffix(".new")
        passing.write_bytes(data)
        passing.replace(target)
    return len(named)


def _check_readable(kind: str, data: bytes, name: str) -> None:
    try:
        if kind == "crls":
            x509.load_der_x509_crl(data)
        else:
            x509.load_pem_x509_certificates(data)
    except ValueError as error:
        raise BadOption(f"認証局のファイルとして読めません: {name}") from error
