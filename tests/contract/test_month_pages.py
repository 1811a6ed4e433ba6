"""Plan against actual in the browser, for the office that plans and for the one that serves."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from renkei.hub.workspace.habits.rules import claim_of
from renkei.standard.units import UnitKind

from .streets import Street, full_street, looks, person, seen_subjects, street, subject_of

# What it tries is above the database: one of them is enough.
pytestmark = pytest.mark.usefixtures("once")

__all__ = ["full_street", "person", "street"]  # fixtures

MONTH = "/months/202612/"
Enter = Callable[..., Client]


# What the comparing finds, in the words of a care manager; what was put together from two is two of them.
FOUND = {
    "cancelled": ("MISSING",),
    "extra": ("UNPLANNED",),
    "moved": ("TIME_CHANGED",),
    "longer": ("TIME_CHANGED",),
    "shorter": ("TIME_CHANGED",),
    "more": ("MORE",),
    "fewer": ("FEWER",),
    "other-day": ("MISSING", "UNPLANNED"),
    "other-service": ("MISSING", "UNPLANNED"),
    "other-office": ("MISSING", "UNPLANNED"),
}


def shown_in(page: Any) -> Counter[tuple[str, str]]:
    """The causes of a month's page, as the comparing finds them."""
    found: Counter[tuple[str, str]] = Counter()
    for _, client, causes in page.context["changed"]:
        for cause, count in causes:
            for kind in FOUND[cause.value]:
                found[client.insured, kind] += count
    return found


def test_the_first_page_is_the_month_that_has_actuals(full_street: Street, person: Enter) -> None:
    for office in (full_street.care_manager, full_street.service_office):
        assert person(office, login=office.number).get("/months/")["Location"] == f"{MONTH}?service={office.service}"


def test_the_counts_and_the_causes_are_the_truth_of_the_month(full_street: Street, person: Enter) -> None:
    page = person(full_street.care_manager).get(MONTH)
    true = Counter((d.insured, d.kind.name) for d in full_street.month.truth.differences)
    assert shown_in(page) == true
    changed = {insured for insured, _ in true}
    assert {person.insured for _, person in page.context["unchanged"]} == full_street.names.keys() - changed
    assert page.context["waiting"] == []
    assert f"変更なし {len(full_street.names) - len(changed)}人" in page.content.decode()


def test_the_list_is_one_look_a_day_for_each_person_who_looks(full_street: Street, person: Enter) -> None:
    first, second = person(full_street.care_manager), person(full_street.care_manager, login="sato")
    for browser in (first, first, second, first):
        assert browser.get(MONTH).status_code == 200
    assert [look.purpose for look in looks()] == ["list", "list"]
    assert len({look.actor for look in looks()}) == 2
    assert seen_subjects(looks()[0]) == {subject_of(full_street.month, insured) for insured in full_street.names}


def test_people_who_come_in_later_that_day_make_a_look_of_their_own(full_street: Street, person: Enter) -> None:
    from renkei.hub.core.looks import subject
    from renkei.hub.exchange.models import Subject

    browser = person(full_street.care_manager)
    browser.get(MONTH)
    Subject.objects.create(transmission_id=full_street.slip, subject=subject("139998", "0000009999"))
    browser.get(MONTH)
    assert [len(seen_subjects(look)) for look in looks()] == [len(full_street.names), 1]


def test_a_person_is_opened_by_a_mark_that_says_nothing_and_it_is_a_look_at_that_person(
    full_street: Street, person: Enter
) -> None:
    browser = person(full_street.care_manager)
    one = next(iter(full_street.month.truth.differences))
    mark = subject_of(full_street.month, one.insured)
    answer = browser.get(f"{MONTH}{mark}/")
    text = answer.content.decode()
    true = Counter(d.kind.name for d in full_street.month.truth.differences if d.insured == one.insured)
    told = [change.cause for each in answer.context["sheet"].differences for change in each.changes]
    assert Counter(kind for cause in told for kind in FOUND[cause.value]) == true
    assert full_street.names[one.insured] in text
    assert full_street.names[one.insured] not in text.partition("</title>")[0]
    (look,) = looks()
    assert (look.purpose, look.rule, seen_subjects(look)) == ("compare", "own-clients", {mark})


