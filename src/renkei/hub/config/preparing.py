"""Making a hub: its folder, keys and tables, its receipt certificate, and whom it trusts."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor

from renkei.hub.config import identity
from renkei.hub.config.options import BadOption
from renkei.hub.core import keyring, partitions
from renkei.hub.core.files import replace_file
from renkei.trust import keys
from renkei.trust.chain import TrustStore
from renkei.trust.errors import CertificateError

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
    identity.save(folder, identity.Identity(id_, name, epoch=secrets.token_hex(8)))
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
    partitions.keep_ahead()


def make_echo() -> None:
    """Admit the office for practice, where it is not here yet."""
    from renkei.hub.parties import echo  # its tables are Django's: they come after the folder

    echo.ensure()


def tables_are_current() -> bool:
    """Whether the database has every migration of this version."""
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def install_receipt_certificate(pem: bytes) -> None:
    """Put the certificate (leaf first, then its issuers) beside the receipt key. Raises BadOption."""
    try:
        chain = x509.load_pem_x509_certificates(pem)
    except ValueError as error:
        raise BadOption("証明書を読めません。PEM 形式のファイルか確かめてください。") from error
    key = keys.load_key(settings.DATA / "keys" / "receipt.key")
    if chain[0].public_key() != key.public_key():
        raise BadOption(
            "この証明書は、このハブの鍵のものではありません。申請書 (receipt.csr.pem) で発行し直してください。"
        )
    replace_file(settings.DATA / "keys" / "receipt.pem", pem)


def trust(files: Mapping[str, Mapping[str, bytes]]) -> int:
    """Put certificates and revocation lists, by kind (roots, intermediates, crls) and file name, into `trust/`.

    Returns how many. Raises BadOption for one that cannot be read or is no authority's, and for a revocation list that
    no authority signed of those trusted afterwards: it would stop all traffic. Then none is put.
    """
    folder: Path = settings.DATA / "trust"
    given = {(kind, Path(name).name): data for kind in _TRUST_FOLDERS for name, data in files.get(kind, {}).items()}
    _check_usable(_trusted(folder) | given)
    for (kind, name), data in given.items():
        if kind != "crls":
            _check_authorities(name, data)
    for (kind, name), data in given.items():
        # Not by way of its own folder: the running hub reads whatever is in there.
        replace_file(folder / kind / name, data, way=folder)
    return len(given)


def _trusted(folder: Path) -> dict[tuple[str, str], bytes]:
    """What is in `trust/` now, by kind and file name."""
    paths = [path for kind in _TRUST_FOLDERS for path in sorted((folder / kind).iterdir()) if path.is_file()]
    return {(path.parent.name, path.name): path.read_bytes() for path in paths}


def _check_usable(files: Mapping[tuple[str, str], bytes]) -> None:
    certificates: dict[str, list[x509.Certificate]] = {kind: [] for kind in _TRUST_FOLDERS}
    for (kind, name), data in files.items():
        try:
            if kind == "crls":
                x509.load_der_x509_crl(data)
            else:
                certificates[kind] += x509.load_pem_x509_certificates(data)
        except ValueError as error:
            raise BadOption(f"認証局のファイルとして読めません: {name}") from error
    for (kind, name), data in files.items():
        if kind == "crls":
            _check_signed(name, data, certificates)


def _check_authorities(name: str, pem: bytes) -> None:
    """An office's own certificate among the authorities trusts nobody, and was surely not meant."""
    for certificate in x509.load_pem_x509_certificates(pem):
        constraints = [e.value for e in certificate.extensions if isinstance(e.value, x509.BasicConstraints)]
        if not any(constraint.ca for constraint in constraints):
            raise BadOption(
                f"認証局の証明書ではありません: {name}。何も登録していません。"
                "認証局の root.pem か issuing.pem を指定してください。"
            )


def _check_signed(name: str, crl: bytes, certificates: Mapping[str, list[x509.Certificate]]) -> None:
    try:
        TrustStore(certificates["roots"], certificates["intermediates"], [crl])
    except CertificateError as error:
        raise BadOption(
            f"失効リスト {name} は、信頼する認証局が署名したものではないか、形式がちがいます。何も登録していません。"
            "その認証局の証明書もいっしょに指定するか、失効リストを認証局から受け取り直してください。"
        ) from error
