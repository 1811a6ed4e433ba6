"""支援経過(第5表): what went and came about a person, as lines to be copied into the support record."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from django.test import Client

from .streets import Street, full_street, looks, person, seen_subjects, street, subject_of
from .test_deciding import changed, tell

# What it tries is above the database: one of them is enough.
pytestmark = pytest.mark.usefixtures("once")

__all__ = ["full_street", "person", "street"]  # fixtures
Enter = Callable[..., Client]


@pytest.fixture
def manager(full_street: Street, person: Enter) -> Client:
    browser = person(full_street.care_manager)
    browser.get("/months/202612/")
    return browser


def test_each_unit_about_a_person_writes_its_line(full_street: Street, manager: Client) -> None:
    subject, number = changed(full_street)
    tell(manager, subject, number, "accept")
    page = manager.get(f"/ledger/people/{subject}/support/")
    entries = page.context["record"].entries
    sent = [one for one in full_street.month.truth.units if _is_about(full_street, one, subject)]
    assert len([one for one in entries if one.item != "実績の確認"]) == len(sent)
    assert [one.at for one in entries] == sorted(one.at for one in entries)
    name = full_street.hub.offices[number].name
    words = [one.words for one in entries]
    assert any("実績" in one and name in one and "から受け取った。予定とのちがい" in one for one in words)
    assert any(name in one and "に送った。届け方: Renkei。" in one for one in words)
    assert any("「受け入れた」" in one and name in one for one in words)
    assert seen_subjects(looks()[-1]) == {subject}
    assert page.context["record"].text.count("\n") == len(entries) - 1


def test_the_same_is_kept_as_a_table(full_street: Street, manager: Client) -> None:
    subject, _ = changed(full_street)
    answer = manager.get(f"/ledger/people/{subject}/support/", {"csv": "1"})
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    entries = manager.get(f"/ledger/people/{subject}/support/").context["record"].entries
    assert rows[0] == ["年月日", "項目", "内容"] and len(rows) == len(entries) + 1
    assert looks()[-2].purpose == "export"


def test_a_month_narrows_it_and_a_stranger_has_none(full_street: Street, manager: Client, person: Enter) -> None:
    subject, _ = changed(full_street)
    page = manager.get(f"/ledger/people/{subject}/support/", {"month": "202611"})
    assert page.context["record"].entries == []
    assert manager.get(f"/ledger/people/{'0' * 64}/support/").status_code == 404


def _is_about(street: Street, unit: object, subject: str) -> bool:
    return subject in {subject_of(street.month, insured) for insured in unit.people}  # type: ignore[attr-defined]
