"""What was read from a paper goes with it, and can be made again from what is left, in whatever order papers come."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from renkei.standard.units import UnitKind

from . import commands, world
from .streets import Street, full_street, person, street
from .waiting import DAY, erase

__all__ = ["full_street", "person", "street"]  # fixtures

MONTH = "202612"
ELSEWHEN = "202601"


def service_of(office: world.TestOffice) -> Any:
    from renkei.hub.parties import services

    return services.office(office.number).services.select_related("party").get()


def project(office: world.TestOffice) -> Any:
    from renkei.hub.workspace.projecting import services

    return services.project(service_of(office), MONTH)


def projected(office: world.TestOffice) -> list[Any]:
    from renkei.hub.workspace.models import Projected

    return list(Projected.objects.filter(owner=service_of(office)))


def found(office: world.TestOffice, words: str) -> int:
    from renkei.hub.core.looks import Viewer
    from renkei.hub.workspace.projecting import searching

    owner = service_of(office)
    return len(searching.find(owner, words, Viewer("staff:1", owner.party_id, "r")))


def say(office: world.TestOffice, street: Street, step: str, **words: Any) -> None:
    from renkei.hub.exchange.models import Transmission

    row = Transmission.objects.select_related("envelope").get(pk=street.slip)
    digest = hashlib.sha256(row.envelope.manifest).hexdigest()
    answer = office.post("/receipts", {"receipts": [office.receipt(street.slip, digest, step, **words)]})
    assert answer.json()["results"][0]["status"] == 201, answer.content.decode()


def waiting() -> list[dict[str, Any]]:
    from renkei.hub.core.models import Job

    return list(Job.objects.filter(kind="project").values_list("payload", flat=True))


def do_jobs() -> None:
    """What waits at the service of projections, in its turn."""
    from renkei.hub.core import jobs
    from renkei.hub.core.models import Job

    Job.objects.exclude(kind__startswith="project").delete()
    while jobs.run_due(timezone.now() + timedelta(seconds=1)):
        pass
    assert not Job.objects.exists()


def test_a_withdrawn_slip_takes_its_names_along_at_once(street: Street) -> None:
    from renkei.hub.core.models import Wrap

    [name] = {name[:2] for insured, name in street.names.items() if insured == "0000000001"}
    for office in (street.care_manager, street.service_office):
        project(office)
        assert found(office, name)
    say(street.care_manager, street, "withdrawn")
    assert projected(street.service_office) == [] and not found(street.service_office, name)
    holder = f"roster:{service_of(street.service_office).pk}"
    assert not Wrap.objects.filter(holder=holder).exists()
    # The sender has its copy still, and what was read from it; that slip is no plan any more.
    assert projected(street.care_manager) and found(street.care_manager, name)
    assert not project(street.care_manager).progress.exists()
    assert waiting() == [{"service": service_of(street.service_office).pk, "month": MONTH}]
    do_jobs()
    [again] = projected(street.service_office)
    assert again.roster is None and not again.progress.exists()


def test_a_slip_that_is_collected_and_imported_is_not_counted_again(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    from renkei.hub.workspace.projecting import services

    ends = street.care_manager, street.service_office
    before = [project(office).at for office in ends]
    monkeypatch.setattr(services, "people_of", lambda *_: pytest.fail("compared again"))
    for step in ("collected", "imported"):
        say(street.service_office, street, step)
        assert [project(office).at for office in ends] == before


@pytest.mark.parametrize("way", ["withdrawn", "recalled"])
def test_after_a_slip_was_taken_back_the_one_before_is_the_plan_again(full_street: Street, way: str) -> None:
    office = full_street.care_manager
    before, first = project(office).mark, contents()
    send_at_other_times(full_street)
    assert project(office).mark != before and contents() != first
    if way == "withdrawn":
        say(office, full_street, "withdrawn")
    else:
        say(full_street.service_office, full_street, "collected")
        say(office, full_street, "recall_requested", text="まちがえました。")
        say(full_street.service_office, full_street, "deletion_confirmed")
    assert project(office).mark == before and contents() == first


def send_at_other_times(street: Street) -> None:
    """Another slip for the same office, which is `street.slip` from now on."""
    office, sequence = street.care_manager, "20261225090001"
    ends = (office.number, street.service_office.number, UnitKind.USE_TABLE)
    units = world.units_of(street.month.files[office.number])
    unit, files = next(one for one in units if (one[0].sender, one[0].recipient, one[0].kind) == ends)
    moved = {
        name.replace(unit.sequence, sequence): data.replace(b",1500,1600,", b",1530,1630,")
        for name, data in files.items()
    }
    assert list(moved.values()) != list(files.values())
    answer = office.post("/transmissions", office.envelope(unit._replace(sequence=sequence, files=tuple(moved)), moved))
    assert answer.status_code == 201, answer.content.decode()
    street.sent[ends] = answer.json()["id"]


def test_what_its_sender_wants_back_is_left_out_until_that_is_settled(street: Street) -> None:
    say(street.service_office, street, "collected")
    assert project(street.service_office).roster
    say(street.care_manager, street, "recall_requested", text="まちがえました。")
    assert project(street.service_office).roster is None and project(street.care_manager).roster
    say(street.service_office, street, "recall_declined", text="うちの利用者です。")
    assert project(street.service_office).roster


def test_a_slip_withdrawn_while_it_is_read_leaves_no_name(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    from renkei.hub.workspace.comparing import papers

    really = papers.opened

    def opened(stored: Any) -> Any:
        say(street.care_manager, street, "withdrawn")
        monkeypatch.setattr(papers, "opened", really)
        return really(stored)

    monkeypatch.setattr(papers, "opened", opened)
    assert project(street.service_office).roster
    do_jobs()
    [again] = projected(street.service_office)
    assert again.roster is None and not again.progress.exists()


def test_the_mailbox_copy_goes_but_the_own_one_and_its_names_stay(street: Street) -> None:
    from django.conf import settings

    say(street.service_office, street, "collected")
    before = project(street.service_office)
    erase(timezone.now() + (settings.RENKEI["MAILBOX_DAYS"] + 1) * DAY)
    assert [row.pk for row in projected(street.service_office)] == [before.pk]


def test_with_the_own_copy_everything_goes(street: Street) -> None:
    from renkei.hub.core.models import Wrap

    say(street.service_office, street, "collected")
    project(street.service_office)
    project(street.care_manager)
    erase(timezone.now() + 366 * 30 * DAY)
    assert not projected(street.service_office) and not projected(street.care_manager)
    assert not Wrap.objects.filter(holder__startswith="roster").exists()


def test_what_came_on_another_way_takes_its_names_along(street: Street, person: Callable[..., Client]) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from renkei.hub.workspace.models import Incoming
    from renkei.hub.workspace.outbox import cleaning

    files = next(
        files
        for unit, files in world.units_of(street.month.files[street.service_office.number])
        if unit.kind is UnitKind.ACTUAL and unit.recipient == street.care_manager.number
    )
    brought = {"files": [SimpleUploadedFile(name, data) for name, data in files.items()]}
    person(street.care_manager).post("/outbox/bring/", brought)
    project(street.care_manager)
    Incoming.objects.update(until=timezone.now())
    cleaning.sweep(timezone.now(), 10)
    assert projected(street.care_manager) == []
    assert waiting() == [{"service": service_of(street.care_manager).pk, "month": MONTH}]


def test_an_operator_has_everything_counted_again(full_street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    from renkei.hub.workspace.models import Projected
    from renkei.hub.workspace.projecting import rebuilding, services

    counted: list[str] = []
    really = services.people_of
    monkeypatch.setattr(services, "people_of", lambda *given: counted.append(given[1]) or really(*given))
    monkeypatch.setattr(rebuilding, "MONTHS", 1)
    data = ("--data", full_street.hub.data)
    assert "数え直します" in commands.here("hub", "project", *data)
    do_jobs()
    rows = set(Projected.objects.values_list("owner", "month"))
    assert {service_of(full_street.care_manager).pk, service_of(full_street.service_office).pk} <= {
        own for own, _ in rows
    }
    assert len(counted) == len(rows)
    commands.here("hub", "project", *data)
    do_jobs()
    assert len(counted) == len(rows)  # nothing has changed
    kept = contents()
    commands.here("hub", "project", *data, "--rebuild")
    do_jobs()
    assert len(counted) == 2 * len(rows) and contents() == kept


def test_months_that_nobody_opened_are_counted_as_well(full_street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    from renkei.hub.workspace import tasks
    from renkei.hub.workspace.models import Projected
    from renkei.hub.workspace.projecting import rebuilding

    name = full_street.names["0000000001"][:2]
    assert not found(full_street.care_manager, name)
    monkeypatch.setattr(rebuilding, "UNITS", 3)
    left: Any = {}
    portions = 0
    while left is not None:
        left, portions = tasks.project_new(timezone.now(), left), portions + 1
    assert portions > 1 and found(full_street.care_manager, name) and found(full_street.service_office, name)
    Projected.objects.all().delete()
    assert tasks.project_new(timezone.now() + timedelta(days=4), {}) is None
    assert not Projected.objects.exists()  # what is older was counted then


def contents() -> list[tuple[Any, ...]]:
    from renkei.hub.workspace.models import Progress

    fields = ("projected__owner", "projected__month", "subject", "number", "service", "differences", "is_reported")
    return sorted(Progress.objects.values_list(*fields))


@pytest.mark.parametrize("seed", range(3))
def test_it_says_what_the_papers_say_in_whatever_order_they_come(full_street: Street, seed: int) -> None:
    from renkei.hub.exchange.models import Transmission

    arriving = sorted(Transmission.objects.filter(months=MONTH).values_list("pk", flat=True))
    random.Random(seed).shuffle(arriving)
    Transmission.objects.filter(pk__in=arriving).update(months=ELSEWHEN)
    for unit in arriving:
        Transmission.objects.filter(pk=unit).update(months=MONTH)
        for office in (full_street.care_manager, full_street.service_office):
            agrees_with_papers(office)


def people_in(service: Any) -> list[Any]:
    """Everybody of the month, from all of its papers."""
    from renkei.hub.workspace.comparing import papers
    from renkei.hub.workspace.comparing.rules import people_of

    stored = papers.fetch(papers.of_month(service, MONTH))
    return people_of(papers.opened(stored), MONTH, papers.desk_of(service))


def agrees_with_papers(office: world.TestOffice) -> None:
    from renkei.hub.core.looks import subject as subject_of

    service, people = service_of(office), people_in(service_of(office))
    rows: dict[str, list[Any]] = {}
    for row in project(office).progress.all():
        rows.setdefault(row.subject, []).append(row)
    assert rows.keys() == {subject_of(one.insurer, one.insured) for one in people}
    for one in people:
        own = rows[subject_of(one.insurer, one.insured)]
        assert sum(row.differences for row in own) == len(one.result.differences)
        assert all(row.is_reported for row in own) == (not one.waiting)
        if service.service == "43":
            assert {(row.number, row.service) for row in own if not row.is_reported} == set(one.waiting)


def opened(office: world.TestOffice, one: Any) -> Any:
    """A person of the month as on the page of that person."""
    from renkei.hub.core.looks import Viewer
    from renkei.hub.core.looks import subject as subject_of
    from renkei.hub.workspace.comparing import services

    service, subject = service_of(office), subject_of(one.insurer, one.insured)
    viewer = Viewer("staff:1", service.party_id, "r")
    return services.person_in_month(service, MONTH, subject, viewer, project(office))


def test_the_page_of_a_person_reads_that_persons_papers_and_says_the_same(full_street: Street) -> None:
    from renkei.hub.core.looks import subject as subject_of
    from renkei.hub.workspace.comparing import papers

    for office in (full_street.care_manager, full_street.service_office):
        people, service = people_in(service_of(office)), service_of(office)
        assert [opened(office, one) for one in people] == people
        read = [len(papers.of_person(service, MONTH, subject_of(one.insurer, one.insured))) for one in people]
        # At the service office everybody is in the same two papers.
        assert min(read) < len(papers.of_month(service, MONTH)) or not papers.desk_of(service).makes_plans


def test_an_office_that_has_reported_for_others_is_not_waited_for(street: Street) -> None:
    for office in (street.care_manager, street.service_office):
        one = people_in(service_of(office))[0]
        assert opened(office, one).waiting == one.waiting != ()
        project(office).progress.update(is_reported=True)
        assert opened(office, one).waiting == ()
