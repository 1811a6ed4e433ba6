"""Authorities that come with a file, made to keep its reader busy."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID

from renkei.trust import keys
from renkei.trust.errors import CertificateError
from renkei.trust.evidence import Verdict, verify
from renkei.trust.paths import build_path

from .dossier import IDS, new_dossier, pem

NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "同じ名前の認証局")])
AT = datetime(2026, 11, 22, tzinfo=UTC)
KEY = keys.new_key()


def authority(serial: int, name: x509.Name = NAME) -> x509.Certificate:
    """One of many with the same name and key: each could have issued each."""
    made = x509.CertificateBuilder(name, name, KEY.public_key(), serial, AT, AT + timedelta(days=1))
    uses = dict.fromkeys(("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"), False)
    uses |= dict.fromkeys(("key_agreement", "encipher_only", "decipher_only"), False)
    made = made.add_extension(x509.KeyUsage(key_cert_sign=True, crl_sign=True, **uses), critical=True)
    return made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True).sign(
        KEY, hashes.SHA256()
    )


def test_authorities_that_could_all_have_issued_each_other_are_no_maze() -> None:
    crowd = [authority(serial) for serial in range(1, 41)]
    began = time.monotonic()
    with pytest.raises(CertificateError) as refused:
        build_path(authority(1000), [], crowd)
    assert refused.value.code == "E-CERT-AUTHORITY"
    assert time.monotonic() - began < 2


def test_a_file_with_a_crowd_of_authorities_is_refuted_and_not_searched(tmp_path: Path) -> None:
    made = new_dossier(tmp_path)
    made.send(IDS[0])
    made.seal()
    evidence = made.evidence()
    assert verify(evidence).verdict is Verdict.PROVED
    crowd = replace(evidence, roots=evidence.roots + 200 * pem(authority(1)))
    assert verify(crowd).verdict is Verdict.REFUTED and "多すぎます" in " ".join(verify(crowd).problems)


def test_the_name_of_an_authority_moves_no_cursor(tmp_path: Path) -> None:
    made = new_dossier(tmp_path)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "確かな\u3000認証局\x1b[2J\x9b\u202e")])
    evidence = replace(made.evidence(), roots=pem(authority(1, name)))
    report = verify(evidence)
    shown = [*report.notes, *(text for text, _ in report.roots)]
    assert any("確かな\u3000認証局" in text for text in shown)
    assert not any(character in text for text in shown for character in "\x1b\x9b\u202e")
