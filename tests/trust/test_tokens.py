"""The issuing key in a token: SoftHSM holds it, openssl verifies what it signed."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from renkei.trust import cms, keys, tokens
from renkei.trust.authority import Authority
from renkei.trust.chain import TrustStore
from renkei.trust.errors import AuthorityError, CertificateError
from renkei.trust.tokens import Token

from .softhsm import SoftToken, make_token

NUMBER = "1370100016"
Openssl = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture(scope="module")
def token(need: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> SoftToken:
    return make_token(need("softhsm"), tmp_path_factory.mktemp("softhsm"))


@pytest.fixture(scope="module")
def authority(token: SoftToken, tmp_path_factory: pytest.TempPathFactory) -> Authority:
    folder = tmp_path_factory.mktemp("authority")
    return Authority.create(folder / "ca", "架空認証局", token=token.place, pin=token.pin, url="https://hub.example.jp")


def test_the_issuing_key_is_in_no_file(authority: Authority) -> None:
    names = {path.name for path in authority.folder.iterdir()}
    assert "issuing.key" not in names
    assert "20261122" not in (authority.folder / "token.json").read_text()


def test_openssl_verifies_what_the_token_signed(
    authority: Authority, token: SoftToken, tmp_path: Path, openssl: Openssl
) -> None:
    again = Authority.load(authority.folder, token.pin)
    certificate = again.issue(keys.request(keys.new_key(), NUMBER, "架空事業所"), NUMBER)
    (tmp_path / "leaf.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    (tmp_path / "list.crl").write_bytes(again.crl())
    openssl("crl", "-inform", "DER", "-in", tmp_path / "list.crl", "-out", tmp_path / "list.pem")
    folder = authority.folder
    verify = ("verify", "-CAfile", folder / "root.pem", "-untrusted", folder / "issuing.pem", "-crl_check")
    found = openssl(*verify, "-CRLfile", tmp_path / "list.pem", tmp_path / "leaf.pem")
    assert found.stdout.strip().endswith(b": OK")
    again.revoke(certificate.serial_number, "keyCompromise")
    store = TrustStore([again.root], [again.issuing], [again.crl()])
    with pytest.raises(CertificateError, match="E-CERT-REVOKED"):
        store.check(certificate, datetime.now(UTC))


def test_a_key_in_a_token_signs_and_does_nothing_else(token: SoftToken) -> None:
    key = tokens.make_key(Token(token.module, token.label, "試験の鍵"), token.pin)
    signature = key.sign(b"text", ec.ECDSA(hashes.SHA256()))
    key.public_key().verify(signature, b"text", ec.ECDSA(hashes.SHA256()))
    with pytest.raises(InvalidSignature):
        key.public_key().verify(signature, b"other", ec.ECDSA(hashes.SHA256()))
    form = (Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    for leak in (
        key.private_numbers,
        lambda: key.private_bytes(*form),
        lambda: key.sign(b"", ec.ECDSA(hashes.SHA512())),
    ):
        with pytest.raises(AuthorityError, match="E-CERT-TOKEN"):
            leak()


def test_a_key_in_a_token_makes_a_cms_signature(authority: Authority, token: SoftToken) -> None:
    key = tokens.make_key(Token(token.module, token.label, "署名"), token.pin)
    certificate = authority.issue(keys.request(key, NUMBER, "架空事業所"), NUMBER)
    assert cms.verify(b"data", cms.sign(b"data", key, certificate)).certificate == certificate


@pytest.mark.parametrize("wrong", ["module", "label", "key"])
def test_a_token_that_is_not_there_is_refused_with_words(token: SoftToken, wrong: str) -> None:
    place = {"module": token.module, "label": token.label, "key": "ない鍵"} | (
        {wrong: "/nowhere.so" if wrong == "module" else "none"}
    )
    with pytest.raises(AuthorityError, match="E-CERT-TOKEN") as refused:
        tokens.open_key(Token(**place), token.pin)
    assert "PIN" in refused.value.remedy


def test_a_folder_whose_token_entry_is_torn_is_refused(authority: Authority, tmp_path: Path) -> None:
    torn = tmp_path / "ca"
    torn.mkdir()
    for name in ("root.pem", "issuing.pem", "index.json"):
        (torn / name).write_bytes((authority.folder / name).read_bytes())
    (torn / "token.json").write_text(json.dumps({"module": "x"}))
    with pytest.raises(AuthorityError, match="E-CERT-FOLDER"):
        Authority.load(torn)


def test_a_wrong_pin_opens_nothing(authority: Authority, token: SoftToken) -> None:
    """In a process of its own: a token asks for the PIN once a process."""
    script = (
        "import sys\nfrom renkei.trust.authority import Authority\nfrom renkei.trust.errors import AuthorityError\n"
        "try:\n    Authority.load(sys.argv[1], sys.argv[2])\nexcept AuthorityError as error:\n    print(error.code)\n"
    )
    import sys

    for pin, told in (("99999999", "E-CERT-TOKEN\n"), (token.pin, "")):
        command = [sys.executable, "-c", script, str(authority.folder), pin]
        assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == told