def test_a_person_of_other_offices_is_not_there(full_street: Street, person: Enter) -> None:
    """Clients of the care manager whom the service office does not serve, a month without papers, a made-up mark."""
    served = {
        i for u in full_street.month.truth.units if u.sender == full_street.service_office.number for i in u.people
    }
    other = next(insured for insured in full_street.names if insured not in served)
    browser = person(full_street.service_office)
    own = subject_of(full_street.month, next(iter(served)))
    for address in (
        f"{MONTH}{subject_of(full_street.month, other)}/",
        f"/months/202701/{own}/",
        f"{MONTH}{'0' * 64}/",
        "/months/202701/",
    ):
        assert browser.get(address).status_code == 404, address
    assert looks() == []
    assert browser.get(f"{MONTH}{own}/").status_code == 200


def test_a_service_office_sees_its_own_lines_alone(full_street: Street, person: Enter) -> None:
    number = full_street.service_office.number
    browser = person(full_street.service_office)
    page = browser.get(MONTH)
    groups = page.context["changed"] + page.context["waiting"] + page.context["unchanged"]
    served = {i for u in full_street.month.truth.units if u.sender == number for i in u.people}
    assert {person.insured for _, person, *_ in groups} == served
    for insured in served:
        sheet = browser.get(f"{MONTH}{subject_of(full_street.month, insured)}/").context["sheet"]
        assert {block.office for block in sheet.blocks} == {number}
    true = Counter((d.insured, d.kind.name) for d in full_street.month.truth.differences if d.office == number)
    assert shown_in(page) == true


def test_as_many_queries_for_a_full_month_as_for_one_unit(
    full_street: Street, person: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from renkei.hub.core import notices
    from renkei.hub.exchange.models import Transmission

    # Read once in a while by whichever page comes then: not while the pages are compared.
    monkeypatch.setattr(notices, "SECONDS", 3600)
    browser = person(full_street.care_manager)
    browser.get(MONTH)
    with CaptureQueriesContext(connection) as many:
        browser.get(MONTH)
    keep = [
        full_street.sent[full_street.care_manager.number, full_street.service_office.number, UnitKind.USE_TABLE],
        full_street.sent[full_street.service_office.number, full_street.care_manager.number, UnitKind.ACTUAL],
    ]
    Transmission.objects.exclude(pk__in=keep).update(months="202601")
    browser.get(MONTH)  # compared anew
    with CaptureQueriesContext(connection) as few:
        assert browser.get(MONTH).status_code == 200
    assert len(few) == len(many)


def test_an_office_without_mail_reads_that_there_is_none(full_street: Street, person: Enter) -> None:
    from renkei.hub.exchange.models import Transmission

    Transmission.objects.update(months="")
    assert "まだ提供票も実績もありません" in person(full_street.care_manager).get("/months/").content.decode()


@pytest.mark.parametrize(
    ("today", "words"),
    [
        ("2027-01-06", "あと 3営業日"),
        ("2027-01-06", "最後の営業日は 1月8日(金)"),
        ("2027-01-11", "過ぎました"),
        ("2026-12-28", "あと 6営業日"),
    ],
)
def test_the_page_says_how_long_it_is_to_the_claim(
    full_street: Street, person: Enter, monkeypatch: pytest.MonkeyPatch, today: str, words: str
) -> None:
    at = date.fromisoformat(today)
    monkeypatch.setattr(
        "renkei.hub.workspace.comparing.views.claim_of",
        lambda habits, month, _, usual: claim_of(habits, month, at, usual),
    )
    page = person(full_street.care_manager).get(MONTH).content.decode()
    assert words in re.sub("<[^>]+>", "", page)
