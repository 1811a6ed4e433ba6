"""A unit as paper: on the screen as pictures, to be printed as PDF; each is a look on record."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from django.test import Client

from renkei.services.table import Service, ServiceTable, written
from renkei.standard.units import UnitKind

from .streets import Street, full_street, looks, person, seen_subjects, street, subject_of

# What it tries is above the database: one of them is enough.
pytestmark = pytest.mark.usefixtures("once")

__all__ = ["full_street", "person", "street"]  # fixtures

PICTURE = re.compile(r'src="data:image/svg\+xml;base64,([^"]+)" alt="([^"]+)"')


def test_a_slip_is_seen_as_paper_and_printed(street: Street, person: Callable[..., Client]) -> None:
    browser = person(street.service_office)
    text = browser.get(f"/transmissions/{street.slip}/paper/").content.decode()
    pictures = PICTURE.findall(text)
    assert [words.split()[0] for _, words in pictures] == ["第6表", "第7表"]
    assert all(base64.b64decode(picture).startswith(b"<svg") for picture, _ in pictures)
    answer = browser.get(f"/transmissions/{street.slip}/paper.pdf?person=1")
    assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF")
    unit = street.slip_unit
    assert answer["Content-Disposition"] == f'inline; filename="renkei_{unit.sequence}.pdf"'
    assert [look.purpose for look in looks()] == ["view", "print"]
    assert seen_subjects(looks()[1]) == {subject_of(street.month, insured) for insured in unit.people}


def test_services_on_paper_have_the_names_of_the_operators_table(
    street: Street, person: Callable[..., Client], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.conf import settings

    browser = person(street.service_office)
    page = f"/transmissions/{street.slip}/paper/"
    given = browser.get(page).context["person"].sheets[0].given
    code = given.first("UPPLAN")["service_code"]
    table = tmp_path / "services.csv"
    table.write_bytes(written(ServiceTable([Service(code, "", "200004", "", "見本の訪問")])))
    monkeypatch.setitem(settings.RENKEI, "SERVICES", table)
    named = browser.get(page)
    assert given.services == {}
    assert set(named.context["person"].sheets[0].given.services.values()) == {"見本の訪問"}


def test_everybody_of_a_unit_is_printed_in_volumes(
    street: Street, person: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.conf import settings

    monkeypatch.setitem(settings.RENKEI, "LIMIT_PRINTED_SHEETS", 1)
    browser = person(street.service_office)
    several = len(street.slip_unit.people)
    assert several > 1
    page = browser.get(f"/transmissions/{street.slip}/paper/?person=2").content.decode()
    assert page.count("&amp;volume=") == several
    base = f"/transmissions/{street.slip}/paper.pdf"
    assert browser.get(f"{base}?volume={several}").content.startswith(b"%PDF")
    for wrong in ("?volume=0", f"?volume={several + 1}", "?person=x", "?person=99", "?person=%EF%BC%91"):
        assert browser.get(base + wrong).status_code == 404, wrong


def test_the_familys_week_has_the_telephones_that_the_hub_knows(
    full_street: Street, person: Callable[..., Client]
) -> None:
    from renkei.hub.parties.models import Party

    office = full_street.service_office
    Party.objects.filter(number=office.number).update(phone="042-000-0011")
    plan = full_street.sent[full_street.care_manager.number, office.number, UnitKind.CARE_PLAN]
    page = person(office).get(f"/transmissions/{plan}/paper/?look=family")
    assert page.context["person"].sheets[0].how["phones"] == {office.number: "042-000-0011"}
    assert [words.split()[0] for _, words in PICTURE.findall(page.content.decode())][:1] == ["家族の週"]


def test_paper_is_for_the_two_offices_alone_and_for_no_browser_ahead_of_a_click(
    street: Street, person: Callable[..., Client]
) -> None:
    base = f"/transmissions/{street.slip}/paper"
    browser = person(street.stranger)
    assert browser.get(f"{base}/").status_code == browser.get(f"{base}.pdf").status_code == 404
    own = person(street.service_office, login="sato")
    for address in (f"{base}/", f"{base}.pdf"):
        assert own.get(address, headers={"Sec-Purpose": "prefetch"}).status_code == 503
    assert looks() == []


def test_who_waits_too_long_for_a_drawing_reads_what_to_do(
    street: Street, person: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.conf import settings

    from renkei.hub.core import drawing

    browser = person(street.service_office)
    monkeypatch.setitem(settings.RENKEI, "DRAW_SECONDS", 0.01)
    with drawing._turn:
        answer = browser.get(f"/transmissions/{street.slip}/paper/")
    assert answer.status_code == 503 and "もう一度押してください" in answer.content.decode()


def test_where_a_form_cannot_be_drawn_the_page_says_whose_and_shows_the_others(
    street: Street, person: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    from renkei.hub.exchange import sheets

    people, browser = sheets.people, person(street.service_office)

    def broken(files: Mapping[str, bytes], look: sheets.Look) -> list[sheets.PersonSheets]:
        [first, *others] = people(files, look)
        [slip, *rest] = first.sheets
        return [replace(first, sheets=(replace(slip, how={"no such": ""}), *rest)), *others]

    monkeypatch.setattr(sheets, "people", broken)
    page = browser.get(f"/transmissions/{street.slip}/paper/").content.decode()
    assert "描けない様式がありました: 第6表" in page
    assert [words.split()[0] for _, words in PICTURE.findall(page)] == ["第7表"]
    answer = browser.get(f"/transmissions/{street.slip}/paper.pdf")
    told = answer.content.decode()
    whose = answer.context["undrawn"][0]
    assert answer.status_code == 503 and whose.kind.label == "第6表"
    assert f"{whose.title}(被保険者番号 {whose.person[1]})" in told and "renkei check" in told
