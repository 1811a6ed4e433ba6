"""`renkei authority`, as an operator uses it."""

from __future__ import annotations

import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from tests.trust.softhsm import make_token

from renkei.cli import main
from renkei.trust import keys
from renkei.trust.chain import CertificateError, TrustStore, hub_id, office_number

NUMBER = "1370100016"
Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    """`command("show", folder)` gives exit status, output and errors."""

    def run(*words: str | Path) -> tuple[int, str, str]:
        try:
            status = main(["authority", *map(str, words)])
        except SystemExit as leaving:
            status = int(leaving.code or 0)
        output = capsys.readouterr()
        return status, output.out, output.err

    return run


@pytest.fixture
def folder(tmp_path: Path, command: Command) -> Path:
    status, output, _ = command("create", tmp_path / "認証局", "--name", "県の協会")
    assert status == 0 and "認証局「県の協会」を作りました" in output
    return tmp_path / "認証局"


@pytest.fixture
def request_file(tmp_path: Path) -> Path:
    path = tmp_path / "office.csr"
    path.write_bytes(keys.request(keys.new_key(), NUMBER, "架空事業所").public_bytes(Encoding.PEM))
    return path


def issued(command: Command, folder: Path, request_file: Path, *more: str) -> x509.Certificate:
    out = folder.parent / "office.pem"
    status, output, errors = command(
        "issue", folder, "--request", request_file, "--office", NUMBER, "--out", out, *more
    )
    assert status == 0 and "証明書を発行しました" in output, errors
    return x509.load_pem_x509_certificate(out.read_bytes())


def test_an_office_gets_a_certificate_that_its_authority_vouches_for(
    command: Command, folder: Path, request_file: Path
) -> None:
    certificate = issued(command, folder, request_file, "--days", "90")
    root, issuing = (
        x509.load_pem_x509_certificate((folder / name).read_bytes()) for name in ("root.pem", "issuing.pem")
    )
    TrustStore([root], [issuing]).check(certificate, datetime.now(UTC))
    assert office_number(certificate) == NUMBER
    assert certificate.not_valid_after_utc - certificate.not_valid_before_utc == timedelta(days=90)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_hub_gets_its_certificate(command: Command, folder: Path, request_file: Path, tmp_path: Path) -> None:
    out = tmp_path / "hub.pem"
    status, _, errors = command("issue-hub", folder, "--request", request_file, "--hub", "kenkyokai", "--out", out)
    assert status == 0, errors
    assert hub_id(x509.load_pem_x509_certificate(out.read_bytes())) == "kenkyokai"


@pytest.mark.parametrize("by", ["certificate", "serial"])
def test_a_revoked_certificate_is_on_the_list_and_in_the_ledger(
    command: Command, folder: Path, request_file: Path, by: str
) -> None:
    certificate = issued(command, folder, request_file)
    which = folder.parent / "office.pem" if by == "certificate" else f"{certificate.serial_number:x}"
    status, output, _ = command("revoke", folder, f"--{by}", which, "--reason", "keyCompromise")
    assert status == 0 and f"事業所 {NUMBER}" in output
    assert command("crl", folder, "--out", folder.parent / "list.crl")[0] == 0
    root, issuing = (
        x509.load_pem_x509_certificate((folder / name).read_bytes()) for name in ("root.pem", "issuing.pem")
    )
    store = TrustStore([root], [issuing], [(folder.parent / "list.crl").read_bytes()])
    with pytest.raises(CertificateError, match="E-CERT-REVOKED"):
        store.check(certificate, datetime.now(UTC) + timedelta(seconds=2))
    assert "失効(" in command("show", folder)[1] and "鍵がもれた" in command("show", folder)[1]


def test_the_ledger_shows_what_is_good_and_until_when(command: Command, folder: Path, request_file: Path) -> None:
    certificate = issued(command, folder, request_file)
    status, output, _ = command("show", folder)
    assert status == 0
    assert "発行した証明書: 1件" in output and "有効" in output and f"{certificate.serial_number:x}" in output


