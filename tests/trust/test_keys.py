"""Private keys and requests."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from renkei.trust import keys
from renkei.trust.errors import KeyFileError

WEAK = rsa.generate_private_key(65537, 1024)  # noqa: S505 (too short on purpose)


def test_a_key_is_readable_by_its_owner_alone_and_comes_back(tmp_path: Path) -> None:
    key = keys.new_key()
    keys.save_key(tmp_path / "office.key", key)
    assert stat.S_IMODE((tmp_path / "office.key").stat().st_mode) == 0o600
    assert keys.load_key(tmp_path / "office.key").private_numbers() == key.private_numbers()


def test_a_key_never_overwrites_another(tmp_path: Path) -> None:
    keys.save_key(tmp_path / "office.key", keys.new_key())
    before = (tmp_path / "office.key").read_bytes()
    with pytest.raises(FileExistsError):
        keys.save_key(tmp_path / "office.key", keys.new_key())
    assert (tmp_path / "office.key").read_bytes() == before


@pytest.mark.parametrize(
    "key",
    [
        ec.generate_private_key(ec.SECP384R1()),
        WEAK,
        ed25519.Ed25519PrivateKey.generate(),
    ],
    ids=["P-384", "RSA 1024", "Ed25519"],
)
def test_a_key_of_another_kind_is_refused(tmp_path: Path, key: Any) -> None:
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (tmp_path / "office.key").write_bytes(pem)
    with pytest.raises(KeyFileError, match="E-CERT-KEY"):
        keys.load_key(tmp_path / "office.key")


@pytest.mark.parametrize("content", [b"", b"-----BEGIN PRIVATE KEY-----\n", b"\x00\xff"])
def test_a_file_that_is_no_key_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "office.key").write_bytes(content)
    with pytest.raises(KeyFileError) as refusal:
        keys.load_key(tmp_path / "office.key")
    assert "P-256" in refusal.value.remedy


def test_a_key_with_a_passphrase_is_refused_with_words(tmp_path: Path) -> None:
    pem = keys.new_key().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"passphrase"),
    )
    (tmp_path / "office.key").write_bytes(pem)
    with pytest.raises(KeyFileError):
        keys.load_key(tmp_path / "office.key")


def test_a_request_carries_number_and_name_and_its_own_signature() -> None:
    request = keys.request(keys.new_key(), "1370100016", "あおぞら居宅介護支援事業所")
    assert request.is_signature_valid
    assert request.subject.rfc4514_string() == "CN=1370100016,O=あおぞら居宅介護支援事業所,C=JP"


def test_a_very_long_name_is_cut_to_what_a_certificate_holds() -> None:
    request = keys.request(keys.new_key(), "1370100016", "長" * 100)
    assert f"O={'長' * 64},C" in request.subject.rfc4514_string()


def test_a_nameless_office_is_called_by_its_number() -> None:
    assert "O=1370100016," in keys.request(keys.new_key(), "1370100016", "").subject.rfc4514_string()
