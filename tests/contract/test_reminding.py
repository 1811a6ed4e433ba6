"""What people are told: on the page as long as it is so, by mail once, in the way that each of them wants."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from renkei.standard.units import UnitKind

from . import people, world
from .conftest import Hub
from .people import letterbox
from .plans import is_index_search, plan_of
from .streets import Street, full_street, looks, person, street

__all__ = ["full_street", "letterbox", "person", "street"]  # fixtures

Enter = Callable[..., Client]
Letters = list[tuple[str, str, str]]


class Clock:
    """The hub's clock, stopped where a test puts it: hours of Japan."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch

    def put(self, day: date, hour: int = 12, minute: int = 0) -> datetime:
        from django.utils import timezone

        at = datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC) - timedelta(hours=9)
        self._monkeypatch.setattr(timezone, "now", lambda: at)
        return at


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def mails(letterbox: Letters, monkeypatch: pytest.MonkeyPatch) -> Letters:
    """Mail is on; what went out, each with its mark as the text's end."""
    from django.conf import settings

    from renkei.hub.core import mail

    monkeypatch.setitem(settings.RENKEI, "MAIL_URL", "smtp://127.0.0.1:1")

    def send(to: str, subject: str, text: str, mark: str = "") -> bool:
        letterbox.append((to, subject, f"{text}\n{mark}"))
        return True

    monkeypatch.setattr(mail, "send", send)
    return letterbox


def service_of(office: world.TestOffice) -> Any:
    from renkei.hub.parties.models import OfficeService

    return OfficeService.objects.select_related("party").get(party__number=office.number, service=office.service)


def told(office: world.TestOffice, login: str = "suzuki") -> dict[str, list[str]]:
    """By matter, what this person reads of each entry: its words and the partner."""
    from renkei.hub.workspace.reminding.services import shown_to

    found = shown_to(people.place_of(login), service_of(office))
    return {one.matter.value: [f"{entry.words} {entry.partner}".strip() for entry in one.entries] for one in found}


def say(street: Street, office: world.TestOffice, step: str, text: str = "", found: Any = ()) -> None:
    digest = world.digest(office.get(f"/transmissions/{street.slip}").json()["manifest"])
    answer = office.post("/receipts", {"receipts": [office.receipt(street.slip, digest, step, found, text=text)]})
    assert answer.json()["results"][0]["status"] == 201, answer.content.decode()


def wants(office: world.TestOffice, hour: int = 8, login: str = "suzuki", **ways: str) -> None:
    """The person has an address, and chooses."""
    from renkei.hub.parties.models import Staff
    from renkei.hub.workspace.models import Matter, Way
    from renkei.hub.workspace.reminding import services

    Staff.objects.filter(login=login).update(email=f"{login}@example.jp")
    chosen = {Matter(matter): Way(way) for matter, way in ways.items()}
    services.choose(people.place_of(login), chosen, hour, "https://hub.example.jp/reminders/")


def work() -> None:
    """What the hub does by itself, until nothing is left."""
    from django.utils import timezone

    from renkei.hub.workspace import tasks

    left: Any = {}
    while left is not None:
        left = tasks.send_digests(timezone.now(), left)


# On the page ---------------------------------------------------------------------------------------------------------


def test_what_arrived_is_told_until_somebody_has_taken_it(street: Street) -> None:
    people.add(street.service_office)
    assert told(street.service_office) == {"arrived": [f"提供票(第6表・第7表) 2026年12月 {street.care_manager.name}"]}
    say(street, street.service_office, "collected")
    assert told(street.service_office) == {}


