"""Sending from the browser: choosing files, seeing what they are, the hub's seal, and who may not."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from renkei.standard.units import UnitKind
from renkei.trust import cms
from renkei.trust.chain import kept_by

from . import world
from .streets import Street, person, street

# What it tries is above the database: one of them is enough.
pytestmark = pytest.mark.usefixtures("once")

__all__ = ["person", "street"]  # fixtures


@pytest.fixture
def issuing(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    """This hub issues certificates by itself."""
    from django.conf import settings

    monkeypatch.setitem(settings.RENKEI, "AUTHORITY", Path(street.hub.data / "authority"))


@pytest.fixture
def sender(street: Street, person: Callable[..., Client], issuing: None) -> Client:
    """A care manager who signed in with a second factor."""
    browser = person(street.care_manager)
    _confirm(browser, "app")
    return browser


def _confirm(browser: Client, way: str) -> None:
    session = browser.session
    session["way"] = way
    session.save()


def unit_files(street: Street, kind: UnitKind = UnitKind.CARE_PLAN) -> dict[str, bytes]:
    units = world.units_of(street.month.files[street.care_manager.number])
    return next(files for unit, files in units if unit.kind is kind)


def chosen(files: dict[str, bytes]) -> dict[str, Any]:
    return {"files": [SimpleUploadedFile(name, data) for name, data in files.items()]}


def carried(files: dict[str, bytes]) -> dict[str, str]:
    return {"send": "1"} | {f"file:{name}": base64.b64encode(data).decode() for name, data in files.items()}


def sent_units() -> list[Any]:
    from renkei.hub.exchange.models import Transmission

    return list(Transmission.objects.select_related("certificate", "envelope").order_by("accepted_at"))


def test_files_are_looked_through_first_and_sent_by_a_second_click(street: Street, sender: Client) -> None:
    files, before = unit_files(street), len(sent_units())
    seen = sender.post("/send/", chosen(files)).content.decode()
    assert "1件を送る" in seen
    assert len(sent_units()) == before
    text = sender.post("/send/", carried(files)).content.decode()
    assert "送りました" in text
    unit = sent_units()[-1]
    assert unit.sealed_by == "hub"
    signed = cms.verify(bytes(unit.envelope.manifest), bytes(unit.envelope.signature))
    assert kept_by(signed.certificate) == world.HUB_ID
    assert "ハブが預かる事業所の鍵" in sender.get(f"/transmissions/{unit.pk}/").content.decode()
    again = sender.post("/send/", carried(files)).content.decode()
    assert "前に送ったものと同じです" in again
    assert len(sent_units()) == before + 1


def test_the_recipient_collects_byte_for_byte_what_was_sealed_by_the_hub(street: Street, sender: Client) -> None:
    files = unit_files(street)
    sender.post("/send/", carried(files))
    unit = sent_units()[-1]
    recipient = street.hub.offices[unit.recipient.party.number]
    given = recipient.get(f"/transmissions/{unit.pk}/files").json()["files"]
    assert {name: base64.b64decode(data) for name, data in given.items()} == files


def test_without_a_second_factor_files_are_only_looked_through(
    street: Street, person: Callable[..., Client], issuing: None
) -> None:
    browser, files, before = person(street.care_manager), unit_files(street), len(sent_units())
    _confirm(browser, "password")
    assert "件を送る" not in browser.post("/send/", chosen(files)).content.decode()
    assert "送れませんでした" in browser.post("/send/", carried(files)).content.decode()
    assert len(sent_units()) == before


def test_an_office_that_forbids_the_seal_sends_nothing_from_the_browser(street: Street, sender: Client) -> None:
    from renkei.hub.parties import services
    from renkei.hub.parties.keys import sealing

    sealing.allow(services.office(street.care_manager.number), False, "staff:1")
    files, before = unit_files(street), len(sent_units())
    assert "画面から送れません" in sender.get("/send/").content.decode()
    assert "件を送る" not in sender.post("/send/", chosen(files)).content.decode()
    assert "送れませんでした" in sender.post("/send/", carried(files)).content.decode()
    assert len(sent_units()) == before


def test_a_wrong_file_keeps_its_unit_back_and_lets_the_others_go(street: Street, sender: Client) -> None:
    good, bad = unit_files(street), unit_files(street, UnitKind.USE_TABLE)
    name = next(name for name in bad if name.startswith("UPPLAN_"))
    both = good | bad | {name: bad[name].replace(b"202612", b"202613", 1)}
    before = len(sent_units())
    seen = sender.post("/send/", chosen(both)).content.decode()
    assert "送れるものは <strong>1件</strong>" in seen
    assert "直し方" in seen
    text = sender.post("/send/", carried(both)).content.decode()
    assert text.count("送りました") == 1
    assert len(sent_units()) == before + 1


def test_files_of_another_office_do_not_go(street: Street, sender: Client) -> None:
    units = world.units_of(street.month.files[street.service_office.number])
    files, before = units[0][1], len(sent_units())
    assert "ほかの事業所" in sender.post("/send/", chosen(files)).content.decode()
    sender.post("/send/", carried(files))
    assert len(sent_units()) == before


def test_who_may_not_send_has_no_such_page(street: Street, sender: Client) -> None:
    from renkei.hub.core.writing import write
    from renkei.hub.parties.models import Membership

    with write():
        Membership.objects.update(duties="prepare,check")
    assert sender.get("/send/").status_code == 403
    assert sender.post("/send/", carried(unit_files(street))).status_code == 403


def test_what_is_no_file_or_too_much_is_told_in_words(
    street: Street, sender: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.conf import settings

    assert sender.post("/send/", {}).status_code == 302
    for torn in ("###", "あ", "A"):
        assert sender.post("/send/", {"send": "1", "file:a.CSV": torn}).status_code == 400
    monkeypatch.setitem(settings.RENKEI, "LIMIT_PAGE_BYTES", 100)
    assert sender.post("/send/", chosen(unit_files(street))).status_code == 413
    monkeypatch.setattr(settings, "LARGE_PAGES", {})
    huge = SimpleUploadedFile("a.CSV", b"a" * 1_100_000)
    assert sender.post("/send/", {"files": huge}).status_code == 413
