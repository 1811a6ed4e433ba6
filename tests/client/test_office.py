"""The office's folder: set up, certificate, lock, ledger."""

from __future__ import annotations

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from renkei.client import BusyError, ClientError, Office, Outcome, SetupError
from renkei.client import __all__ as public
from renkei.client.ledger import Ledger
from renkei.client.locking import alone
from renkei.client.settings import check_url
from renkei.conformance import Month
from renkei.trust import keys
from renkei.trust.authority import Authority

from .conftest import URL, FakeHub, Join, Pair

NUMBER = "1379100017"


def create(folder: Path, hub: FakeHub, roots: list[Path], url: str = URL, name: str = "すずらん") -> Office:
    transport = httpx2.MockTransport(hub.handle)
    return Office.create(folder, url, NUMBER, "43", name, roots=roots, transport=transport)


def issue(authority: Authority, office: Office, number: str = NUMBER) -> Path:
    csr = x509.load_pem_x509_csr(office.folder.request.read_bytes())
    path = office.folder.root / "issued.pem"
    chain = [authority.issue(csr, number), authority.issuing]
    path.write_bytes(b"".join(item.public_bytes(Encoding.PEM) for item in chain))
    return path


@pytest.fixture
def root_pem(authority: Authority) -> Path:
    return authority.folder / "root.pem"


def test_a_new_office_has_its_own_key_that_nobody_else_can_read(tmp_path: Path, hub: FakeHub, root_pem: Path) -> None:
    office = create(tmp_path / "o", hub, [root_pem])
    assert stat.S_IMODE(office.folder.key.stat().st_mode) == 0o600
    assert stat.S_IMODE(office.folder.key.parent.stat().st_mode) == 0o700
    csr = x509.load_pem_x509_csr(office.folder.request.read_bytes())
    assert csr.public_key() == keys.load_key(office.folder.key).public_key()
    assert Office.open(tmp_path / "o").settings == office.settings


def test_a_name_with_quotes_and_back_slashes_comes_back(tmp_path: Path, hub: FakeHub, root_pem: Path) -> None:
    name = '㈱ひまわり"①\\番館"'
    create(tmp_path / "o", hub, [root_pem], name=name)
    assert Office.open(tmp_path / "o").settings.name == name


@pytest.mark.parametrize(
    "url",
    [
        "http://hub.example",
        "http://127.0.0.1.example:8000",
        "http://localhost@hub.example",
        "ftp://127.0.0.1",
        "https://user:word@hub.example",
        "https://hub.example?x=1",
        "https://hub.example:99999",
        "https://hub example",
        "https://hub.example/\n",
        "hub.example",
        "",
    ],
)
def test_an_address_that_is_not_safe_is_refused_with_words(url: str) -> None:
    with pytest.raises(SetupError) as refusal:
        check_url(url)
    assert refusal.value.code == "E-OFFICE-URL"
    assert "https://" in refusal.value.remedy


@pytest.mark.parametrize(
    "url", ["https://hub.example/", "http://127.0.0.1:8000", "http://localhost", "http://[::1]:80"]
)
def test_an_address_that_is_safe_is_taken(url: str) -> None:
    assert check_url(url) == url.rstrip("/")


def test_plain_http_to_another_machine_is_refused_also_when_the_settings_say_so(
    tmp_path: Path, hub: FakeHub, root_pem: Path
) -> None:
    office = create(tmp_path / "o", hub, [root_pem])
    text = office.folder.settings.read_text(encoding="utf-8")
    office.folder.settings.write_text(text.replace(URL, "http://hub.example"), encoding="utf-8")
    with pytest.raises(SetupError, match="E-OFFICE-URL"):
        Office.open(tmp_path / "o")


def test_without_an_authority_no_hub_is_believed(tmp_path: Path, hub: FakeHub) -> None:
    with pytest.raises(SetupError, match="E-OFFICE-ROOTS"):
        create(tmp_path / "o", hub, [])
    assert not (tmp_path / "o").exists()


def test_a_hub_that_our_authority_does_not_know_is_refused(tmp_path: Path, hub: FakeHub) -> None:
    other = Authority.create(tmp_path / "ca", "ほか")
    with pytest.raises(SetupError, match="E-CERT-AUTHORITY"):
        create(tmp_path / "o", hub, [other.folder / "root.pem"])
    assert not (tmp_path / "o").exists()


def test_an_offices_certificate_does_not_make_a_hub(tmp_path: Path, hub: FakeHub, authority: Authority) -> None:
    hub.certificate = authority.issue(keys.request(hub.key, NUMBER, "x"), NUMBER)
    with pytest.raises(SetupError, match="E-HUB-CERTIFICATE"):
        create(tmp_path / "o", hub, [authority.folder / "root.pem"])


