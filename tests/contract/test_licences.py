"""Licences of offices: applied for, renewed by the hub, stopped, required for sending, shown and verified."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from renkei.conformance import Month

from . import commands, crowd, world
from .conftest import Hub
from .streets import person as person

# What it tries is above the database: one of them is enough.
pytestmark = pytest.mark.usefixtures("once")

NUMBER = "1379100017"
Enter = Callable[..., Client]
SetDay = Callable[[date], None]


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> SetDay:
    """`today(day)` makes it noon of that day in Tokyo."""
    from django.utils import timezone

    def set_day(day: date) -> None:
        noon = datetime(day.year, day.month, day.day, 3, tzinfo=UTC)
        monkeypatch.setattr(timezone, "now", lambda: noon)

    return set_day


@pytest.fixture
def office(hub: Hub, today: SetDay) -> Any:
    """An office on 2025-04-20, before the campaign."""
    from renkei.hub.parties import services

    today(date(2025, 4, 20))
    party = services.admit_office(NUMBER, "架空事業所", ["43"], None)
    party.email = "office@example.jp"
    party.save()
    return party


@pytest.fixture
def mails(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, str]]:
    from django.db import connection

    from renkei.hub.core import mail

    sent: list[tuple[str, str, str]] = []

    def send(to: str, subject: str, text: str) -> bool:
        assert not connection.in_atomic_block
        sent.append((to, subject, text))
        return True

    monkeypatch.setattr(mail, "send", send)
    return sent


def daily() -> None:
    """What the hub does by itself, until nothing is left."""
    from django.utils import timezone

    from renkei.hub.membership import tasks

    for work in (tasks.renew_ended, tasks.tell_before_end):
        left: Any = {}
        while left is not None:
            left = work(timezone.now(), left)


def ends(party: Any) -> list[tuple[str, date, int]]:
    from renkei.hub.membership import services

    return [(one.code, one.until, one.price) for one in services.history(party)]


def test_an_office_of_april_2025_renews_by_hand_once_and_then_by_itself(office: Any, today: SetDay) -> None:
    from renkei.hub.membership import services

    services.apply(office, "staff:1")
    today(date(2026, 4, 20))
    daily()
    assert ends(office) == [("fee-by-hand", date(2026, 4, 19), 21000)]
    services.apply(office, "staff:1")
    assert ends(office)[1:] == [("spring-2025", date(2027, 4, 19), 0)]
    today(date(2027, 4, 19))
    daily()
    assert len(ends(office)) == 2
    today(date(2027, 4, 20))
    daily()
    daily()
    assert ends(office)[2:] == [("merged", date(2028, 4, 19), 0)]


def test_after_a_long_pause_of_the_hub_every_year_is_there(office: Any, today: SetDay) -> None:
    from renkei.hub.membership import services

    today(date(2025, 6, 1))
    services.apply(office, "staff:1")
    today(date(2028, 7, 1))
    daily()
    assert [until for _, until, _ in ends(office)] == [date(year, 5, 31) for year in (2026, 2027, 2028, 2029)]


def test_a_stopped_licence_ends_and_one_that_goes_on_does_not(office: Any, today: SetDay) -> None:
    from renkei.hub.core.problems import Refused
    from renkei.hub.membership import services

    today(date(2025, 6, 1))
    services.apply(office, "staff:1")
    services.set_automatic(office, False, "staff:1")
    today(date(2026, 5, 31))
    services.set_automatic(office, True, "staff:1")
    services.set_automatic(office, False, "staff:1")
    today(date(2026, 6, 1))
    daily()
    assert len(ends(office)) == 1
    with pytest.raises(Refused):  # too late: nothing is renewed backwards
        services.set_automatic(office, True, "staff:1")
    today(date(2026, 9, 1))
    assert services.apply(office, "staff:1").kind == "returning"


def test_an_office_is_told_thirty_and_seven_days_before_the_end(
    office: Any, today: SetDay, mails: list[tuple[str, str, str]]
) -> None:
    from renkei.hub.membership import services

    services.apply(office, "staff:1")
    told = []
    for before in (31, 30, 29, 8, 7, 6, 0):
        today(date(2026, 4, 19) - timedelta(days=before))
        daily()
        daily()
        told.append(len(mails))
    assert told == [0, 1, 1, 1, 2, 2, 2]
    to, subject, text = mails[0]
    assert to == "office@example.jp" and "2026年4月19日まで" in subject
    assert "自動では更新されません" in text


def test_the_mail_says_what_an_automatic_renewal_will_cost(
    office: Any, today: SetDay, mails: list[tuple[str, str, str]]
) -> None:
    from renkei.hub.membership import services

    today(date(2025, 6, 1))
    services.apply(office, "staff:1")
    today(date(2026, 5, 20))
    daily()
    assert "2026年6月1日に自動で更新します。料金は無料です" in mails[0][2]


def test_one_application_at_a_time_and_none_for_days_that_are_not(office: Any, today: SetDay) -> None:
    from renkei.hub.core.problems import Refused
    from renkei.hub.membership import services

    first = services.apply(office, "command:test", date(2025, 4, 1))
    assert (first.applied_on, first.until) == (date(2025, 4, 1), date(2026, 3, 31))
    for day in (None, date(2025, 4, 21), date(2025, 3, 31)):
        with pytest.raises(Refused):
            services.apply(office, "staff:1", day)
    assert len(ends(office)) == 1


def test_every_deed_is_on_record(office: Any, today: SetDay) -> None:
    from renkei.hub.core.models import Deed
    from renkei.hub.membership import services

    today(date(2025, 6, 1))
    services.apply(office, "staff:1")
    services.set_automatic(office, False, "staff:1")
    services.set_automatic(office, True, "staff:1")
    today(date(2026, 6, 1))
    daily()
    found = Deed.objects.filter(kind__startswith="licence-").order_by("id").values_list("kind", "actor")
    assert list(found) == [
        ("licence-made", "staff:1"),
        ("licence-stopped", "staff:1"),
        ("licence-goes-on", "staff:1"),
        ("licence-made", "hub"),
    ]


def test_sending_needs_a_licence_where_the_operator_says_so_and_receiving_never(
    town: Hub, month: Month, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.conf import settings
    from django.utils import timezone

    from renkei.hub.membership import services as licences
    from renkei.hub.parties.models import Party

    sender = town.offices[month.offices[0].number]
    units = iter(world.units_of(month.files[sender.number]))
    crowd.send(sender, *next(units))  # only shown
    monkeypatch.setitem(settings.RENKEI, "LICENCES", "required")
    crowd.send(sender, *next(units))  # newly admitted
    party = Party.objects.get(number=sender.number)
    Party.objects.filter(pk=party.pk).update(admitted_at=timezone.now() - timedelta(days=31))
    unit, files = next(units)
    answer = sender.post("/transmissions", sender.envelope(unit, files))
    assert (answer.status_code, answer.json()["code"]) == (403, "E-LICENCE")
    assert sender.get("/events", service=sender.service).status_code == 200
    licences.apply(party, "staff:1")
    crowd.send(sender, unit, files)


@pytest.mark.parametrize(("after_end", "may_send"), [(0, True), (30, True), (31, False)])
def test_a_grace_of_thirty_days_follows_the_end(
    office: Any, today: SetDay, monkeypatch: pytest.MonkeyPatch, after_end: int, may_send: bool
) -> None:
    from django.conf import settings

    from renkei.hub.core.problems import Refused
    from renkei.hub.membership import services

    monkeypatch.setitem(settings.RENKEI, "LICENCES", "required")
    until = services.apply(office, "staff:1").until
    today(until + timedelta(days=after_end))
    try:
        services.require(office)
    except Refused:
        assert not may_send
    else:
        assert may_send


def test_asking_for_the_licence_is_one_search(office: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.conf import settings
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from renkei.hub.membership import services

    services.apply(office, "staff:1")
    for mode, queries in (("required", 1), ("shown", 0), ("off", 0)):
        monkeypatch.setitem(settings.RENKEI, "LICENCES", mode)
        with CaptureQueriesContext(connection) as seen:
            services.require(office)
        assert len(seen) == queries


def test_an_operator_enters_another_list_and_goes_back(hub: Hub, office: Any, tmp_path: Path) -> None:
    from renkei.hub.membership import prices, services

    shown = commands.here("hub", "prices", "--data", hub.data, "--show")
    assert "free-pass" in shown and "21000" in shown
    file = tmp_path / "prices.tsv"
    own = prices.write(prices.default()[-1:]).replace("\t21000\t", "\t5000\t").replace("2025-06-01", "2025-01-01")
    file.write_text(own, encoding="utf-8")
    assert "1 行" in commands.here("hub", "prices", "--data", hub.data, "--import", file)
    assert commands.here("hub", "prices", "--data", hub.data, "--show").count("\t5000\t") == 1
    assert services.apply(office, "staff:1").price == 5000
    file.write_text(own.replace("あり", "はい"), encoding="utf-8")
    assert "2行目: 「自動更新」" in commands.here("hub", "prices", "--data", hub.data, "--import", file, status=2)
    assert "もとの料金表" in commands.here("hub", "prices", "--data", hub.data, "--reset")
    assert "free-pass" in commands.here("hub", "prices", "--data", hub.data, "--show")


def test_an_operator_enters_what_an_office_had_before(hub: Hub, office: Any) -> None:
    said = commands.here("hub", "licence", "--data", hub.data, "--office", NUMBER, "--apply", "2025-04-01")
    assert "2026-03-31" in said
    assert "fee-by-hand" in commands.here("hub", "licence", "--data", hub.data, "--office", NUMBER)


def test_the_page_says_until_when_why_and_what_comes_next(
    town: Hub, month: Month, person: Enter, today: SetDay, need: Callable[[str], str], tmp_path: Path
) -> None:
    office = town.offices[month.offices[0].number]
    today(date(2025, 8, 15))
    browser = person(office)
    assert "まだ申請していません" in page(browser)
    browser.post("/settings/licence/apply/")
    text = page(browser)
    for words in (
        "2026年8月14日まで使えます",
        "フリーパスキャンペーン",
        "2026年8月15日に、自動で更新します",
        "推定です",
    ):
        assert words in text
    assert "<svg" in text and "今日" in text
    browser.post("/settings/licence/automatic/", {"wanted": "no"})
    assert "自動では更新しません" in page(browser) and "自動更新に戻す" in page(browser)
    address = re.search(r"/settings/licence/\d+/certificate\.pdf", text)
    assert address is not None
    pdf = browser.get(address[0])
    assert pdf["Content-Type"] == "application/pdf"
    (tmp_path / "paper.pdf").write_bytes(pdf.content)
    drawn = subprocess.run([need("pdftotext"), tmp_path / "paper.pdf", "-"], capture_output=True, check=True)
    plain = "".join(drawn.stdout.decode().split())
    number = re.search(r"証明書番号([0-9A-Z]{4}(?:-[0-9A-Z]{4}){3})", plain)
    assert number is not None and office.number in plain and "令和7年8月15日" in plain
    for typed in (number[1], number[1].lower(), number[1].replace("-", "")):
        verified = Client().get(f"/verify/{typed}/")
        assert verified.status_code == 200 and office.number in verified.content.decode()
    assert month.offices[0].name in Client().get("/verify/", {"number": number[1]}).content.decode()
    stranger = person(town.offices[month.offices[1].number], "sato")
    assert stranger.get(address[0]).status_code == 404


def test_a_number_that_nobody_has_is_told_so(hub: Hub) -> None:
    for number in ("ABCD-EFGH-JKMN-PQRS", "x", "<b>", "0" * 40):
        answer = Client().get("/verify/", {"number": number})
        assert answer.status_code == 404 and "ありません" in answer.content.decode()
    assert Client().get("/verify/").status_code == 200


def test_members_see_and_administrators_decide(town: Hub, month: Month, person: Enter) -> None:
    from renkei.hub.membership.models import Licence
    from renkei.hub.parties.models import Level, Membership

    browser = person(town.offices[month.offices[0].number])
    Membership.objects.update(level=Level.MEMBER)
    assert "事業所の管理者がします" in page(browser)
    assert browser.post("/settings/licence/apply/").status_code == 403
    assert not Licence.objects.exists()


def test_where_licences_are_off_there_is_no_page(
    town: Hub, month: Month, person: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.conf import settings

    browser = person(town.offices[month.offices[0].number])
    assert "利用料" in browser.get("/settings/").content.decode()
    monkeypatch.setitem(settings.RENKEI, "LICENCES", "off")
    assert browser.get("/settings/licence/").status_code == 404
    assert "/settings/licence/" not in browser.get("/settings/").content.decode()


def page(browser: Client) -> str:
    answer = browser.get("/settings/licence/")
    assert answer.status_code == 200
    return answer.content.decode()