def test_the_roots_list_needs_the_roots_key(command: Command, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "root.crl"
    assert command("crl", folder, "--root", "--out", out)[0] == 0
    assert x509.load_der_x509_crl(out.read_bytes()).issuer.rfc4514_string().startswith("CN=Renkei Root CA")
    assert "ハブには、発行局のものと両方" in "".join(command("crl", "--help")[1].split())
    (folder / "root.key").unlink()
    assert command("crl", folder, "--root", "--out", out)[0] == 2


def test_a_certificate_is_never_overwritten_and_none_is_issued_for_nothing(
    command: Command, folder: Path, request_file: Path
) -> None:
    first = issued(command, folder, request_file)
    out = folder.parent / "office.pem"
    status, _, errors = command("issue", folder, "--request", request_file, "--office", NUMBER, "--out", out)
    assert status == 2 and "上書きしません" in errors
    assert x509.load_pem_x509_certificate(out.read_bytes()) == first
    assert "発行した証明書: 1件" in command("show", folder)[1]


def test_a_refused_request_leaves_no_file(command: Command, folder: Path, request_file: Path) -> None:
    out = folder.parent / "new.pem"
    status, _, errors = command("issue", folder, "--request", request_file, "--office", "12", "--out", out)
    assert status == 2 and "証明書を発行できません" in errors
    assert not out.exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["create", "認証局"], "フォルダを使えません"),
        (["create", "新しい認証局", "--name", " "], "空にはできません"),
        (["show", "どこにもない"], "フォルダを使えません"),
        (["issue", "認証局", "--request", "no.csr", "--office", NUMBER, "--out", "o.pem"], "no.csr"),
        (["issue", "認証局", "--request", "認証局/root.pem", "--office", NUMBER, "--out", "o.pem"], "読めません"),
        (["revoke", "認証局", "--serial", "ff"], "台帳にありません"),
        (["revoke", "認証局", "--serial", "xyz"], "16進数"),
        (["revoke", "認証局", "--certificate", "認証局/root.key"], "読めません"),
        (["crl", "認証局", "--out", "どこにもない/list.crl"], "ファイルを使えません"),
        (["crl", "認証局", "--out", "list.crl", "--days", "0"], "1から36500"),
        (["crl", "認証局", "--out", "list.crl", "--days", "いつまでも"], "1から36500"),
        (["revoke", "認証局", "--serial", "1", "--reason", "なんとなく"], "選べない値"),
        ([], "足りません"),
    ],
)
def test_whatever_goes_wrong_is_said_in_japanese(
    command: Command, folder: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], said: str
) -> None:
    monkeypatch.chdir(folder.parent)
    status, _, errors = command(*words)
    assert status == 2 and said in errors and "Traceback" not in errors


@pytest.mark.parametrize("deed", ["create", "issue", "issue-hub", "revoke", "crl", "show"])
def test_every_deed_explains_itself_with_an_example(command: Command, deed: str) -> None:
    status, output, _ = command(deed, "--help")
    assert status == 0 and f"例: renkei authority {deed} " in output


def test_the_chain_comes_along_when_asked(command: Command, folder: Path, request_file: Path, tmp_path: Path) -> None:
    out = tmp_path / "chain.pem"
    status, _, errors = command("issue", folder, "--request", request_file, "--office", NUMBER, "--out", out, "--chain")
    assert status == 0, errors
    leaf, issuing = x509.load_pem_x509_certificates(out.read_bytes())
    leaf.verify_directly_issued_by(issuing)


def test_certificates_name_the_address_from_when_it_was_given(
    command: Command, folder: Path, request_file: Path
) -> None:
    assert command("address", folder, "--url", "https://hub.example.jp/")[0] == 0
    certificate = issued(command, folder, request_file)
    points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    assert points[0].full_name is not None
    assert points[0].full_name[0].value == "https://hub.example.jp/crl/issuing.crl"
    status, _, errors = command("address", folder, "--url", "hub.example.jp")
    assert status == 2 and "https://" in errors


def test_a_lost_key_is_refused_with_words(command: Command, folder: Path, request_file: Path, tmp_path: Path) -> None:
    certificate = issued(command, folder, request_file)
    command("revoke", folder, "--serial", f"{certificate.serial_number:x}", "--reason", "keyCompromise")
    out = tmp_path / "again.pem"
    status, _, errors = command("issue", folder, "--request", request_file, "--office", NUMBER, "--out", out)
    assert status == 2 and "新しい鍵を作り" in errors and not out.exists()


def test_a_token_holds_the_issuing_key_and_its_pin_comes_from_a_file(
    command: Command,
    request_file: Path,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    need: Callable[[str], str],
) -> None:
    token = make_token(need("softhsm"), tmp_path_factory.mktemp("softhsm"))
    pin, folder = tmp_path / "pin", tmp_path / "機器の認証局"
    pin.write_text(f"{token.pin}\n")
    chosen = ("--token", token.label, "--token-module", token.module, "--pin-file", pin)
    status, output, errors = command("create", folder, *chosen)
    assert status == 0 and f"トークン「{token.label}」" in output, errors
    assert not (folder / "issuing.key").exists()
    assert issued(command, folder, request_file, "--pin-file", str(pin))
    status, _, errors = command("create", tmp_path / "だめ", "--token", "nothing", "--token-module", token.module)
    assert status == 2 and "PIN" in errors