def test_a_folder_is_made_once(tmp_path: Path, hub: FakeHub, root_pem: Path) -> None:
    key = create(tmp_path / "o", hub, [root_pem]).folder.key.read_bytes()
    with pytest.raises(SetupError, match="E-OFFICE-EXISTS"):
        create(tmp_path / "o", hub, [root_pem])
    assert (tmp_path / "o/keys/private.key").read_bytes() == key


def test_a_certificate_of_another_office_is_not_installed(
    tmp_path: Path, hub: FakeHub, root_pem: Path, authority: Authority
) -> None:
    office = create(tmp_path / "o", hub, [root_pem])
    key = keys.new_key()
    other = authority.issue(keys.request(key, NUMBER, "x"), NUMBER)
    path = tmp_path / "other.pem"
    path.write_bytes(other.public_bytes(Encoding.PEM))
    for wrong in (path, root_pem, tmp_path / "missing.pem"):
        with pytest.raises(SetupError, match="E-OFFICE-CERTIFICATE"):
            office.install_certificate(wrong)
    assert not office.folder.certificate.exists()
    office.install_certificate(issue(authority, office))
    assert office.folder.certificate.exists()


def test_a_certificate_of_an_unknown_authority_is_not_installed(tmp_path: Path, hub: FakeHub, root_pem: Path) -> None:
    office = create(tmp_path / "o", hub, [root_pem])
    with pytest.raises(SetupError, match="E-CERT-AUTHORITY"):
        office.install_certificate(issue(Authority.create(tmp_path / "ca", "ほか"), office))
    assert not office.folder.certificate.exists()


def test_two_runs_at_once_are_refused(pair: Pair) -> None:
    with alone(pair.sender.folder.lock), pytest.raises(BusyError):
        pair.sender.send()
    assert {result.outcome for result in pair.sender.send()} == {Outcome.DONE}


def test_the_ledger_can_be_read_while_a_run_goes_on(pair: Pair) -> None:
    pair.sender.send()
    with alone(pair.sender.folder.lock):
        assert len(pair.sender.ledger()) == 5


@pytest.mark.parametrize("name", ["ledger.sqlite3", "renkei-office.toml", "keys/private.key", "trust/hub.pem"])
def test_a_damaged_file_is_told_in_words(name: str, pair: Pair) -> None:
    (pair.sender.folder.root / name).write_bytes(b"\xff damaged " * 1000)
    with pytest.raises(ClientError) as error:
        Office.open(pair.sender.folder.root).send()
    assert error.value.code.startswith("E-OFFICE-")
    assert error.value.remedy


def test_progress_is_told_to_who_asks(pair: Pair) -> None:
    told: list[tuple[int, int, str]] = []
    pair.sender.send(progress=lambda done, total, text: told.append((done, total, text)))
    assert told[-1][:2] == (5, 5)
    assert all(done <= total for done, total, _ in told)


def test_verifying_finds_a_changed_file_and_a_changed_receipt(pair: Pair) -> None:
    pair.sender.send()
    verified = pair.sender.verify()
    assert [(one.receipts, one.troubles) for one in verified] == [(1, ())] * 5
    assert sum(one.files for one in verified) == len(pair.files)
    sent = next(pair.sender.folder.sent.rglob("*.CSV"))
    sent.write_bytes(sent.read_bytes() + b" ")
    assert [trouble.code for one in pair.sender.verify() for trouble in one.troubles] == ["E-AUTH-COMMITMENT"]
    with closing(sqlite3.connect(pair.sender.folder.ledger)) as db, db:
        db.execute("UPDATE receipt SET body = CAST(replace(CAST(body AS TEXT), 'Z\"', 'Y\"') AS BLOB)")
    assert {trouble.code for one in pair.sender.verify() for trouble in one.troubles} == {"E-HUB-RECEIPT"}


def test_the_names_that_others_use_are_these() -> None:
    assert "Office" in public
    assert public == sorted(public)


def test_two_services_of_one_number_have_their_own_mail(join: Join, month: Month, hub: FakeHub, pair: Pair) -> None:
    pair.sender.send()
    assert join(pair.recipient.settings.office, "15").collect() == []
    assert len(pair.recipient.collect()) == 2


def test_what_is_written_is_on_the_disk(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    synced: list[int] = []
    monkeypatch.setattr("os.fsync", synced.append)
    pair.sender.send()
    assert len(synced) >= 2 * len(pair.files)
    with closing(Ledger(pair.sender.folder.ledger)) as ledger:
        assert ledger._db.execute("PRAGMA synchronous").fetchone() == (2,)
