"""Programs sign in with certificate, ID and password, as at the national service."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from django.test import Client

from renkei.trust.authority import Authority
from renkei.trust.chain import fingerprint

from . import commands, world
from .conftest import Hub
from .streets import person as person

NUMBER, OTHER = "1379100017", "1379300013"


@dataclass
class Program:
    """A program behind the proxy of a hub: what it knows, and the certificate that its connection shows."""

    office: world.TestOffice
    id: str
    password: str

    def post(self, path: str, body: Any, shown: world.TestOffice | None, **headers: str) -> Any:
        if shown is not None:
            headers["X-SSL-Client-Cert"] = quote(shown.certificate.public_bytes(Encoding.PEM).decode())
        return Client().post(f"/v1{path}", body, content_type="application/json", headers=headers)

    def login(self, **changes: Any) -> Any:
        shown = changes.pop("shown", self.office)
        return self.post("/login", {"id": self.id, "password": self.password} | changes, shown)

    def refresh(self, token: str, **changes: Any) -> Any:
        return self.post("/refresh", {"refresh_token": token}, changes.get("shown", self.office))

    def sees(self, token: str, shown: world.TestOffice | None) -> tuple[int, str]:
        headers = {"Authorization": f"Bearer {token}"}
        if shown is not None:
            headers["X-SSL-Client-Cert"] = quote(shown.certificate.public_bytes(Encoding.PEM).decode())
        answer = Client().get("/v1/events", {"service": self.office.service}, headers=headers)
        return answer.status_code, answer.json().get("code", "")


@pytest.fixture
def behind_proxy(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.conf import settings

    monkeypatch.setitem(settings.RENKEI, "PROXY", ("127.0.0.1",))


@pytest.fixture
def program(hub: Hub, behind_proxy: None) -> Program:
    return admitted(hub, NUMBER)


@pytest.fixture
def other(hub: Hub, behind_proxy: None) -> Program:
    return admitted(hub, OTHER)


def admitted(hub: Hub, number: str) -> Program:
    from renkei.hub.parties import services
    from renkei.hub.parties.machines import accounts

    office = hub.admit(world.new_office(hub.authority, number, "11", "架空の事業所"))
    made = accounts.make(services.office(number), "command:test")
    return Program(office, made.account.login, made.password)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """`clock(later)` sets the hub's time so much ahead."""
    from django.utils import timezone

    real = timezone.now

    def ahead(later: timedelta) -> None:
        monkeypatch.setattr(timezone, "now", lambda: real() + later)

    return ahead


def test_an_id_looks_like_the_national_one_and_further_ones_are_counted(program: Program) -> None:
    from renkei.hub.parties import services
    from renkei.hub.parties.machines import accounts

    party = services.office(NUMBER)
    assert program.id == f"KJ13{NUMBER}" and len(program.id) == 14
    assert accounts.make(party, "command:test").account.login == f"KJ13{NUMBER}-2"
    accounts.close(party, program.id, "command:test")
    assert accounts.make(party, "command:test").account.login == f"KJ13{NUMBER}-3"


def test_a_program_signs_in_and_reads_its_events(program: Program) -> None:
    answer = program.login()
    assert answer.status_code == 201, answer.content.decode()
    granted = answer.json()
    assert (granted["office"], granted["services"], granted["token_type"]) == (NUMBER, ["11"], "Bearer")
    assert program.sees(granted["access_token"], program.office) == (200, "")
    access, refresh = (datetime.fromisoformat(granted[name]) for name in ("expires_at", "refresh_expires_at"))
    now = datetime.now(UTC)
    assert timedelta(minutes=59) < access - now <= timedelta(minutes=60)
    assert timedelta(hours=7, minutes=59) < refresh - now <= timedelta(hours=8)


def test_a_token_is_worth_nothing_without_the_certificate_it_was_given_for(program: Program, other: Program) -> None:
    token = program.login().json()["access_token"]
    assert program.sees(token, None) == (401, "E-AUTH-BOUND")
    assert program.sees(token, other.office) == (401, "E-AUTH-BOUND")
    assert program.sees(token, program.office) == (200, "")


def test_a_renewed_certificate_needs_a_new_sign_in(hub: Hub, program: Program) -> None:
    granted = program.login().json()
    renewed = hub.admit(world.new_office(hub.authority, NUMBER, "11", "架空の事業所"))
    assert program.sees(granted["access_token"], renewed) == (401, "E-AUTH-BOUND")
    assert program.refresh(granted["refresh_token"], shown=renewed).json()["code"] == "E-AUTH-BOUND"
    assert program.login(shown=renewed).status_code == 201


