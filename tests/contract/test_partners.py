"""相手: the book of partners, how each is reached, what they share, and the letter that invites one."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from .streets import Street, full_street, looks, person, street

# What it tries is above the database: one of them is enough.
pytestmark = pytest.mark.usefixtures("once")

__all__ = ["full_street", "person", "street"]  # fixtures
TODAY = date(2026, 12, 20)


@pytest.fixture(autouse=True)
def in_december(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.utils import timezone

    monkeypatch.setattr(timezone, "localdate", lambda *_: TODAY)


@pytest.fixture
def browser(full_street: Street, person: Callable[..., Client]) -> Client:
    return person(full_street.care_manager)


def book() -> dict[str, Any]:
    from renkei.hub.workspace.models import Partner

    return {one.number: one for one in Partner.objects.all()}


def list_all(browser: Client) -> dict[str, Any]:
    browser.post("/partners/known/", {"service": "43"})
    return book()


def listed(number: str = "1370209999", name: str = "ひばり訪問介護", **more: str) -> None:
    from renkei.hub.parties.models import KnownOffice

    given = {"kind": "訪問介護", "service": "11", "municipality": "131016", "as_of": TODAY, "fax": "03-0000-9999"}
    KnownOffice.objects.create(number=number, name=name, **(given | more))


def leave(number: str) -> None:
    from renkei.hub.parties.models import OfficeService

    OfficeService.objects.filter(party__number=number).update(active=False)


def test_who_one_exchanges_with_comes_into_the_book_on_a_click(full_street: Street, browser: Client) -> None:
    others = {office.number for office in full_street.month.offices[1:]}
    assert f"名簿にない相手が {len(others)}か所" in browser.get("/partners/").content.decode()
    assert list_all(browser).keys() == others
    page = browser.get("/partners/")
    assert "名簿にない相手" not in page.content.decode()
    true = {
        office.number: {i for u in full_street.month.truth.units if u.recipient == office.number for i in u.people}
        for office in full_street.month.offices[1:]
    }
    shown = {row.partner.number: row.shared for row in page.context["page"].rows}
    assert shown == {number: len(people) for number, people in true.items()}
    assert looks() == []


def test_as_many_queries_for_many_partners_as_for_one(full_street: Street, browser: Client, monkeypatch: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from renkei.hub.core import notices
    from renkei.hub.workspace.models import Partner

    monkeypatch.setattr(notices, "SECONDS", 3600)
    list_all(browser)
    browser.get("/partners/")
    with CaptureQueriesContext(connection) as many:
        browser.get("/partners/")
    Partner.objects.exclude(pk=Partner.objects.order_by("pk").first().pk).delete()
    with CaptureQueriesContext(connection) as few:
        browser.get("/partners/")
    assert len(few) == len(many)


def test_what_two_people_change_at_once_is_told(full_street: Street, browser: Client) -> None:
    one = list_all(browser)[full_street.service_office.number]
    given = {"revision": "0", "channel": "mail", "contact": "田中", "version": "202407", "takes_attachments": "on"}
    assert browser.post(f"/partners/{one.pk}/", given).status_code == 302
    late = browser.post(f"/partners/{one.pk}/", given | {"contact": "鈴木"})
    assert late.status_code == 409
    assert re.search("鈴木　一さんが、[^<]+にこの相手のことを変えました", late.content.decode())
    one.refresh_from_db()
    assert (one.contact, one.channel, one.revision) == ("田中", "mail", 1)
    # It is on the hub, whatever the book says.
    assert "Renkei を使っています" in browser.get(f"/partners/{one.pk}/").content.decode()
    leave(one.number)
    assert "<strong>郵送</strong>" in browser.get(f"/partners/{one.pk}/").content.decode()


def test_the_book_is_narrowed_by_how_partners_are_reached_now(full_street: Street, browser: Client) -> None:
    from renkei.hub.workspace.models import Partner

    everybody = set(list_all(browser))
    number = full_street.service_office.number
    Partner.objects.filter(number=number).update(channel="mail")
    leave(number)

    def shown(**given: str) -> set[str]:
        return {row.partner.number for row in browser.get("/partners/", given).context["page"].rows}

    assert shown(way="mail") == shown(way="not") == shown(text=number) == {number}
    assert shown(way="hub") == everybody - {number}
    assert shown(way="fax") == set() and shown(way="strange") == everybody


def test_a_partner_shows_when_slips_last_went_and_came_on_whichever_way(full_street: Street, browser: Client) -> None:
    from renkei.hub.exchange.models import Transmission
    from renkei.hub.parties.models import OfficeService
    from renkei.hub.workspace.models import Channel, Incoming, Outgoing, OutgoingState

    listed()
    browser.post("/partners/find/", {"service": "43", "address": "1370209999-11"})
    new, old = book()["1370209999"], list_all(browser)[full_street.service_office.number]
    assert browser.get(f"/partners/{new.pk}/").content.decode().count("ここ3か月分には、ありません") == 2

    def last() -> Any:
        return browser.get(f"/partners/{old.pk}/").context["last"]

    slips = Transmission.objects.exclude(months="")
    sent = slips.filter(recipient__party__number=old.number).latest("accepted_at").accepted_at
    received = slips.filter(sender__party__number=old.number).latest("accepted_at").accepted_at
    assert (last().sent, last().received) == (sent, received)
    later, newer = sent + timedelta(hours=1), received + timedelta(days=9)
    owner = OfficeService.objects.get(party__number=full_street.care_manager.number)
    given = {"owner": owner, "number": old.number, "service": old.service, "kind": "use_table", "months": "202612"}
    given |= {"sequence": "20261220000000", "tag": "", "brought_at": newer, "channel": Channel.FAX}
    draft = Outgoing.objects.create(**given, state=OutgoingState.DRAFT, changed_at=later)
    assert last().sent == sent
    Outgoing.objects.filter(pk=draft.pk).update(state=OutgoingState.HANDED_OVER)
    Incoming.objects.create(**given)
    assert (last().sent, last().received) == (later, newer)


def test_what_was_taken_out_comes_back(full_street: Street, browser: Client) -> None:
    one = list_all(browser)[full_street.service_office.number]
    browser.post(f"/partners/{one.pk}/remove/")
    assert one.pk not in {row.partner.pk for row in browser.get("/partners/").context["page"].rows}
    assert "名簿にない相手" not in browser.get("/partners/").content.decode()
    browser.post(f"/partners/{one.pk}/remove/", {"back": "1"})
    assert one.pk in {row.partner.pk for row in browser.get("/partners/").context["page"].rows}


def test_an_office_of_the_directory_is_found_and_put_in_without_typing(full_street: Street, browser: Client) -> None:
    listed()
    page = browser.get("/partners/find/", {"text": "ひばり"}).content.decode()
    assert "ひばり訪問介護" in page and "まだ使っていません" in page
    near = browser.get("/partners/find/", {"text": "訪問", "area": "131016"}).content.decode()
    assert (
        "ひばり訪問介護" in near and "ひばり" not in browser.get("/partners/find/", {"area": "大阪市"}).content.decode()
    )
    browser.post("/partners/find/", {"service": "43", "address": "1370209999-11"})
    one = book()["1370209999"]
    assert (one.name, one.by_hand) == ("ひばり訪問介護", False)
    assert "03-0000-9999" in browser.get(f"/partners/{one.pk}/").content.decode()
    for strange in ("1370208888-11", "x", ""):
        assert browser.post("/partners/find/", {"service": "43", "address": strange}).status_code == 404


def test_only_an_office_that_no_list_has_is_typed_and_its_fax_twice(full_street: Street, browser: Client) -> None:
    given = {"service": "43", "number": "1370207777", "type": "11", "name": "つばめ", "fax": "03-1234-5678"}
    wrong = browser.post("/partners/by-hand/", given | {"fax_again": "03-1234-5679"}).content.decode()
    assert "2つのファクス番号がちがいます" in wrong and "1370207777" not in book()
    browser.post("/partners/by-hand/", given | {"fax_again": "０３ー１２３４ー５６７８"})
    one = book()["1370207777"]
    assert (one.name, one.fax, one.by_hand) == ("つばめ", "03-1234-5678", True)
    assert "手で入れた番号です" in browser.get(f"/partners/{one.pk}/").content.decode()
    listed()
    again = browser.post("/partners/by-hand/", given | {"number": "1370209999", "fax_again": "03-1234-5678"})
    assert again.status_code == 409 and "名簿で探せます" in again.content.decode()


def test_the_letter_invites_without_naming_anybody(full_street: Street, browser: Client) -> None:
    one = list_all(browser)[full_street.service_office.number]
    leave(one.number)
    page = browser.get("/partners/").content.decode()
    assert "いちばん助かる" in page and "見積もり" in page
    drawn = browser.get(f"/partners/{one.pk}/invitation.pdf")
    assert drawn.content.startswith(b"%PDF-") and looks() == []


def test_others_and_who_may_not_prepare_change_nothing(
    full_street: Street, browser: Client, person: Callable[..., Client]
) -> None:
    from renkei.hub.core.writing import write
    from renkei.hub.parties.models import Membership

    one = list_all(browser)[full_street.service_office.number]
    other = person(full_street.stranger, login="yoso")
    for address in (f"/partners/{one.pk}/", f"/partners/{one.pk}/invitation.pdf"):
        assert other.get(address).status_code == 404
    assert other.post(f"/partners/{one.pk}/remove/").status_code == 404
    with write():
        Membership.objects.update(duties="send")
    assert browser.get("/partners/find/").status_code == 403
    assert browser.post(f"/partners/{one.pk}/", {"revision": "0", "channel": "mail"}).status_code == 404
    assert browser.get(f"/partners/{one.pk}/").status_code == 200


def test_a_number_typed_by_hand_is_changed_by_typing_it_twice_again(full_street: Street, browser: Client) -> None:
    from renkei.hub.workspace.models import Partner

    given = {"service": "43", "number": "1370207777", "type": "11", "name": "つばめ", "fax": "03-1234-5678"}
    browser.post("/partners/by-hand/", given | {"fax_again": "03-1234-5678"})
    again = browser.post(
        "/partners/by-hand/", given | {"fax": "03-9999-5678", "fax_again": "03-9999-5678"}, follow=True
    )
    assert "何も変えていません" in again.content.decode() and book()["1370207777"].fax == "03-1234-5678"
    one = book()["1370207777"]
    change = {"revision": one.revision, "channel": "fax", "name": "つばめ訪問", "fax": "0312345670"}
    wrong = browser.post(f"/partners/{one.pk}/", change | {"fax_again": "0312345671"}).content.decode()
    assert "2つのファクス番号がちがいます" in wrong
    browser.post(f"/partners/{one.pk}/", change | {"fax_again": "0312345670"})
    assert (book()["1370207777"].name, book()["1370207777"].fax) == ("つばめ訪問", "0312345670")
    # One that came into the book with what is sent to it, and whose number nobody knows, gets one in the same way.
    Partner.objects.filter(pk=one.pk).update(by_hand=False, fax="", name="1370207777")
    assert "番号を手で入れる" in browser.get(f"/partners/{one.pk}/").content.decode()
    browser.post("/partners/by-hand/", given | {"fax_again": "03-1234-5678"})
    assert (book()["1370207777"].name, book()["1370207777"].fax) == ("つばめ", "03-1234-5678")
