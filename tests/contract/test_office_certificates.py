"""The office program against the real hub: joining with a code, renewing, and hearing who lost a key."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from renkei.client import ClientError, HubRefused, HubUnreachable, Office, SetupError, http
from renkei.client._sync import connection as connections
from renkei.conformance import Month
from renkei.trust.authority import Authority
from renkei.trust.chain import fingerprint

from .commands import here
from .conftest import Hub

# What it tries is above the database: one of them is enough.
pytestmark = pytest.mark.usefixtures("once")

URL = "http://127.0.0.1"


class Line:
    """The way to the hub; it can lose answers."""

    def __init__(self) -> None:
        from renkei.hub.config.wsgi import application

        self._inner = httpx2.WSGITransport(app=application)
        self.lost = 0

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        response = self._inner.handle_request(request)
        if self.lost and request.method == "POST":
            self.lost -= 1
            raise httpx2.ReadError("the line is cut", request=request)
        return response

    def close(self) -> None:
        self._inner.close()


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    """Every connection of the office program goes over it."""
    made = Line()
    real = httpx2.Client

    def client(**given: Any) -> httpx2.Client:
        transport = httpx2.MockTransport(made.handle_request)
        return real(**(given | {"transport": transport, "verify": True}))

    monkeypatch.setattr(connections.httpx2, "Client", client)
    yield made
    made.close()


@pytest.fixture
def party(issuing: Hub, month: Month) -> Any:
    from renkei.hub.parties import services

    office = month.offices[0]
    return services.admit_office(office.number, office.name, [office.service], None)


@pytest.fixture
def join(line: Line, party: Any, issuing: Hub, tmp_path: Path) -> Any:
    """`join(folder)` runs the command that the page shows."""

    def run(folder: str, *more: str, code: str = "", status: int = 0) -> str:
        root = fingerprint(issuing.authority.root)
        given = ("--hub", URL, "--office", party.number, "--service", "43", "--name", "すずらん")
        given += ("--code", code or offer(party), "--root-fingerprint", root, *more)
        return here("office", "join", "--folder", tmp_path / folder, *given, status=status)

    return run


def offer(party: Any) -> str:
    from renkei.hub.parties.keys import enrolling

    return enrolling.offer(party, "staff:1")


def without_pause(folder: Path) -> Office:
    return Office.open(folder, sleep=lambda _seconds: None)


def test_an_office_joins_with_a_code_and_can_sign_at_once(join: Any, tmp_path: Path) -> None:
    assert "証明書を入れました" in join("事業所")
    folder = tmp_path / "事業所"
    assert stat.S_IMODE((folder / "keys" / "private.key").stat().st_mode) == 0o600
    assert Office.open(folder).send() == []


def test_a_root_whose_fingerprint_is_another_is_not_believed(join: Any, tmp_path: Path) -> None:
    told = join("別", "--root-fingerprint", "ab" * 32, status=2)
    assert "指紋" in told and not (tmp_path / "別" / "renkei-office.toml").exists()


def test_a_wrong_code_leaves_a_folder_that_goes_on_with_the_right_one(join: Any, party: Any, tmp_path: Path) -> None:
    assert "コード" in join("事業所", code="AAAA-BBBB-CCCC", status=2)
    folder = tmp_path / "事業所"
    key = (folder / "keys" / "private.key").read_bytes()
    told = here("office", "join", "--folder", folder, "--code", offer(party))
    assert "証明書を入れました" in told and (folder / "keys" / "private.key").read_bytes() == key


def test_a_lost_answer_costs_neither_code_nor_key(line: Line, join: Any) -> None:
    line.lost = 1
    assert "証明書を入れました" in join("事業所")


def test_a_request_that_waits_is_fetched_when_the_operator_has_issued(join: Any, issuing: Hub, tmp_path: Path) -> None:
    from django.conf import settings

    from renkei.hub.parties.keys import issuing as room
    from renkei.hub.parties.models import CertificateRequest

    settings.RENKEI["AUTHORITY"] = ""
    assert "待っています" in join("事業所", status=1)
    folder = tmp_path / "事業所"
    assert "待っています" in here("office", "join", "--folder", folder, status=1)
    row = CertificateRequest.objects.select_related("party").get()
    request = x509.load_der_x509_csr(bytes(row.der))
    room.settle(row, issuing.authority.issue(request, row.party.number), "renkei", actor="command")
    assert "証明書を入れました" in here("office", "join", "--folder", folder)


def test_renewing_makes_a_new_key_and_the_old_certificate_counts_on(join: Any, tmp_path: Path) -> None:
    from renkei.hub.parties.models import Certificate

    join("事業所")
    folder = tmp_path / "事業所"
    old, key = ((folder / "keys" / name).read_bytes() for name in ("certificate.pem", "private.key"))
    assert "新しくしました" in here("office", "renew", "--folder", folder)
    assert (folder / "keys" / "certificate.pem").read_bytes() != old
    assert (folder / "keys" / "private.key").read_bytes() != key
    assert not list((folder / "keys").glob("next.*"))
    assert Certificate.objects.filter(revoked_at=None).count() == 2
    assert Office.open(folder).send() == []


def test_a_renewal_that_was_cut_off_goes_on_with_the_same_key(line: Line, join: Any, tmp_path: Path) -> None:
    from renkei.hub.parties.models import CertificateRequest

    join("事業所")
    office = without_pause(tmp_path / "事業所")
    line.lost = http.ATTEMPTS
    with pytest.raises(HubUnreachable):
        office.renew()
    waiting = office.folder.next_key.read_bytes()
    assert office.renew() and office.folder.key.read_bytes() == waiting
    assert CertificateRequest.objects.count() == 2


@pytest.mark.parametrize("moment", ["before the key", "before the certificate"])
def test_a_power_cut_while_the_key_changes_loses_nothing(
    join: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    from renkei.client import identity

    join("事業所")
    office = without_pause(tmp_path / "事業所")
    calls = {"before the key": 0, "before the certificate": 1}[moment]
    real = Path.replace

    def cut(path: Path, target: Path) -> Path:
        nonlocal calls
        if path.name in ("next.key", "next.pem"):
            if not calls:
                raise KeyboardInterrupt
            calls -= 1
        return real(path, target)

    monkeypatch.setattr(Path, "replace", cut)
    with pytest.raises(KeyboardInterrupt):
        office.renew()
    monkeypatch.undo()
    identity.load(office.folder)
    assert not office.folder.next_key.exists() and not office.folder.next_certificate.exists()


def test_a_certificate_that_ends_soon_is_spoken_of_and_renewed_when_asked(
    join: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.conf import settings

    monkeypatch.setitem(settings.RENKEI, "CERTIFICATE_DAYS", 20)
    join("事業所")
    folder = tmp_path / "事業所"
    for deed in ("list", "send", "collect"):
        assert "renkei office renew で新しくしてください" in here("office", deed, "--folder", folder)
    monkeypatch.setitem(settings.RENKEI, "CERTIFICATE_DAYS", 365)
    assert "証明書を新しくしました" in here("office", "send", "--folder", folder, "--renew")
    assert "新しく" not in here("office", "send", "--folder", folder, "--renew")


def test_a_folder_may_renew_by_itself(join: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.conf import settings

    monkeypatch.setitem(settings.RENKEI, "CERTIFICATE_DAYS", 20)
    join("事業所")
    folder = tmp_path / "事業所"
    file = folder / "renkei-office.toml"
    file.write_text(file.read_text().replace('renew = ""', 'renew = "auto"'))
    assert "証明書を新しくしました" in here("office", "send", "--folder", folder)
    file.write_text(file.read_text().replace('renew = "auto"', 'renew = "often"'))
    with pytest.raises(SetupError, match="E-OFFICE-SETTINGS"):
        Office.open(folder)


def test_lists_come_from_the_hub_and_only_newer_ones_with_the_right_signature_count(
    join: Any, issuing: Hub, party: Any, tmp_path: Path
) -> None:
    from django.utils import timezone

    from renkei.hub.parties.keys import issuing as room

    join("事業所")
    folder = tmp_path / "事業所"
    room.keep_lists(timezone.now())
    served = issuing.data / "trust" / "crls" / "issuing.crl"
    here("office", "collect", "--folder", folder)
    assert (folder / "trust" / "issuing.crl").read_bytes() == served.read_bytes()
    older, newer = served.read_bytes(), issuing.authority.crl()
    (folder / "trust" / "issuing.crl").write_bytes(newer)
    told = here("office", "trust", "--folder", folder, status=1)
    assert "前と同じ" in told and "Renkei Root CA」の失効リストがありません" in told
    assert (folder / "trust" / "issuing.crl").read_bytes() == newer != older
    stray = Authority.create(tmp_path / "stranger", "別").crl()
    (folder / "trust" / "issuing.crl").unlink()
    served.write_bytes(stray)
    try:
        with suppress(ClientError):
            Office.open(folder).refresh_trust()
        assert not (folder / "trust" / "issuing.crl").exists()
    finally:
        served.unlink()


def test_a_revoked_office_cannot_renew(join: Any, tmp_path: Path) -> None:
    from renkei.hub.parties.keys import revoking
    from renkei.hub.parties.models import Certificate

    join("事業所")
    revoking.revoke(Certificate.objects.get(), "keyCompromise", "staff:1", "")
    with pytest.raises(HubRefused, match="E-CERT-REVOKED"):
        without_pause(tmp_path / "事業所").renew()


def test_an_office_that_lost_its_key_joins_again_in_the_same_folder_with_a_new_one(
    join: Any, party: Any, tmp_path: Path
) -> None:
    from renkei.hub.parties.keys import revoking
    from renkei.hub.parties.models import Certificate

    join("事業所")
    folder = tmp_path / "事業所"
    key = (folder / "keys" / "private.key").read_bytes()
    revoking.revoke(Certificate.objects.get(), "keyCompromise", "staff:1", "")
    assert "証明書を入れました" in here("office", "join", "--folder", folder, "--code", offer(party))
    assert (folder / "keys" / "private.key").read_bytes() != key
    assert Office.open(folder).send() == []


def test_a_key_that_was_refused_for_good_makes_room_for_another(join: Any, issuing: Hub, tmp_path: Path) -> None:
    from django.conf import settings

    from renkei.hub.parties.keys import issuing as room
    from renkei.hub.parties.models import CertificateRequest

    join("事業所")
    office = without_pause(tmp_path / "事業所")
    held = settings.RENKEI["AUTHORITY"]
    settings.RENKEI["AUTHORITY"] = ""
    assert not office.renew() and office.folder.next_key.exists()
    room.refuse(CertificateRequest.objects.get(state="asked"), "まちがい。", actor="command")
    settings.RENKEI["AUTHORITY"] = held
    with pytest.raises(HubRefused):
        office.renew()
    assert office.renew()


def test_a_certificate_is_checked_by_command(join: Any, tmp_path: Path, issuing: Hub) -> None:
    join("事業所")
    folder = tmp_path / "事業所"
    own = folder / "keys" / "certificate.pem"
    told = here("office", "check-certificate", "--folder", folder, own)
    assert told.startswith("使えます") and "種類: Renkei の証明書" in told and "1379100017" in told
    root = tmp_path / "root.pem"
    root.write_bytes(issuing.authority.root.public_bytes(Encoding.PEM))
    assert "使えません" in here("office", "check-certificate", root, "--hub", URL, status=1)
    key = folder / "keys" / "private.key"
    assert "送りません" in here("office", "check-certificate", key, "--hub", URL, status=2)


def test_the_end_is_that_of_the_certificate(join: Any, tmp_path: Path) -> None:
    join("事業所")
    ends = Office.open(tmp_path / "事業所").certificate_ends()
    assert timedelta(days=360) < ends - datetime.now(UTC) < timedelta(days=366)
