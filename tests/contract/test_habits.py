"""How a service works: said on a page by those who run the office, never over what somebody else has said meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from . import people, world
from .conftest import Hub
from .streets import person

__all__ = ["person"]  # a fixture

PAGE = "/settings/habits/"
Enter = Callable[..., Client]


def office(town: Hub) -> world.TestOffice:
    return next(iter(town.offices.values()))


def habits(mine: world.TestOffice) -> Any:
    from renkei.hub.parties.models import OfficeService
    from renkei.hub.workspace.habits.services import habits_of

    return habits_of(OfficeService.objects.get(party__number=mine.number, service=mine.service))


def said(mine: world.TestOffice, **changes: Any) -> dict[str, Any]:
    usual = {
        "service": mine.service,
        "revision": 0,
        "approval": "none",
        "send_day": "",
        "result_day": 5,
        "unopened_days": 3,
        "weekdays_off": ["5", "6"],
        "holidays_off": "on",
        "days_off": "",
        "claim_moves": "",
    }
    return usual | changes


def deeds() -> list[Any]:
    from renkei.hub.core.models import Deed

    return list(Deed.objects.filter(kind="habits").order_by("pk"))


def next_day() -> date:
    from django.utils import timezone

    return timezone.localdate() + timedelta(days=30)


def test_an_office_that_said_nothing_has_the_defaults_in_one_query(town: Hub) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from renkei.hub.parties.models import OfficeService
    from renkei.hub.workspace.habits.services import habits_of

    mine = office(town)
    service = OfficeService.objects.get(party__number=mine.number, service=mine.service)
    with CaptureQueriesContext(connection) as queries:
        found = habits_of(service)
    assert len(queries) == 1
    assert (found.approval, found.send_day, found.result_day, found.unopened_days) == ("none", None, 5, 3)
    assert (found.weekdays_off, found.holidays_off, found.days_off, found.revision) == ("56", True, [], 0)


def test_what_an_administrator_says_counts_and_is_on_record(town: Hub, person: Enter) -> None:
    mine, day = office(town), next_day()
    browser = person(mine)
    assert PAGE in browser.get("/settings/").content.decode()
    typed = f"{day.year}年{day.month}月{day.day}日(水) 夏休み\n\n{day:%Y-%m-%d}"
    given = said(mine, approval="other", send_day="25", weekdays_off=["6"], days_off=typed, claim_moves="before")
    del given["holidays_off"]
    assert browser.post(PAGE, given).status_code == 302
    now = habits(mine)
    assert (now.approval, now.send_day, now.weekdays_off, now.holidays_off) == ("other", 25, "6", False)
    assert (now.days_off, now.claim_moves, now.revision) == ([day.isoformat()], "before", 1)
    [deed] = deeds()
    changed = ["approval", "claim_moves", "days_off", "holidays_off", "send_day", "weekdays_off"]
    assert deed.actor.startswith("staff:") and deed.details == {"service": mine.service, "changed": changed}
    page = browser.get(PAGE).content.decode()
    assert f"{day.year}/{day.month}/{day.day}" in page and 'value="25"' in page


def test_the_same_said_again_is_no_change(town: Hub, person: Enter) -> None:
    mine = office(town)
    assert person(mine).post(PAGE, said(mine)).status_code == 302
    assert habits(mine).revision == 0 and deeds() == []


def test_who_changes_what_somebody_else_has_changed_is_told_and_nothing_is_overwritten(
    town: Hub, person: Enter
) -> None:
    mine = office(town)
    first, second = person(mine), person(mine, login="sato")
    assert first.post(PAGE, said(mine, result_day=4)).status_code == 302
    answer = second.post(PAGE, said(mine, result_day=7))
    assert answer.status_code == 409 and "ほかの人がこのやり方を変えました" in answer.content.decode()
    assert habits(mine).result_day == 4 and len(deeds()) == 1
    assert answer.context["form"]["revision"].value() == 1 and answer.context["form"]["result_day"].value() == 4
    assert second.post(PAGE, said(mine, result_day=7, revision=1)).status_code == 302
    assert habits(mine).result_day == 7


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"result_day": "11"}, "result_day"),
        ({"result_day": "0"}, "result_day"),
        ({"send_day": "32"}, "send_day"),
        ({"unopened_days": "21"}, "unopened_days"),
        ({"weekdays_off": list("0123456")}, "weekdays_off"),
        ({"weekdays_off": ["7"]}, "weekdays_off"),
        ({"days_off": "8月13日"}, "days_off"),
        ({"days_off": "2027/2/30"}, "days_off"),
        ({"days_off": "2999/1/1"}, "days_off"),
        ({"claim_moves": "sideways"}, "claim_moves"),
        ({"approval": "nobody"}, "approval"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(town: Hub, person: Enter, wrong: dict[str, Any], field: str) -> None:
    mine = office(town)
    answer = person(mine).post(PAGE, said(mine, **wrong))
    assert answer.status_code == 200 and list(answer.context["form"].errors) == [field]
    assert habits(mine).revision == 0


def test_sixty_days_off_fit_and_one_more_does_not(town: Hub, person: Enter) -> None:
    mine, first = office(town), next_day()
    days = [(first + timedelta(days=number)).isoformat() for number in range(61)]
    browser = person(mine)
    assert list(browser.post(PAGE, said(mine, days_off="\n".join(days))).context["form"].errors) == ["days_off"]
    assert browser.post(PAGE, said(mine, days_off="\n".join(days[:60]))).status_code == 302
    assert habits(mine).days_off == days[:60]


def test_whoever_does_not_run_the_office_has_no_part_in_it(town: Hub) -> None:
    mine = office(town)
    people.add(mine, level="member")
    browser = people.signed_in()
    assert browser.get(PAGE).status_code == 403 and browser.post(PAGE, said(mine)).status_code == 403
    assert PAGE not in browser.get("/settings/").content.decode()


def test_a_service_of_others_is_not_there(town: Hub, person: Enter) -> None:
    mine = office(town)
    assert person(mine).post(PAGE, said(mine, service="99")).status_code == 404
