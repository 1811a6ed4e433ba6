"""What people see in the browser, what they do not, and what is on record about it."""

from __future__ import annotations

import io
import re
import uuid
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from renkei.standard.units import UnitKind
from renkei.trust import cms

from . import world
from .streets import PASSWORD, Street, full_street, looks, person, seen_subjects, street, subject_of

# What it tries is above the database: one of them is enough.
pytestmark = pytest.mark.usefixtures("once")

__all__ = ["full_street", "person", "street"]  # fixtures

LISTS = ("/received/", "/sent/", "/months/", "/months/202612/", "/switch/")


def pages_of(id_: str) -> list[str]:
    base = f"/transmissions/{id_}/"
    return [base, f"{base}contents/", f"{base}findings/", f"{base}files.zip", f"{base}manifest.json"]


def refuse_looks(patch: pytest.MonkeyPatch) -> None:
    """As when the disk is full: no look can be written any more."""
    from django.db import OperationalError

    from renkei.hub.core import looks as recorded

    def full(*_: Any, **__: Any) -> None:
        raise OperationalError("database or disk is full")

    patch.setattr(recorded, "record_many", full)


# Signing in -----------------------------------------------------------------------------------------------------------


def test_a_person_signs_in_and_arrives_at_the_month(street: Street) -> None:
    from renkei.hub.parties import services

    services.add_staff("suzuki", "鈴木　一", services.office(street.service_office.number), PASSWORD)
    browser = Client()
    browser.session.save()
    before = browser.session.session_key
    answer = browser.post("/sign-in/", {"username": "suzuki", "password": PASSWORD}, follow=True)
    assert answer.redirect_chain[-1][0] == "/overview/"
    assert street.service_office.name in answer.content.decode()
    assert browser.session.session_key != before


@pytest.mark.parametrize(("login", "password"), [("suzuki", "ちがう"), ("nobody", PASSWORD), ("gone", PASSWORD)])
def test_a_wrong_name_a_wrong_password_and_a_closed_account_read_the_same(
    street: Street, login: str, password: str
) -> None:
    from renkei.hub.parties import services

    party = services.office(street.service_office.number)
    services.add_staff("suzuki", "鈴木　一", party, PASSWORD)
    gone = services.add_staff("gone", "佐藤　二", party, PASSWORD)
    gone.is_active = False
    gone.save()
    text = Client().post("/sign-in/", {"username": login, "password": password}).content.decode()
    assert text.count("ログイン名かパスワードがちがいます。") == 1


def test_signing_out_is_a_button_and_never_a_link(street: Street, person: Callable[..., Client]) -> None:
    browser = person(street.service_office)
    assert browser.get("/sign-out/").status_code == 405
    assert browser.get("/received/").status_code == 200
    assert browser.post("/sign-out/").status_code == 302
    assert browser.get("/received/")["Location"].startswith("/sign-in/")


def test_who_is_signed_in_and_asks_for_the_sign_in_page_arrives_at_the_month(
    street: Street, person: Callable[..., Client]
) -> None:
    browser = person(street.service_office)
    for address in ("/sign-in/", "/sign-in/?next=/sign-in/", "/sign-in/?next=/sign-in/%3Fnext%3D/"):
        answer = browser.get(address, follow=True)
        assert answer.redirect_chain[-1][0] == "/overview/", address


def test_without_signing_in_every_page_leads_to_the_sign_in(street: Street) -> None:
    for address in (*LISTS, *pages_of(street.slip)):
        answer = Client().get(address)
        assert answer.status_code == 302, address
        assert answer["Location"].startswith("/sign-in/"), address
    assert looks() == []


def test_pages_are_read_and_not_posted_to(street: Street, person: Callable[..., Client]) -> None:
    browser = person(street.service_office)
    for address in ("/received/", "/months/202612/", *pages_of(street.slip)):
        assert browser.post(address).status_code == 405, address
    assert looks() == []


def test_a_stopped_office_and_a_person_without_office_read_what_to_do(
    street: Street, person: Callable[..., Client]
) -> None:
    from renkei.hub.parties.models import Membership, Party

    browser = person(street.service_office)
    Party.objects.filter(number=street.service_office.number).update(state="suspended")
    answer = browser.get("/received/")
    assert answer.status_code == 403 and "利用が止まっています" in answer.content.decode()
    Membership.objects.update(active=False)
    answer = browser.get(f"/transmissions/{street.slip}/contents/")
    assert answer.status_code == 403 and "事業所に登録されていません" in answer.content.decode()
    assert looks() == []