def test_a_wrong_id_a_wrong_password_and_anothers_id_read_the_same(program: Program, other: Program) -> None:
    tries = [
        program.login(id="KJ139999999999"),
        program.login(password="wrong"),
        program.login(id=other.id, password=other.password),
        other.login(shown=program.office),
    ]
    answers = {(answer.status_code, answer.content) for answer in tries}
    assert len(answers) == 1
    assert tries[0].status_code == 401 and tries[0].json()["code"] == "E-AUTH-LOGIN"


def test_a_closed_account_reads_the_same_and_its_tokens_end(program: Program) -> None:
    from renkei.hub.parties import services
    from renkei.hub.parties.machines import accounts

    granted = program.login().json()
    accounts.close(services.office(NUMBER), program.id, "command:test")
    assert program.login().json() == program.login(password="wrong").json()
    assert program.sees(granted["access_token"], program.office) == (401, "E-AUTH-TOKEN")
    assert program.refresh(granted["refresh_token"]).json()["code"] == "E-AUTH-REFRESH"


def test_guessing_is_locked_out_for_the_guesser_alone(program: Program, other: Program) -> None:
    for _ in range(5):
        assert program.login(password="wrong", shown=other.office).status_code == 401
    assert program.login(shown=other.office).status_code == 429
    assert program.login().status_code == 201
    for _ in range(5):
        program.login(password="wrong")
    locked = program.login()
    assert locked.json()["code"] == "E-AUTH-LOCKED" and 60 < int(locked["Retry-After"]) <= 3600