def test_what_nobody_opens_is_told_after_days_of_work(street: Street, clock: Clock, person: Enter) -> None:
    from renkei.hub.exchange.models import Transmission

    people.add(street.care_manager)
    # A Friday; a weekend, a holiday and three days of work lie between.
    sent = clock.put(date(2026, 11, 20))
    Transmission.objects.filter(pk=street.slip).update(accepted_at=sent)
    clock.put(date(2026, 11, 26))
    assert told(street.care_manager) == {}
    clock.put(date(2026, 11, 27), hour=0)
    [words] = told(street.care_manager)["unopened"]
    assert words.endswith(street.service_office.name)
    assert person(street.service_office, login="sato").get(f"/transmissions/{street.slip}/contents/").status_code == 200
    assert told(street.care_manager) == {}


def test_whose_results_are_missing_is_told_from_the_day_after_they_were_due(street: Street, clock: Clock) -> None:
    people.add(street.care_manager)
    people.add(street.service_office, login="sato")
    say(street, street.service_office, "collected")
    clock.put(date(2027, 1, 5))
    assert "overdue" not in told(street.care_manager)
    clock.put(date(2027, 1, 6))
    assert told(street.care_manager)["overdue"] == [f"2026年12月: 実績が届いていません {street.service_office.name}"]
    assert told(street.service_office, "sato")["overdue"] == [
        f"2026年12月: 実績を送っていません {street.care_manager.name}"
    ]
    clock.put(date(2027, 2, 6))
    assert "overdue" not in told(street.care_manager)


def test_results_that_came_are_not_missing(full_street: Street, clock: Clock) -> None:
    people.add(full_street.care_manager)
    clock.put(date(2027, 1, 6))
    assert "overdue" not in told(full_street.care_manager)


def test_a_request_is_told_to_the_other_office_until_it_is_answered(street: Street) -> None:
    people.add(street.care_manager)
    people.add(street.service_office, login="sato")
    say(street, street.service_office, "collected")
    say(street, street.service_office, "change_requested", "11月12日を13日にしてください。")
    [words] = told(street.care_manager)["asked"]
    assert words == f"提供票(第6表・第7表) 2026年12月: 変更のお願い {street.service_office.name}"
    assert told(street.service_office, "sato") == {}
    say(street, street.care_manager, "change_declined", "ご本人の予定があります。")
    assert told(street.care_manager) == {}
    say(street, street.care_manager, "recall_requested", "宛先をまちがえました。")
    [words] = told(street.service_office, "sato")["asked"]
    assert words.startswith("提供票(第6表・第7表) 2026年12月: 回収のお願い")
    say(street, street.service_office, "deletion_confirmed")
    assert told(street.service_office, "sato") == {}


def test_what_a_partner_could_not_import_is_told_until_it_is_sent_anew(street: Street) -> None:
    from renkei.hub.exchange.models import Transmission

    people.add(street.care_manager)
    why = {"code": "X-1", "message": "登録されていません。", "remedy": "登録してください。"}
    say(street, street.service_office, "collected")
    say(street, street.service_office, "import_failed", found=[why])
    [words] = told(street.care_manager)["sent_back"]
    assert "相手が読み込めませんでした" in words
    first = Transmission.objects.get(pk=street.slip)
    street.send(lambda unit: True)
    Transmission.objects.exclude(pk=first.pk).filter(sender=first.sender)[:1].get()
    Transmission.objects.filter(sender=first.sender).exclude(pk=first.pk).update(replaces=first)
    assert "sent_back" not in told(street.care_manager)


def test_what_was_taken_back_is_told_to_the_others(town: Hub) -> None:
    from django.utils import timezone

    from renkei.hub.workspace.models import Handling, Outgoing, Partner, Step

    office = next(iter(town.offices.values()))
    maker, other = people.add(office), people.add(office, login="sato")
    now = timezone.now()
    unit = Outgoing.objects.create(
        owner=service_of(office),
        number="1379100025",
        service="11",
        kind=UnitKind.USE_TABLE,
        sequence="20261125120000",
        months="202612",
        tag="x",
        brought_at=now,
        changed_at=now,
    )
    for step, staff, minutes in ((Step.CHECKED, maker, 0), (Step.TAKEN_BACK, other, 1)):
        Handling.objects.create(outgoing=unit, step=step, staff=staff, at=now + timedelta(minutes=minutes))
    assert told(office)["sent_back"] == ["提供票(第6表・第7表) 2026年12月: 下書きに戻しました 事業所番号 1379100025"]
    assert told(office, "sato") == {}
    Partner.objects.create(owner=service_of(office), number="1379100025", service="11", name="架空の訪問介護")
    assert told(office)["sent_back"][0].endswith("架空の訪問介護")
    Handling.objects.create(outgoing=unit, step=Step.CHANGED, staff=maker, at=now + timedelta(minutes=2))
    assert told(office) == {}