def test_who_works_for_two_offices_changes_between_them_and_to_no_other(
    street: Street, person: Callable[..., Client]
) -> None:
    from renkei.hub.parties.models import Membership

    person(street.service_office)
    browser = person(street.care_manager)
    person(street.stranger, login="yamada")
    assert street.service_office.name in browser.get("/received/").content.decode()
    second = Membership.objects.get(staff__login="suzuki", party__number=street.care_manager.number)
    browser.post("/switch/", {"membership": second.pk})
    assert f'who__office">{street.care_manager.name}' in browser.get("/received/").content.decode()
    others = Membership.objects.get(staff__login="yamada")
    assert browser.post("/switch/", {"membership": others.pk}).status_code == 404
    assert f'who__office">{street.care_manager.name}' in browser.get("/received/").content.decode()


def test_a_person_of_one_service_sees_the_mail_of_that_service_alone(
    street: Street, person: Callable[..., Client]
) -> None:
    from renkei.hub.parties import services
    from renkei.hub.parties.models import Membership, OfficeService

    office = street.service_office
    services.admit_office(office.number, office.name, [office.service, "12"], None)
    browser = person(office)
    Membership.objects.update(service=OfficeService.objects.get(party__number=office.number, service="12"))
    assert "まだ何も届いていません" in browser.get("/received/").content.decode()
    assert browser.get(f"/transmissions/{street.slip}/").status_code == 404


def test_the_session_is_renewed_seldom(street: Street, person: Callable[..., Client]) -> None:
    browser = person(street.service_office)
    assert "sessionid" in browser.get("/received/").cookies
    assert "sessionid" not in browser.get("/sent/").cookies
    session = browser.session
    session["seen"] -= 60
    session.save()
    assert "sessionid" in browser.get("/sent/").cookies


# The mail -------------------------------------------------------------------------------------------------------------


def test_the_mailbox_names_partner_kind_and_month_and_no_person(street: Street, person: Callable[..., Client]) -> None:
    text = person(street.service_office).get("/received/").content.decode()
    for words in (street.care_manager.name, UnitKind.USE_TABLE.label, "令和8年12月分", "まだ受け取っていません"):
        assert words in text
    assert not any(name in text for name in street.names.values())
    assert looks() == []


