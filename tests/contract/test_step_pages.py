"""Steps that people take in the browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from .streets import Street, looks, person, street

# What it tries is above the database: one of them is enough.
pytestmark = pytest.mark.usefixtures("once")

__all__ = ["person", "street"]  # fixtures


def page(browser: Client, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def take(browser: Client, street: Street, step: str, words: str = "") -> str:
    """Open the page of a step, press its button; what the next page says."""
    path = f"/transmissions/{street.slip}/steps/{step}/"
    assert "<form" in page(browser, path)
    answer = browser.post(path, {"words": words}, follow=True)
    return answer.content.decode()


@pytest.fixture
def desks(street: Street, person: Callable[..., Client]) -> tuple[Client, Client]:
    """Browsers of the care manager and of the service office."""
    return person(street.care_manager, "keamane"), person(street.service_office, "jimu")


def events(street: Street) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = street.care_manager.get(f"/transmissions/{street.slip}").json()["events"]
    return found


def test_an_office_without_software_takes_a_unit_and_keeps_its_copy(
    street: Street, desks: tuple[Client, Client]
) -> None:
    from renkei.hub.core.models import Wrap
    from renkei.hub.exchange.models import Transmission

    _, browser = desks
    assert "記録しました" in take(browser, street, "collected")
    assert [event["type"] for event in events(street)] == ["accepted", "collected"]
    row = Transmission.objects.get(pk=street.slip)
    assert Wrap.objects.filter(body=row.body, holder=row.recipient.received_copy).exists()
    Wrap.objects.filter(body=row.body, holder=row.recipient.mailbox).delete()
    assert "利用者" in page(browser, f"/transmissions/{street.slip}/contents/")


def test_what_staff_says_is_sealed_by_the_hub_and_says_so(street: Street, desks: tuple[Client, Client]) -> None:
    import base64
    import json

    take(desks[1], street, "collected")
    said = json.loads(base64.b64decode(events(street)[-1]["counter_receipt"]["body"]))
    office = street.service_office
    assert (said["sealed_by"], said["by"]) == ("hub", {"office": office.number, "service": office.service})


def test_the_first_opening_is_told_to_the_sender_and_only_once(street: Street, desks: tuple[Client, Client]) -> None:
    sender, recipient = desks
    page(sender, f"/transmissions/{street.slip}/contents/")
    assert [event["type"] for event in events(street)] == ["accepted"]
    for _ in range(2):
        page(recipient, f"/transmissions/{street.slip}/contents/")
    assert [event["type"] for event in events(street)] == ["accepted", "opened"]
    assert "中身を開きました" in page(sender, f"/transmissions/{street.slip}/")
    assert len(looks()) == 3


def test_the_sender_withdraws_what_nobody_took(street: Street, desks: tuple[Client, Client]) -> None:
    sender, recipient = desks
    assert "送信を取り消す" in page(sender, f"/transmissions/{street.slip}/")
    assert "送信を取り消す" not in page(recipient, f"/transmissions/{street.slip}/")
    assert "取り消しました" in take(sender, street, "withdrawn")
    seen = page(recipient, f"/transmissions/{street.slip}/")
    assert "送り手が取り消しました" in seen and "中身は、いまは開けません" in seen
    assert recipient.get(f"/transmissions/{street.slip}/contents/").status_code == 410
    assert "送り手が取り消しました" in page(recipient, "/received/")


def test_a_step_that_is_not_open_leads_back_with_words(street: Street, desks: tuple[Client, Client]) -> None:
    sender, recipient = desks
    for browser, step in ((recipient, "withdrawn"), (sender, "collected"), (sender, "change_requested")):
        path = f"/transmissions/{street.slip}/steps/{step}/"
        assert "いまはできません" in browser.get(path, follow=True).content.decode()
        assert "いまはできません" in browser.post(path, follow=True).content.decode()
    assert len(events(street)) == 1


@pytest.mark.parametrize("step", ["accepted", "opened", "expired", "reminded", "nonsense"])
def test_there_is_no_page_for_what_is_not_a_persons_step(
    street: Street, desks: tuple[Client, Client], step: str
) -> None:
    for browser in desks:
        assert browser.get(f"/transmissions/{street.slip}/steps/{step}/").status_code == 404


def test_strangers_take_no_step(street: Street, person: Callable[..., Client]) -> None:
    stranger = person(street.stranger)
    for step in ("collected", "withdrawn", "recall_requested"):
        assert stranger.post(f"/transmissions/{street.slip}/steps/{step}/").status_code == 404
    assert stranger.get(f"/transmissions/{street.slip}/recall/").status_code == 404
    assert len(events(street)) == 1


def test_a_step_needs_a_click_of_this_page(street: Street, person: Callable[..., Client]) -> None:
    browser = person(street.service_office, enforce_csrf_checks=True)
    assert browser.post(f"/transmissions/{street.slip}/steps/collected/").status_code == 403


def test_a_change_is_asked_for_and_answered(street: Street, desks: tuple[Client, Client]) -> None:
    sender, recipient = desks
    take(recipient, street, "collected")
    take(recipient, street, "change_requested", "髙橋様の12日を13日に。<b>")
    asked = page(sender, f"/transmissions/{street.slip}/")
    assert "変更のお願いが来ています" in asked
    assert "変更のお願いが来ています" in page(sender, "/sent/") and "お願いの返事待ち" in page(recipient, "/received/")
    assert "変更をお願いしました" in page(recipient, f"/transmissions/{street.slip}/")
    before = len(looks())
    (link,) = re.findall(r'href="(/transmissions/[^"]*/said/\d+/)"', asked)
    said = page(sender, link)
    assert "髙橋様の12日を13日に。&lt;b&gt;" in said and len(looks()) == before + 1
    assert "記録しました" in take(sender, street, "change_declined", "予定があります。")
    assert [event["type"] for event in events(street)][-2:] == ["change_requested", "change_declined"]


def test_an_empty_request_is_refused_in_words(street: Street, desks: tuple[Client, Client]) -> None:
    take(desks[1], street, "collected")
    answer = desks[1].post(f"/transmissions/{street.slip}/steps/change_requested/", {"words": "  "})
    assert answer.status_code == 422 and "わけが書かれていません" in answer.content.decode()


def test_a_recall_ends_with_a_record_of_who_saw_it(street: Street, desks: tuple[Client, Client]) -> None:
    sender, recipient = desks
    page(recipient, f"/transmissions/{street.slip}/contents/")
    take(recipient, street, "collected")
    take(sender, street, "recall_requested", "送り先をまちがえました。")
    assert recipient.get(f"/transmissions/{street.slip}/contents/").status_code == 409
    assert recipient.get(f"/transmissions/{street.slip}/files.zip").status_code == 409
    assert "回収を求められています" in page(recipient, "/received/")
    take(recipient, street, "deletion_confirmed")
    assert "回収しました" in page(sender, "/sent/")
    record = page(sender, f"/transmissions/{street.slip}/recall/")
    assert "画面で見た" in record and "職員(番号" in record and "受け手が消したことを確かめました" in record
    assert not any(name in record for name in street.names.values())
    assert recipient.get(f"/transmissions/{street.slip}/recall/").status_code == 404
    assert "中身は、いまは開けません" in page(recipient, f"/transmissions/{street.slip}/")


def test_what_is_recalled_leaves_the_month_page_too(street: Street, desks: tuple[Client, Client]) -> None:
    sender, recipient = desks
    name = next(iter(street.names.values()))
    take(recipient, street, "collected")
    before = page(recipient, "/months/202612/")
    take(sender, street, "recall_requested", "送り先をまちがえました。")
    after = page(recipient, "/months/202612/")
    assert name in before and name not in after


def test_the_office_receipt_can_be_saved_whichever_side_it_is(street: Street, desks: tuple[Client, Client]) -> None:
    take(desks[0], street, "withdrawn")
    links = re.findall(
        r'href="(/transmissions/[^"]*/receipts/[^"]*)"', page(desks[0], f"/transmissions/{street.slip}/")
    )
    assert len(links) == 6
    assert all(desks[0].get(link).status_code == 200 for link in links)


def test_a_second_click_on_an_old_page_is_told_and_adds_nothing(street: Street, desks: tuple[Client, Client]) -> None:
    take(desks[1], street, "collected")
    again = desks[1].post(f"/transmissions/{street.slip}/steps/collected/", follow=True).content.decode()
    assert "いまはできません" in again and len(events(street)) == 2
