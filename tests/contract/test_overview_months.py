"""今月: which months there are, and the days that matter in one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .overviews import Enter, numbers, pairs, today, unhurried, words
from .streets import Street, person, street

# What it tries is above the database: one of them is enough.
pytestmark = pytest.mark.usefixtures("once", "today", "unhurried")

__all__ = ["person", "street", "today", "unhurried"]  # fixtures


def test_a_month_that_is_over_shows_beside_the_others_what_it_still_waits_for(
    street: Street, person: Enter, today: Callable[[str], None]
) -> None:
    browser = person(street.service_office)
    people = len(street.slip_unit.people)
    assert numbers(browser)["waiting"] == people
    today("2027-01-20")
    assert ("202612", "12月分", people) in browser.get("/overview/").context["tabs"]
    assert f"12月分まだの実績 {people}" in words(browser, "/overview/")
    today("2026-12-20")
    assert ("202612", "12月分", 0) in browser.get("/overview/").context["tabs"]


@pytest.mark.parametrize(
    ("day", "working", "newest"),
    [
        ("2027-01-04", "202612", "202701"),
        ("2027-01-10", "202612", "202701"),
        ("2027-01-11", "202701", "202701"),
        ("2027-01-15", "202702", "202702"),
    ],
)
def test_the_page_begins_with_the_month_that_people_work_on(
    street: Street, person: Enter, today: Callable[[str], None], day: str, working: str, newest: str
) -> None:
    today(day)
    page = person(street.care_manager).get("/overview/")
    assert (page.context["month"], page.context["tabs"][0][0]) == (working, newest)


def test_the_month_before_and_one_of_two_years_ago_are_there_and_no_month_is_not(street: Street, person: Enter) -> None:
    browser = person(street.care_manager)
    assert numbers(browser, "/overview/202611/") == {}
    assert browser.get("/overview/202501/").status_code == 200
    assert browser.get("/overview/?month=202606&service=43")["Location"] == "/overview/202606/?service=43"
    for month in ("202411", "202705", "202613", "000000", "999999"):
        for address in (f"/overview/{month}/", f"/overview/{month}/waiting/", f"/overview/{month}/waiting/people/"):
            assert browser.get(address).status_code == 404, address
    assert browser.get("/overview/?month=x").status_code == 404


def test_days_to_the_claim_are_counted_in_the_days_on_which_the_office_works(
    street: Street, person: Enter, today: Callable[[str], None]
) -> None:
    from renkei.hub.parties import services
    from renkei.hub.workspace.models import Habits

    browser = person(street.care_manager)
    today("2027-01-06")
    assert "あと 3営業日" in words(browser)
    owner = services.office(street.care_manager.number).services.get()
    Habits.objects.create(owner=owner, weekdays_off="6", days_off=["2027-01-07"], claim_moves="before")
    assert "あと 2営業日" in words(browser) and "締め切りは 1月8日(金)" in words(browser)


def test_results_that_are_late_are_said_in_words(street: Street, person: Enter, today: Callable[[str], None]) -> None:
    browser, server = person(street.care_manager), person(street.service_office, login="sato")
    people = len(street.slip_unit.people)
    everywhere = len([one for _, one in pairs(street) if one in street.slip_unit.people])
    today("2027-01-05")
    assert "実績は 1月5日(火)までにそろう予定です" in words(browser)
    today("2027-01-06")
    assert f"5日までに届くはずの実績が、まだ {everywhere}人分あります" in words(browser)
    assert f"5日までに送るはずの実績が、まだ {people}人分あります" in words(server)


def test_a_month_that_is_still_being_counted_says_so(
    street: Street, person: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    from renkei.hub.workspace.projecting import services

    browser = person(street.care_manager)
    assert "いま数えています" not in words(browser)
    monkeypatch.setattr(services, "AT_ONCE", 0)
    street.send(lambda unit: True)
    assert "いま数えています。ここの人数は、その前のものです。" in words(browser)
