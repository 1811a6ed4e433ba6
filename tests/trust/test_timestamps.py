"""Time-stamps: what openssl's authority says is believed, and nothing that was bent."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID

from renkei.trust import timestamps
from renkei.trust.errors import CertificateError, TimeStampError

from .stamping import Stamper, make_stamper

DATA = b'{"format":"renkei-seal/1"}'
NONCE = 0x8899AABBCCDDEEFF
Openssl = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture(scope="module")
def stamper(tmp_path_factory: pytest.TempPathFactory, need: Callable[[str], str]) -> Stamper:
    need("openssl")
    return make_stamper(tmp_path_factory.mktemp("tsa") / "here")


@pytest.fixture(scope="module")
def response(stamper: Stamper) -> bytes:
    return stamper.reply(timestamps.request(DATA, NONCE))


def code_of(token: bytes, stamper: Stamper, data: bytes = DATA, nonce: int | None = NONCE) -> str:
    with pytest.raises((TimeStampError, CertificateError)) as caught:
        timestamps.verify(token, data, [stamper.root], nonce=nonce)
    return caught.value.code


def test_openssls_token_says_when(stamper: Stamper, response: bytes) -> None:
    stamp = timestamps.verify(timestamps.token_in(response), DATA, [stamper.root], nonce=NONCE)
    assert abs(stamp.at - datetime.now(UTC)) < timedelta(minutes=1)
    assert stamp.certificate == stamper.certificate


@pytest.mark.parametrize("nonce", [0, 1, 127, 128, 255, 2**63, 2**64 - 1])
def test_openssl_understands_every_nonce(stamper: Stamper, nonce: int) -> None:
    token = timestamps.token_in(stamper.reply(timestamps.request(DATA, nonce)))
    timestamps.verify(token, DATA, [stamper.root], nonce=nonce)


def test_an_authority_that_names_its_certificate_by_sha1_is_understood(
    tmp_path: Path, need: Callable[[str], str]
) -> None:
    need("openssl")
    older = make_stamper(tmp_path / "older", ess="sha1")
    token = timestamps.token_in(older.reply(timestamps.request(DATA, 5)))
    assert timestamps.verify(token, DATA, [older.root], nonce=5).certificate == older.certificate


def test_the_stand_in_whose_clock_can_be_set_makes_what_openssl_accepts(
    stamper: Stamper, openssl: Openssl, tmp_path: Path
) -> None:
    at = datetime(2024, 2, 29, 1, 2, 3, tzinfo=UTC)
    token = stamper.stamp(DATA, at)
    assert timestamps.verify(token, DATA, [stamper.root]).at == at
    (tmp_path / "token").write_bytes(token)
    (tmp_path / "data").write_bytes(DATA)
    judged = openssl(
        *("ts", "-verify", "-token_in", "-in", tmp_path / "token", "-data", tmp_path / "data"),
        *("-CAfile", stamper.folder / "root.pem", "-attime", str(int(at.timestamp()))),
    )
    assert judged.returncode == 0, judged.stderr


def test_no_bit_of_a_token_can_be_changed(stamper: Stamper, response: bytes) -> None:
    token = timestamps.token_in(response)
    believed = []
    for position in range(len(token)):
        altered = bytearray(token)
        altered[position] ^= 1 << position % 8
        try:
            timestamps.verify(bytes(altered), DATA, [stamper.root], nonce=NONCE)
            believed.append(position)
        except (TimeStampError, CertificateError):
            pass
    assert believed == []


def test_a_token_cut_short_or_with_more_behind_it_is_refused(stamper: Stamper, response: bytes) -> None:
    token = timestamps.token_in(response)
    for bent in (b"", token[:-1], token[: len(token) // 2], token + b"\x00", token * 2, b"\x30\x00", b"x" * 70_000):
        assert code_of(bent, stamper) == "E-STAMP-TOKEN"


@pytest.mark.parametrize("answer", [b"", b"<html>503</html>", b"\x30\x00", b"\x30\x80\x00\x00", b"\x00" * 70_000])
def test_an_answer_that_is_none_is_refused(answer: bytes) -> None:
    with pytest.raises(TimeStampError) as caught:
        timestamps.token_in(answer)
    assert caught.value.code == "E-STAMP-TOKEN"


def test_a_request_that_the_authority_refuses_gives_no_token(stamper: Stamper) -> None:
    md5 = bytes.fromhex("3022020101301d300906052b0e03021a0500") + timestamps.request(DATA, 1)[-20:]
    with pytest.raises(TimeStampError) as caught:
        timestamps.token_in(stamper.reply(md5))
    assert caught.value.code == "E-STAMP-REFUSED"


def test_a_token_of_another_request_is_refused(stamper: Stamper, response: bytes) -> None:
    assert code_of(timestamps.token_in(response), stamper, nonce=NONCE + 1) == "E-STAMP-OTHER"
    assert code_of(stamper.stamp(DATA, datetime.now(UTC)), stamper, nonce=1) == "E-STAMP-OTHER"


def test_a_token_over_other_bytes_is_refused(stamper: Stamper, response: bytes) -> None:
    assert code_of(timestamps.token_in(response), stamper, data=DATA + b" ") == "E-STAMP-OTHER"


def test_a_stranger_of_the_same_name_is_not_believed(stamper: Stamper, tmp_path: Path) -> None:
    stranger = make_stamper(tmp_path / "stranger")
    assert code_of(stranger.stamp(DATA, datetime.now(UTC)), stamper, nonce=None) == "E-CERT-AUTHORITY"


def test_a_certificate_for_anything_else_makes_no_time_stamps(tmp_path: Path) -> None:
    uses = (ExtendedKeyUsageOID.EMAIL_PROTECTION, ExtendedKeyUsageOID.TIME_STAMPING)
    for number, wrong in enumerate((uses, uses[:1])):
        other = make_stamper(tmp_path / str(number), uses=wrong)
        assert code_of(other.stamp(DATA, datetime.now(UTC)), other, nonce=None) == "E-CERT-USE"


@pytest.mark.parametrize(("year", "code"), [(2019, "E-CERT-NOT-YET"), (2041, "E-CERT-EXPIRED")])
def test_a_token_outside_its_certificates_dates_proves_nothing(stamper: Stamper, year: int, code: str) -> None:
    assert code_of(stamper.stamp(DATA, datetime(year, 1, 1, tzinfo=UTC)), stamper, nonce=None) == code


def test_a_token_outlives_its_certificate(stamper: Stamper) -> None:
    """Only the token's own time is asked for, never today's: so it is good as long as its digests are."""
    at = datetime(2039, 12, 1, tzinfo=UTC)
    assert timestamps.verify(stamper.stamp(DATA, at), DATA, [stamper.root]).at == at