def test_a_long_mailbox_is_read_page_by_page_with_as_many_queries(
    street: Street, person: Callable[..., Client]
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from renkei.hub.exchange.models import Transmission

    browser = person(street.service_office)
    browser.get("/received/")
    with CaptureQueriesContext(connection) as few:
        browser.get("/received/")
    first = Transmission.objects.get(pk=street.slip)
    for number in range(45):
        first.pk, first.sequence, first.mailbox_number = uuid.uuid4(), f"2026120110{number:04}", 100 + number
        first.save(force_insert=True)
    with CaptureQueriesContext(connection) as many:
        page = browser.get("/received/")
    assert len(many) == len(few)
    seen = []
    while True:
        rows = page.context["page"]
        assert len(rows.rows) <= 20
        seen += [row.transmission.mailbox_number for row in rows.rows]
        if rows.older is None:
            break
        page = browser.get(f"/received/?before={rows.older}")
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == len(set(seen)) == Transmission.objects.filter(recipient=first.recipient).count()


@pytest.mark.parametrize(
    "query", ["before=x", "before=00000000-0000-4000-8000-000000000000", "month=99999999", "partner=%00", "service=ZZ"]
)
def test_a_mistyped_address_shows_the_list(street: Street, person: Callable[..., Client], query: str) -> None:
    assert person(street.care_manager).get(f"/sent/?{query}").context["page"].rows


def test_a_transmission_of_others_is_not_there(street: Street, person: Callable[..., Client]) -> None:
    browser = person(street.stranger)
    for address in (*pages_of(street.slip), *pages_of(str(uuid.uuid4()))):
        answer = browser.get(address)
        assert answer.status_code == 404, address
        assert "このページはありません" in answer.content.decode()
    assert looks() == []


def test_the_record_of_a_transmission_shows_no_person_until_it_is_opened(
    street: Street, person: Callable[..., Client]
) -> None:
    browser = person(street.service_office)
    text = browser.get(f"/transmissions/{street.slip}/").content.decode()
    assert not any(name in text for name in street.names.values())
    assert looks() == []
    answer = browser.get(f"/transmissions/{street.slip}/contents/")
    assert all(street.names[insured] in answer.content.decode() for insured in street.slip_unit.people)
    assert answer["Cache-Control"] == "no-store"
    (look,) = looks()
    assert (look.actor[:6], look.purpose, look.about) == ("staff:", "view", f"transmission:{street.slip}")
    assert seen_subjects(look) == {subject_of(street.month, insured) for insured in street.slip_unit.people}


def test_a_page_that_the_browser_fetches_ahead_is_refused_and_is_no_look(
    street: Street, person: Callable[..., Client]
) -> None:
    browser = person(street.service_office)
    name = street.slip_unit.files[0]
    for page in ("contents/", "files.zip", f"files/{name}"):
        answer = browser.get(f"/transmissions/{street.slip}/{page}", headers={"Sec-Purpose": "prefetch;prerender"})
        assert answer.status_code == 503 and not answer.content
    assert looks() == []


def test_nothing_is_shown_when_the_look_cannot_be_written(
    full_street: Street, person: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = person(full_street.care_manager, raise_request_exception=False)
    subject = subject_of(full_street.month, next(iter(full_street.names)))
    refuse_looks(monkeypatch)
    base = f"/transmissions/{full_street.slip}/"
    for address in (f"{base}contents/", f"{base}files.zip", "/months/202612/", f"/months/202612/{subject}/"):
        answer = browser.get(address)
        assert answer.status_code == 503, address
        assert "今、使えません" in answer.content.decode()
        assert not any(name in answer.content.decode() for name in full_street.names.values())
    assert looks() == []


def test_files_come_byte_for_byte_and_each_is_a_look(street: Street, person: Callable[..., Client]) -> None:
    browser = person(street.service_office)
    unit = street.slip_unit
    files = {name: street.month.files[unit.sender][name] for name in unit.files}
    packed = browser.get(f"/transmissions/{street.slip}/files.zip")
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == files
    for name, data in files.items():
        assert browser.get(f"/transmissions/{street.slip}/files/{name}").content == data
    assert [look.purpose for look in looks()] == ["download"] * (1 + len(files))
    assert browser.get(f"/transmissions/{street.slip}/files/UPJSK.CSV").status_code == 404
    assert len(looks()) == 1 + len(files)


def test_the_evidence_can_be_kept_and_checked_and_is_no_look(street: Street, person: Callable[..., Client]) -> None:
    from renkei.hub.core import events

    browser, base = person(street.care_manager), f"/transmissions/{street.slip}/"
    manifest = browser.get(f"{base}manifest.json").content
    assert (
        cms.verify(manifest, browser.get(f"{base}manifest.p7s").content).certificate == street.care_manager.certificate
    )
    (event,) = events.of(uuid.UUID(street.slip))
    receipt = browser.get(f"{base}receipts/{event.pk}/hub.json").content
    assert receipt == bytes(event.receipt)
    cms.verify(receipt, browser.get(f"{base}receipts/{event.pk}/hub.p7s").content)
    assert browser.get(f"{base}receipts/{event.pk}/recipient.json").status_code == 404
    assert browser.get(f"{base}receipts/{uuid.uuid4()}/hub.json").status_code == 404
    assert looks() == []


def test_contents_past_their_time_are_said_to_be_gone(street: Street, person: Callable[..., Client]) -> None:
    from renkei.hub.core.models import Wrap

    browser = person(street.service_office)
    Wrap.objects.filter(holder__startswith="mailbox:").delete()
    answer = browser.get(f"/transmissions/{street.slip}/contents/")
    assert answer.status_code == 410 and "保存の期限が過ぎて" in answer.content.decode()
    assert looks() == []


def test_why_an_import_failed_is_read_by_both_sides_as_a_look(street: Street, person: Callable[..., Client]) -> None:
    browser = person(street.care_manager)
    address = f"/transmissions/{street.slip}/findings/"
    assert browser.get(address).status_code == 404
    office = street.service_office
    digest = world.digest(office.get(f"/transmissions/{street.slip}").json()["manifest"])
    for step, why in (("collected", []), ("import_failed", [{"code": "X-1", "message": "<b>登録がありません"}])):
        given = office.receipt(street.slip, digest, step, why)
        assert office.post("/receipts", {"receipts": [given]}).json()["results"][0]["status"] == 201
    assert "&lt;b&gt;登録がありません" in browser.get(address).content.decode()
    assert [look.purpose for look in looks()] == ["words"]


def test_every_file_that_a_page_names_is_there(street: Street) -> None:
    """A script that is missing is missed by nobody who only reads the page."""
    from django.apps import apps
    from django.contrib.staticfiles import finders

    folders = [Path(config.path, "templates") for config in apps.get_app_configs() if config.name.startswith("renkei.")]
    texts = [page.read_text(encoding="utf-8") for folder in folders for page in folder.rglob("*.html")]
    named = {name for text in texts for name in re.findall(r'{% static "([^"]+)" %}', text)}
    assert {"core/base.css", "django_htmx/htmx-2.min.js"} <= named
    assert [name for name in sorted(named) if not finders.find(name)] == []
