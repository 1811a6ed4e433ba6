"""In which form an office wants its partners' units: said on a page by those who run it, or by its programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.test import Client

from . import people, world
from .conftest import Hub
from .streets import person

__all__ = ["person"]  # a fixture


def office(town: Hub) -> world.TestOffice:
    return next(iter(town.offices.values()))


def put(office: world.TestOffice, form: str, service: str = "") -> Any:
    return office.client.put(
        f"/v1/office/services/{service or office.service}/form",
        {"form": form},
        content_type="application/json",
        headers=office._headers(),
    )


def form_of(office: world.TestOffice) -> str:
    [service] = office.get("/office").json()["services"]
    return str(service["form"])


def deeds() -> list[tuple[str, Any]]:
    from renkei.hub.core.models import Deed

    return list(Deed.objects.filter(kind="mail-form").order_by("pk").values_list("actor", "details"))


def test_a_program_says_in_which_form_mail_comes_and_it_is_on_record(town: Hub) -> None:
    mine = office(town)
    assert form_of(mine) == "csv"
    for _ in range(2):
        assert put(mine, "json").json() == {"service": mine.service, "form": "json"}
    assert form_of(mine) == "json"
    [(actor, details)] = deeds()
    assert actor.startswith("program:") and details["form"] == "json"


def test_a_form_that_is_none_and_a_service_of_others_are_refused(town: Hub) -> None:
    mine = office(town)
    assert put(mine, "xml").status_code == 400
    answer = put(mine, "json", "99")
    assert (answer.status_code, answer.json()["code"]) == (403, "E-AUTH-SERVICE")
    assert form_of(mine) == "csv" and deeds() == []


def test_an_administrator_changes_it_on_a_page(town: Hub, person: Callable[..., Client]) -> None:
    mine = office(town)
    browser = person(mine)
    assert "受け取る形" in browser.get("/settings/").content.decode()
    assert "JSON も受け取る" in browser.get("/settings/form/").content.decode()
    answer = browser.post("/settings/form/", {"service": mine.service, "form": "json"})
    assert answer.status_code == 302 and form_of(mine) == "json"
    shown = browser.get("/settings/form/").content.decode()
    assert "CSV だけにする" in shown and "CSV と JSON で受け取ります" in shown
    assert browser.post("/settings/form/", {"service": mine.service, "form": "xml"}).status_code == 404
    assert len(deeds()) == 1 and deeds()[0][0].startswith("staff:")


def test_who_does_not_run_the_office_has_no_part_in_it(town: Hub) -> None:
    mine = office(town)
    people.add(mine, level="member")
    browser = people.signed_in()
    assert browser.get("/settings/form/").status_code == 403
    assert "受け取る形" not in browser.get("/settings/").content.decode()
