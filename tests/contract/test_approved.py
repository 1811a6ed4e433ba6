"""承認済・署名待ち: what people approved in the browser, signed byte for byte by a program that holds the office's key."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from renkei.client import Office, Outcome
from renkei.standard.units import UnitKind

from . import world
from .streets import Street, looks, person, street

# What it tries is above the database: one of them is enough.
pytestmark = pytest.mark.usefixtures("once")

__all__ = ["person", "street"]  # fixtures


@pytest.fixture
def program(street: Street, tmp_path: Path) -> Office:
    """The care manager's office program, with a certificate of its own."""
    from renkei.hub.config.wsgi import application
    from renkei.hub.parties import services

    known, root = street.care_manager, tmp_path / "root.pem"
    root.write_bytes(street.hub.authority.root.public_bytes(Encoding.PEM))
    office = Office.create(
        tmp_path / "office",
        "http://127.0.0.1",
        known.number,
        known.service,
        known.name,
        [root],
        transport=httpx2.WSGITransport(app=application),
    )
    request = x509.load_pem_x509_csr(office.folder.request.read_bytes())
    certificate = street.hub.authority.issue(request, known.number)
    chain = tmp_path / "chain.pem"
    chain.write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in (certificate, street.hub.authority.issuing)))
    office.install_certificate(chain)
    services.admit_office(known.number, known.name, [known.service], certificate)
    return office


@pytest.fixture
def browser(street: Street, person: Callable[..., Client]) -> Client:
    """A care manager of an office that forbids the hub's seal."""
    from renkei.hub.parties import services
    from renkei.hub.parties.keys import sealing

    sealing.allow(services.office(street.care_manager.number), False, "staff:1")
    return person(street.care_manager)


def plan(street: Street) -> dict[str, bytes]:
    units = world.units_of(street.month.files[street.care_manager.number])
    return dict(next(files for unit, files in units if unit.kind is UnitKind.CARE_PLAN))


def bring(browser: Client, files: dict[str, bytes]) -> Any:
    from renkei.hub.workspace.models import Outgoing

    browser.post("/outbox/bring/", {"files": [SimpleUploadedFile(name, data) for name, data in files.items()]})
    return Outgoing.objects.get()


def act(browser: Client, deed: str, unit: Any) -> Any:
    chosen = {"service": "43", "deed": deed, "unit": f"{unit.pk}:{unit.revision}"}
    browser.post("/outbox/act/", chosen)
    unit.refresh_from_db()
    return unit


def test_a_program_signs_exactly_what_was_approved(street: Street, browser: Client, program: Office) -> None:
    from renkei.hub.exchange.models import Transmission

    files = plan(street)
    unit = bring(browser, files)
    assert program.send_approved() == []
    act(browser, "check", unit)
    [result] = program.send_approved()
    assert result.outcome is Outcome.DONE, result
    assert "sign" in {look.purpose for look in looks()}
    assert not program.folder.approved.exists()
    browser.get("/outbox/")
    unit.refresh_from_db()
    sent = Transmission.objects.get(pk=unit.transmission_id)
    assert (unit.state, unit.channel, unit.body, sent.sealed_by) == ("handed_over", "hub", None, "program")
    last = unit.handlings.order_by("at", "pk").last()
    assert (last.step, last.staff) == ("handed_over", None)
    assert program.send_approved() == []


def test_a_change_takes_the_approval_back_before_it_is_signed(street: Street, browser: Client, program: Office) -> None:
    files = plan(street)
    unit = act(browser, "check", bring(browser, files))
    name = next(name for name in files if name.startswith("UP1KYO"))
    unit = bring(browser, {name: files[name].replace("みどり町".encode("cp932"), "あおば町".encode("cp932"), 1)})
    assert unit.state == "draft" and program.send_approved() == []
    calls = street.care_manager
    assert calls.get(f"/outbox/{unit.pk}/files").status_code == 404


def test_what_a_program_sent_otherwise_is_told_once(street: Street, browser: Client, program: Office) -> None:
    from django.utils import timezone

    from renkei.hub.workspace import tasks

    files = plan(street)
    unit = act(browser, "check", bring(browser, files))
    name = next(name for name in files if name.startswith("UP1KYO"))
    other = files[name].replace("みどり町".encode("cp932"), "あおば町".encode("cp932"), 1)
    for known, data in (files | {name: other}).items():
        (program.folder.outbox / known).write_bytes(data)
    assert [one.outcome for one in program.send()] == [Outcome.DONE]
    for _ in range(2):
        tasks.link_signed(timezone.now(), {})
    unit.refresh_from_db()
    assert unit.state == "checked"
    assert [one.step for one in unit.handlings.order_by("at", "pk")].count("refused") == 1


def test_other_offices_and_other_services_see_nothing_of_it(street: Street, browser: Client) -> None:
    unit = act(browser, "check", bring(browser, plan(street)))
    own, other = street.care_manager, street.service_office
    [waiting] = own.get("/outbox", service=own.service).json()["units"]
    assert (waiting["id"], waiting["recipient"]["office"]) == (str(unit.pk), unit.number)
    assert other.get("/outbox", service=other.service).json() == {"units": [], "next": None}
    assert other.get("/outbox", service=own.service).status_code == 403
    assert other.get(f"/outbox/{unit.pk}/files").status_code == 404


def test_a_long_list_comes_in_pages(street: Street, browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from renkei.hub.workspace.outbox import api

    files = street.month.files[street.care_manager.number]
    browser.post("/outbox/bring/", {"files": [SimpleUploadedFile(name, data) for name, data in files.items()]})
    shown = browser.get("/outbox/").context["shown"]
    browser.post("/outbox/act/", {"service": "43", "deed": "check", "all": "draft", "shown": shown})
    monkeypatch.setattr(api, "MOST", 2)
    own, seen, after = street.care_manager, [], {}
    while True:
        page = own.get("/outbox", service=own.service, **after).json()
        seen += [unit["id"] for unit in page["units"]]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    assert len(seen) == len(set(seen)) > 4


def test_the_program_tells_what_the_page_of_reminders_tells(
    street: Street, browser: Client, program: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    from renkei.cli import office_output
    from renkei.hub.exchange.models import Transmission

    assert program.reminders() == ()
    office_output.reminders(program.reminders())
    assert "お知らせすることはありません" in capsys.readouterr().out
    asking = {"state": "collected", "change": "by_recipient"}
    assert Transmission.objects.filter(pk=street.slip).update(**asking)
    [told] = program.reminders()
    assert (told.matter, len(told.entries), told.more) == ("asked", 1, False)
    page = browser.get("/reminders/").content.decode()
    assert told.label in page and told.entries[0].words in page
    office_output.reminders(program.reminders())
    assert street.service_office.name in capsys.readouterr().out
