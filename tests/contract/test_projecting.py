"""The projection of a month: it says what the papers say, is made once for each state of them, and goes with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from renkei.standard.units import UnitKind

from . import world
from .streets import Street, full_street, looks, person, seen_subjects, street, subject_of

__all__ = ["full_street", "person", "street"]  # fixtures

MONTH = "202612"


def service_of(office: world.TestOffice) -> Any:
    from renkei.hub.parties import services

    return services.office(office.number).services.select_related("party").get()


def project(street: Street) -> Any:
    from renkei.hub.workspace.projecting import services

    return services.project(service_of(street.care_manager), MONTH)


def rows(projected: Any) -> set[tuple[Any, ...]]:
    return set(projected.progress.values_list("subject", "number", "service", "differences", "is_reported"))


def test_it_counts_what_the_month_is_made_of(full_street: Street) -> None:
    month = full_street.month
    found = list(project(full_street).progress.all())
    true = Counter((subject_of(month, one.insured), one.office) for one in month.truth.differences)
    counted: Counter[tuple[str, str]] = Counter()
    for one in found:
        counted[one.subject, one.number] += one.differences
    assert +counted == true
    assert {one.subject for one in found} == {subject_of(month, insured) for insured in full_street.names}
    assert all(one.is_reported for one in found)


def test_who_has_not_reported_yet_is_waited_for(street: Street) -> None:
    street.send(lambda unit: unit.kind is UnitKind.USE_TABLE)
    found = list(project(street).progress.all())
    assert found and not any(one.is_reported for one in found)


def test_twice_the_same_papers_are_compared_once(full_street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    from renkei.hub.workspace.projecting import services

    first = project(full_street)
    monkeypatch.setattr(services, "people_of", lambda *_: pytest.fail("compared again"))
    again = project(full_street)
    assert (again.pk, again.roster, rows(again)) == (first.pk, first.roster, rows(first))


def test_what_comes_in_or_is_withdrawn_makes_it_anew(full_street: Street) -> None:
    from renkei.hub.core.models import Body
    from renkei.hub.exchange.models import Transmission

    before, bodies = rows(project(full_street)), Body.objects.count()
    Transmission.objects.filter(kind="actual").update(months="202601")
    after = project(full_street)
    assert rows(after) != before and not after.progress.filter(is_reported=True).exists()
    # The old roster went with the old comparison.
    assert Body.objects.count() == bodies
    Transmission.objects.update(months="202601")
    empty = project(full_street)
    assert empty.roster is None and not empty.progress.exists() and Body.objects.count() == bodies - 1


def test_the_names_are_in_a_body_and_making_it_shows_them_to_nobody(full_street: Street) -> None:
    from renkei.hub.workspace.projecting import services

    projected = project(full_street)
    assert looks() == []
    roster = services.open_roster(services.fetch_roster(projected))
    assert {one.insured: one.name for one in roster.values()} == full_street.names
    assert {one.subject for one in projected.progress.all()} == roster.keys()


def test_results_on_another_way_count_as_well(street: Street, person: Callable[..., Client]) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    street.send(lambda unit: unit.kind is UnitKind.USE_TABLE)
    before = project(street)
    actual = next(
        files
        for unit, files in world.units_of(street.month.files[street.service_office.number])
        if unit.kind is UnitKind.ACTUAL and unit.recipient == street.care_manager.number
    )
    browser = person(street.care_manager)
    browser.post("/outbox/bring/", {"files": [SimpleUploadedFile(name, data) for name, data in actual.items()]})
    after = project(street)
    assert after.mark != before.mark
    reported = set(after.progress.filter(is_reported=True).values_list("number", flat=True))
    assert reported == {street.service_office.number}
    assert browser.get(f"/months/{MONTH}/").status_code == 200


def test_a_large_month_is_left_to_the_hubs_own_time(full_street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    from renkei.hub.core.models import Job
    from renkei.hub.workspace import tasks
    from renkei.hub.workspace.comparing import papers
    from renkei.hub.workspace.models import Projected
    from renkei.hub.workspace.projecting import services

    service = service_of(full_street.care_manager)
    count = papers.mark_of(service, MONTH).count
    assert count == len(papers.of_month(service, MONTH))
    monkeypatch.setattr(services, "AT_ONCE", count - 1)
    # For the first time somebody waits: there is nothing to show yet.
    assert services.current(service, MONTH)[1]
    Projected.objects.update(mark="before")
    assert not services.current(service, MONTH)[1]
    job = Job.objects.get(kind="project")
    tasks.project(timezone.now(), job.payload)
    projected, is_current = services.current(service, MONTH)
    assert is_current and projected is not None and projected.progress.exists()
    monkeypatch.setattr(services, "AT_ONCE", count)
    projected.delete()
    assert services.current(service, MONTH)[1]


def test_it_goes_with_the_first_of_the_copies(full_street: Street) -> None:
    from renkei.hub.core.models import Body
    from renkei.hub.workspace.models import Projected
    from renkei.hub.workspace.projecting import forgetting

    bodies = Body.objects.count()
    until = project(full_street).until
    forgetting.sweep(until - timedelta(seconds=1), 10)
    assert Projected.objects.exists()
    forgetting.sweep(until, 10)
    assert not Projected.objects.exists() and Body.objects.count() == bodies


def test_as_many_queries_for_a_full_month_as_for_one_person(full_street: Street) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from renkei.hub.exchange.models import Transmission
    from renkei.hub.workspace.models import Projected

    with CaptureQueriesContext(connection) as many:
        project(full_street)
    keep = [
        full_street.sent[full_street.care_manager.number, full_street.service_office.number, UnitKind.USE_TABLE],
        full_street.sent[full_street.service_office.number, full_street.care_manager.number, UnitKind.ACTUAL],
    ]
    Projected.objects.all().delete()
    Transmission.objects.exclude(pk__in=keep).update(months="202601")
    with CaptureQueriesContext(connection) as few:
        project(full_street)
    assert len(few) == len(many)


@pytest.mark.parametrize("words", ["タカハシ", "たかはし　はな", "ﾀｶﾊｼ", "髙橋", "0000000001", "0001"])
def test_a_client_is_found_as_people_write_them(full_street: Street, words: str) -> None:
    from renkei.hub.core.looks import Viewer
    from renkei.hub.workspace.projecting import searching

    project(full_street)
    owner = service_of(full_street.care_manager)
    viewer = Viewer(actor="staff:1", party=owner.party_id, request="r")
    found = searching.find(owner, words, viewer)
    true = subject_of(full_street.month, "0000000001")
    assert true in found and found[true].name == full_street.names["0000000001"]
    [look] = looks()
    assert (look.purpose, seen_subjects(look)) == ("search", set(found))
    assert searching.find(service_of(full_street.stranger), words, viewer) == {}


@pytest.mark.parametrize("words", ["", "タ", "001", "いない　ひと"])
def test_what_is_too_short_or_fits_nobody_finds_nobody_and_is_no_look(full_street: Street, words: str) -> None:
    from renkei.hub.core.looks import Viewer
    from renkei.hub.workspace.projecting import searching

    project(full_street)
    owner = service_of(full_street.care_manager)
    assert searching.find(owner, words, Viewer("staff:1", owner.party_id, "r")) == {} and looks() == []