def test_what_ends_soon_is_told_to_those_who_run_the_office(town: Hub, clock: Clock) -> None:
    from django.utils import timezone

    from renkei.hub.parties.models import Certificate

    office = next(iter(town.offices.values()))
    people.add(office)
    people.add(office, login="sato", level="member")
    last = timezone.localdate(Certificate.objects.get(party__number=office.number).not_after)
    clock.put(last - timedelta(days=91))
    assert told(office) == {}
    clock.put(last - timedelta(days=90))
    [words] = told(office)["ending"]
    assert words == f"証明書の期限は{last.year}年{last.month}月{last.day}日までです"
    assert told(office, "sato") == {}


def test_the_page_names_no_client_and_is_no_look(full_street: Street, person: Enter) -> None:
    page = person(full_street.service_office).get("/reminders/").content.decode()
    assert "届いた" in page and full_street.care_manager.name in page
    assert not [name for name in full_street.names.values() if name in page]
    assert looks() == []


def test_an_office_with_nothing_to_tell_reads_so(town: Hub, person: Enter) -> None:
    office = next(iter(town.offices.values()))
    assert "いま、お知らせはありません" in person(office).get("/reminders/").content.decode()


def test_more_than_a_page_shows_is_said_and_costs_no_more_queries(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from renkei.hub.workspace.reminding import finding, services

    people.add(street.service_office)
    given = (people.place_of("suzuki"), service_of(street.service_office))
    with CaptureQueriesContext(connection) as few:
        [one] = services.shown_to(*given)
    assert (one.count, one.is_more, one.count_words) == (1, False, "1件")
    street.send(lambda unit: unit.recipient == street.service_office.number)
    monkeypatch.setattr(services, "MOST", 1)
    monkeypatch.setattr(finding, "MOST", 1)
    with CaptureQueriesContext(connection) as many:
        [one] = services.shown_to(*given)
    assert (one.count, one.is_more, one.count_words) == (1, True, "1件より多い")
    assert len(many) == len(few) <= 13


def test_each_matter_is_found_by_an_index(town: Hub) -> None:
    from django.utils import timezone

    from renkei.hub.workspace.models import Habits
    from renkei.hub.workspace.reminding import finding

    office, now = service_of(next(iter(town.offices.values()))), timezone.now()
    found = [*finding.asked_queries(office), finding.failed_query(office, now), finding.arrived_query(office)]
    found.append(finding.unopened_query(office, Habits(owner=office), now))
    plans = [plan_of(query[:31]) for query in found]
    assert [plan for plan in plans if not is_index_search(plan)] == []
    indexes = ("asked_of_a_recipient", "asked_of_a_sender", "not_imported", "waiting_in_a_mailbox", "sent_newest_first")
    assert [name for name, plan in zip(indexes, plans, strict=True) if name not in plan] == []


# What each wants -----------------------------------------------------------------------------------------------------


def chosen(browser: Client, **changes: Any) -> Any:
    usual = dict.fromkeys(("asked", "sent_back", "unopened", "overdue", "arrived", "ending"), "page") | {"hour": 8}
    return browser.post("/settings/reminders/", usual | changes)


def test_each_person_chooses_for_themselves(street: Street, person: Enter) -> None:
    mine, other = person(street.service_office), person(street.service_office, login="sato")
    cards = mine.get("/settings/").content.decode()
    assert "/settings/reminders/" in cards and 'href="/reminders/"' in cards
    assert chosen(mine, arrived="none").status_code == 302
    assert told(street.service_office) == {} and "arrived" in told(street.service_office, "sato")
    assert mine.get("/settings/reminders/").context["form"]["arrived"].value() == "none"
    assert other.get("/settings/reminders/").context["form"]["arrived"].value() == "page"


def test_what_is_no_way_and_no_hour_is_refused(street: Street, person: Enter) -> None:
    browser = person(street.service_office)
    for wrong in ({"arrived": "pigeon"}, {"hour": "3"}, {"hour": "x"}):
        answer = chosen(browser, **wrong)
        assert answer.status_code == 200 and set(answer.context["form"].errors) == set(wrong)


def test_who_does_not_run_the_office_is_not_asked_about_certificates(street: Street) -> None:
    people.add(street.service_office, level="member")
    browser = people.signed_in()
    assert "ending" not in browser.get("/settings/reminders/").context["form"].fields
    assert chosen(browser).status_code == 302


def test_without_mail_or_an_address_the_page_says_what_becomes_of_it(
    street: Street, person: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.conf import settings

    browser = person(street.service_office)
    assert "いまメールを送りません" in browser.get("/settings/reminders/").content.decode()
    monkeypatch.setitem(settings.RENKEI, "MAIL_URL", "smtp://127.0.0.1:1")
    assert "あなたのメールアドレスがありません" in browser.get("/settings/reminders/").content.decode()


# By mail -------------------------------------------------------------------------------------------------------------

TUESDAY = date(2026, 11, 24)


def test_what_is_new_is_mailed_once_in_counts_alone(street: Street, clock: Clock, mails: Letters) -> None:
    from renkei.hub.exchange.models import Transmission

    people.add(street.service_office)
    clock.put(TUESDAY, 7)
    wants(street.service_office, arrived="mail", hour=9)
    arrived = clock.put(TUESDAY, 8)
    Transmission.objects.update(accepted_at=arrived)
    work()
    assert mails == []  # not yet nine
    clock.put(TUESDAY, 9, 5)
    work()
    work()
    [(to, subject, text)] = mails
    assert (to, subject) == ("suzuki@example.jp", "新しいお知らせが1件あります")
    assert "・届いたもの: 1件(うち新しいもの 1件)" in text and "https://hub.example.jp/reminders/" in text
    assert not [name for name in (*street.names, *street.names.values()) if name in text]
    assert street.care_manager.name not in text
    for day in (25, 26):
        clock.put(date(2026, 11, day), 9, 5)
        work()
    assert len(mails) == 1  # it waits still, and was told


def test_what_was_there_before_mails_were_wanted_stays_on_the_page(
    street: Street, clock: Clock, mails: Letters
) -> None:
    people.add(street.service_office)
    clock.put(date(2026, 12, 1), 7)
    wants(street.service_office, arrived="mail")
    clock.put(date(2026, 12, 1), 8, 5)
    work()
    assert mails == [] and "arrived" in told(street.service_office)


def test_on_a_day_off_nothing_is_mailed_and_on_the_next_day_of_work_it_is(
    street: Street, clock: Clock, mails: Letters
) -> None:
    from renkei.hub.exchange.models import Transmission

    people.add(street.service_office)
    clock.put(date(2026, 11, 20), 7)
    wants(street.service_office, arrived="mail")
    Transmission.objects.update(accepted_at=clock.put(date(2026, 11, 20), 20))
    for day, count in ((21, 0), (22, 0), (23, 0), (24, 1)):  # a weekend, and a holiday
        clock.put(date(2026, 11, day), 8, 5)
        work()
        assert len(mails) == count, day


def test_a_mail_that_cannot_go_goes_later_and_keeps_no_other_back(
    street: Street, clock: Clock, mails: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    from renkei.hub.core import mail
    from renkei.hub.exchange.models import Transmission

    people.add(street.service_office)
    people.add(street.service_office, login="sato")
    clock.put(TUESDAY, 6)
    for login in ("suzuki", "sato"):
        wants(street.service_office, login=login, arrived="mail")
    Transmission.objects.update(accepted_at=clock.put(TUESDAY, 7))
    good = mail.send
    monkeypatch.setattr(mail, "send", lambda to, *rest, **named: to != "suzuki@example.jp" and good(to, *rest, **named))
    clock.put(TUESDAY, 8, 5)
    work()
    assert [to for to, _, _ in mails] == ["sato@example.jp"]
    monkeypatch.setattr(mail, "send", good)
    clock.put(TUESDAY, 8, 10)
    work()
    assert len(mails) == 1
    clock.put(TUESDAY, 8, 40)
    work()
    assert [to for to, _, _ in mails] == ["sato@example.jp", "suzuki@example.jp"]


def test_a_worker_killed_while_it_mails_sends_the_same_mail_again_and_no_other(
    street: Street, clock: Clock, mails: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    from renkei.hub.core import mail
    from renkei.hub.exchange.models import Transmission

    class Killed(BaseException):
        """The worker is gone."""

    people.add(street.service_office)
    clock.put(TUESDAY, 6)
    wants(street.service_office, arrived="mail")
    Transmission.objects.update(accepted_at=clock.put(TUESDAY, 7))
    good = mail.send

    def send_and_die(*given: Any, **named: Any) -> bool:
        good(*given, **named)
        raise Killed

    monkeypatch.setattr(mail, "send", send_and_die)
    clock.put(TUESDAY, 8, 5)
    with pytest.raises(Killed):
        work()
    monkeypatch.setattr(mail, "send", good)
    work()
    assert len(mails) == 1  # another worker leaves it alone for a while
    for minute in (40, 59):
        clock.put(TUESDAY, 8, minute)
        work()
    first, second = mails
    assert first == second  # and by its mark, mail programs show it once


def test_without_a_mail_server_mails_wait(
    street: Street, clock: Clock, mails: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.conf import settings

    from renkei.hub.exchange.models import Transmission

    people.add(street.service_office)
    clock.put(TUESDAY, 6)
    wants(street.service_office, arrived="mail")
    Transmission.objects.update(accepted_at=clock.put(TUESDAY, 7))
    clock.put(TUESDAY, 8, 5)
    with monkeypatch.context() as off:
        off.setitem(settings.RENKEI, "MAIL_URL", "")
        work()
    assert mails == []
    clock.put(date(2026, 11, 25), 8, 5)
    work()
    assert len(mails) == 1


def test_another_hour_chosen_on_the_same_day_brings_no_second_mail(
    street: Street, clock: Clock, mails: Letters
) -> None:
    from renkei.hub.exchange.models import Transmission
    from renkei.hub.workspace.models import Digest

    people.add(street.service_office)
    clock.put(TUESDAY, 6)
    wants(street.service_office, arrived="mail")
    Transmission.objects.update(accepted_at=clock.put(TUESDAY, 7))
    clock.put(TUESDAY, 8, 5)
    work()
    wants(street.service_office, arrived="mail", hour=10)
    Transmission.objects.update(accepted_at=clock.put(TUESDAY, 9))
    clock.put(TUESDAY, 10, 5)
    work()
    assert len(mails) == 1
    clock.put(date(2026, 11, 25), 10, 5)
    work()
    assert len(mails) == 2
    wants(street.service_office, arrived="page", hour=10)
    assert Digest.objects.get().due_at is None


def test_who_left_gets_no_mail(street: Street, clock: Clock, mails: Letters) -> None:
    from renkei.hub.exchange.models import Transmission
    from renkei.hub.parties.models import Membership

    people.add(street.service_office)
    clock.put(TUESDAY, 6)
    wants(street.service_office, arrived="mail")
    Transmission.objects.update(accepted_at=clock.put(TUESDAY, 7))
    Membership.objects.update(active=False)
    clock.put(TUESDAY, 8, 5)
    work()
    assert mails == []