def test_without_a_certificate_no_password_is_looked_at(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    from renkei.hub.parties.machines import passwords

    def looked(*_: Any) -> bool:
        raise AssertionError

    monkeypatch.setattr(passwords, "is_right", looked)
    answer = program.login(shown=None)
    assert (answer.status_code, answer.json()["code"]) == (401, "E-CERT-MISSING")


def test_a_flood_of_sign_ins_is_turned_away_instead_of_taking_every_thread(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    import threading

    from renkei.hub.core.problems import Refused
    from renkei.hub.parties.machines import passwords

    slow, gate = passwords.make()[1], threading.Event()
    most, now, lock = [0], [0], threading.Lock()

    def check(_password: str, _stored: str) -> bool:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        gate.wait(10)
        with lock:
            now[0] -= 1
        return True

    def ask(_: int) -> int:
        try:
            return int(passwords.is_right("x", slow))
        except Refused as refusal:
            return refusal.status

    monkeypatch.setattr(passwords, "check_password", check)
    with ThreadPoolExecutor(20) as pool:
        asked = [pool.submit(ask, n) for n in range(20)]
        refused = [one.result() for one in asked[passwords.AT_A_TIME + passwords.WAITING :]]
        gate.set()
        answered = [one.result() for one in asked[: passwords.AT_A_TIME + passwords.WAITING]]
    assert set(refused) == {503} and set(answered) == {1}
    assert most[0] <= passwords.AT_A_TIME


def test_a_refresh_token_counts_once_and_shown_again_ends_the_whole_family(program: Program) -> None:
    first = program.login().json()
    second = program.refresh(first["refresh_token"]).json()
    third = program.refresh(second["refresh_token"]).json()
    assert third["refresh_expires_at"] == first["refresh_expires_at"]
    assert program.sees(third["access_token"], program.office) == (200, "")
    stolen = program.refresh(first["refresh_token"])
    assert (stolen.status_code, stolen.json()["code"]) == (401, "E-AUTH-REFRESH")
    for granted in (first, second, third):
        assert program.sees(granted["access_token"], program.office) == (401, "E-AUTH-TOKEN")
        assert program.refresh(granted["refresh_token"]).status_code == 401


def test_one_who_lacks_the_certificate_cannot_end_a_family(program: Program, other: Program) -> None:
    first = program.login().json()
    second = program.refresh(first["refresh_token"]).json()
    assert program.refresh(first["refresh_token"], shown=other.office).json()["code"] == "E-AUTH-BOUND"
    assert program.sees(second["access_token"], program.office) == (200, "")


def test_signing_out_ends_this_sign_in_and_no_other(program: Program) -> None:
    one, two = program.login().json(), program.login().json()
    out = program.post("/logout", "", None, Authorization=f"Bearer {one['access_token']}")
    assert out.status_code == 204
    assert program.sees(one["access_token"], program.office) == (401, "E-AUTH-TOKEN")
    assert program.refresh(one["refresh_token"]).status_code == 401
    assert program.sees(two["access_token"], program.office) == (200, "")


@pytest.mark.parametrize(("minutes", "status"), [(59.9, 200), (60.1, 401)])
def test_an_access_token_counts_for_an_hour(
    program: Program, clock: Callable[[timedelta], None], minutes: float, status: int
) -> None:
    token = program.login().json()["access_token"]
    clock(timedelta(minutes=minutes))
    assert program.sees(token, program.office)[0] == status


@pytest.mark.parametrize(("minutes", "status"), [(479.9, 201), (480.1, 401)])
def test_a_refresh_token_counts_for_eight_hours_from_the_sign_in(
    program: Program, clock: Callable[[timedelta], None], minutes: float, status: int
) -> None:
    first = program.login().json()
    clock(timedelta(hours=4))
    token = program.refresh(first["refresh_token"]).json()["refresh_token"]
    clock(timedelta(minutes=minutes))
    assert program.refresh(token).status_code == status


def test_a_certificate_that_does_not_count_is_named(hub: Hub, program: Program, tmp_path: Any) -> None:
    from renkei.hub.parties import services

    now = datetime.now(UTC)
    old = {"not_before": now - timedelta(days=9), "not_after": now - timedelta(days=1)}
    young = {"not_before": now + timedelta(days=1), "not_after": now + timedelta(days=9)}
    elsewhere = Authority.create(tmp_path / "elsewhere", "よその認証局")

    def code(authority: Authority, **validity: Any) -> tuple[int, str]:
        answer = program.login(shown=world.new_office(authority, NUMBER, "11", "架空", **validity))
        return answer.status_code, answer.json()["code"]

    assert code(hub.authority, **old) == (401, "E-CERT-EXPIRED")
    assert code(hub.authority, **young) == (401, "E-CERT-NOT-YET")
    assert code(elsewhere) == (401, "E-CERT-AUTHORITY")
    assert code(hub.authority) == (401, "E-CERT-UNKNOWN")
    services.withdraw_certificate(fingerprint(program.office.certificate))
    assert program.login().json()["code"] == "E-CERT-REVOKED"


def test_headers_of_a_stranger_count_for_nothing(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.conf import settings

    token = program.login().json()["access_token"]
    for proxy in ((), ("10.0.0.5",), ("unix:/run/renkei/hub.sock",)):
        monkeypatch.setitem(settings.RENKEI, "PROXY", proxy)
        assert program.login().json()["code"] == "E-CERT-MISSING"
        assert program.sees(token, program.office) == (401, "E-AUTH-BOUND")


def test_the_certificate_may_come_in_the_form_of_rfc_9440(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.conf import settings

    said = f":{world.b64(program.office.certificate.public_bytes(Encoding.DER))}:"
    body = {"id": program.id, "password": program.password}
    assert program.post("/login", body, None, **{"Client-Cert": said}).json()["code"] == "E-CERT-MISSING"
    monkeypatch.setitem(settings.RENKEI, "PROXY_CERTIFICATE", "Client-Cert")
    assert program.post("/login", body, None, **{"Client-Cert": said}).status_code == 201
    assert program.login().json()["code"] == "E-CERT-MISSING"
    for wrong in (said[:-1], said[1:], ":", "::", ":%:", ":é:", f"{said}, {said}", "x" * 30_000):
        assert program.post("/login", body, None, **{"Client-Cert": wrong}).status_code == 401


def test_what_is_no_certificate_is_told_so(program: Program) -> None:
    body = {"id": program.id, "password": program.password}
    empty = quote("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    for said in ("nonsense", "%FF%FE", empty):
        answer = program.post("/login", body, None, **{"X-SSL-Client-Cert": said})
        assert answer.status_code == 401 and answer.json()["code"] in ("E-CERT-MISSING", "E-CERT-FILE")


def test_behind_the_proxy_the_clients_own_address_and_scheme_count(
    behind_proxy: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.conf import settings
    from django.http import HttpRequest, HttpResponse
    from django.test import RequestFactory

    from renkei.hub.core.fronting import Front

    seen: list[tuple[str, bool]] = []

    def note(request: HttpRequest) -> HttpResponse:
        seen.append((request.META["REMOTE_ADDR"], request.is_secure()))
        return HttpResponse()

    said = {"X-Forwarded-For": "198.51.100.9, 203.0.113.7", "X-Forwarded-Proto": "https"}
    Front(note)(RequestFactory().get("/", headers=said))
    monkeypatch.setitem(settings.RENKEI, "PROXY", ())
    Front(note)(RequestFactory().get("/", headers=said))
    assert seen == [("203.0.113.7", True), ("127.0.0.1", False)]


def test_asking_for_a_challenge_writes_nothing(program: Program) -> None:
    from renkei.hub.parties.models import Challenge

    before = Challenge.objects.count()
    for _ in range(20):
        assert program.post("/challenges", {"office": NUMBER}, None).status_code == 201
    assert Challenge.objects.count() == before


def test_no_byte_of_a_challenge_can_be_changed_and_none_outlives_its_time(
    program: Program, clock: Callable[[timedelta], None]
) -> None:
    office = program.office

    def answered(text: str) -> int:
        body = {"challenge": text, "signature": world.b64(office.sign(text.encode()))}
        status: int = program.post("/tokens", body, None).status_code
        return status

    text: str = program.post("/challenges", {"office": NUMBER}, None).json()["challenge"]
    *head, part, seconds = text.split("\n")
    later = "\n".join([*head, part, str(int(seconds) + 1)])
    turned = "\n".join([*head, part[:-1] + ("0" if part[-1] != "0" else "1"), seconds])
    other_random = "\n".join([*head, ("A" if part[0] != "A" else "B") + part[1:], seconds])
    assert [answered(one) for one in (later, turned, other_random, text, text)] == [401, 401, 401, 201, 401]
    late: str = program.post("/challenges", {"office": NUMBER}, None).json()["challenge"]
    clock(timedelta(seconds=121))
    assert answered(late) == 401


def test_an_administrator_makes_and_closes_accounts_on_the_page(
    program: Program, other: Program, person: Callable[..., Client]
) -> None:
    browser = person(program.office)
    made = browser.post("/settings/programs/").content.decode()
    assert f"KJ13{NUMBER}-2" in made
    password = re.findall(r'class="typed">([^<]+)<', made)[1]
    later = browser.get("/settings/programs/").content.decode()
    assert f"KJ13{NUMBER}-2" in later and password not in later and "まだ使っていません" in later
    second = Program(program.office, f"KJ13{NUMBER}-2", password)
    assert second.login().status_code == 201
    assert "まだ使っていません" in browser.get("/settings/programs/").content.decode()  # the first one still
    assert browser.post("/settings/programs/close/", {"login": other.id}).status_code == 404
    assert browser.post("/settings/programs/close/", {"login": second.id}).status_code == 302
    assert second.login().status_code == 401 and program.login().status_code == 201 and other.login().status_code == 201


def test_a_member_makes_no_account(program: Program, person: Callable[..., Client]) -> None:
    from renkei.hub.parties.models import Account, Level, Membership

    browser = person(program.office)
    Membership.objects.update(level=Level.MEMBER)
    assert browser.get("/settings/programs/").status_code == 403
    assert browser.post("/settings/programs/").status_code == 403
    assert Account.objects.count() == 1


def test_an_operator_makes_lists_and_closes_accounts_by_command(hub: Hub, program: Program) -> None:
    command = ("hub", "account", "--data", hub.data, "--office", NUMBER)
    said = commands.here(*command, "--new")
    password = re.search("パスワード: (.+)", said)
    assert password and Program(program.office, f"KJ13{NUMBER}-2", password[1]).login().status_code == 201
    listed = commands.here(*command)
    assert program.id in listed and "最後に使った日時" in listed and password[1] not in listed
    commands.here(*command, "--close", program.id)
    assert program.login().status_code == 401
    assert "ありません" in commands.here(*command, "--close", "KJ139999999999", status=2)


def test_a_deed_is_on_record_for_each_account(program: Program) -> None:
    from renkei.hub.core.models import Deed
    from renkei.hub.parties import services
    from renkei.hub.parties.machines import accounts

    accounts.close(services.office(NUMBER), program.id, "staff:1")
    found = list(Deed.objects.filter(kind__startswith="account-").order_by("id").values_list("kind", "actor"))
    assert found == [("account-made", "command:test"), ("account-closed", "staff:1")]
    assert program.password not in str(list(Deed.objects.values_list("details", flat=True)))
