"""請求の前に: the page of a month, the 給付管理票 on paper and as a table, and who may see them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from django.test import Client

from renkei.standard.units import UnitKind

from .streets import Street, full_street, looks, person, seen_subjects, street, subject_of
from .test_deciding import changed, decisions, tell

# What it tries is above the database: one of them is enough.
pytestmark = pytest.mark.usefixtures("once")

__all__ = ["full_street", "person", "street"]  # fixtures
Enter = Callable[..., Client]
PAGE = "/claim/202612/"


@pytest.fixture
def manager(full_street: Street, person: Enter) -> Client:
    return person(full_street.care_manager)


def test_everybody_stands_under_what_is_to_be_done_first(full_street: Street, manager: Client) -> None:
    page = manager.get(PAGE)
    rows = [row for name in ("stop", "look", "well") for row in page.context[name]]
    assert {row.client.insured for row in rows} == set(full_street.names)
    text = page.content.decode()
    different = {one.insured for one in full_street.month.truth.differences}
    assert {row.client.insured for row in rows if row.told} == different
    assert "予定とちがう実績を、まだ確かめていません" in text and "国保連への伝送用のファイルではありません" in text
    assert page.context["work"].units == sum(one.units for one in page.context["work"].sums) > 0


def test_what_was_accepted_is_no_point_any_more(full_street: Street, manager: Client) -> None:
    subject, _ = changed(full_street)
    for one, *_ in decisions(manager, subject):
        tell(manager, subject, one.office, "accept")
    page = manager.get(PAGE)
    [row] = [row for name in ("stop", "look", "well") for row in page.context[name] if row.subject == subject]
    assert "undecided" not in {one.code.value for one in row.told}


def test_the_slips_are_drawn_and_kept_as_a_table_each_a_look(full_street: Street, manager: Client) -> None:
    manager.get(PAGE)
    drawn = manager.get(f"{PAGE}paper.pdf")
    assert drawn.content.startswith(b"%PDF-") and looks()[-1].purpose == "print"
    everybody = {subject_of(full_street.month, insured) for insured in full_street.names}
    assert seen_subjects(looks()[-1]) == everybody
    subject = min(everybody)
    assert manager.get(f"{PAGE}paper.pdf", {"person": subject}).content.startswith(b"%PDF-")
    assert seen_subjects(looks()[-1]) == {subject}
    answer = manager.get(f"{PAGE}lines.csv")
    assert "not_for_transmission" in answer["Content-Disposition"] and looks()[-1].purpose == "export"
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    units = manager.get(PAGE).context["work"].units
    assert sum(int(row["給付計画単位数"]) for row in rows) == units
    assert {row["被保険者番号"] for row in rows} == set(full_street.names)


def test_a_service_office_sees_its_own_part_and_no_slip(full_street: Street, person: Enter) -> None:
    browser = person(full_street.service_office, login="sato")
    page = browser.get(PAGE)
    assert {one.office for one in page.context["work"].sums} == {full_street.service_office.number}
    assert "給付管理票を印刷する" not in page.content.decode()


def test_a_service_office_is_told_to_send_its_own_results(street: Street, person: Enter) -> None:
    street.send(lambda unit: unit.kind is UnitKind.USE_TABLE)
    text = person(street.service_office, login="sato").get(PAGE).content.decode()
    assert "実績をまだ送っていません" in text and "実績を送ってもらってください" not in text
    text = person(street.care_manager).get(PAGE).content.decode()
    assert "実績を送ってもらってください" in text and "実績をまだ送っていません" not in text


def test_others_see_nothing_of_it(full_street: Street, manager: Client, person: Enter) -> None:
    manager.get(PAGE)
    other = person(full_street.service_office, login="sato")
    served = {
        i for u in full_street.month.truth.units if u.sender == full_street.service_office.number for i in u.people
    }
    hidden = next(insured for insured in full_street.names if insured not in served)
    answer = other.get(f"{PAGE}paper.pdf", {"person": subject_of(full_street.month, hidden)})
    assert answer.status_code == 404
    assert manager.get("/claim/202701/").status_code == manager.get("/claim/202701/lines.csv").status_code == 404


def test_as_many_queries_for_many_as_for_one(full_street: Street, manager: Client) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from renkei.hub.exchange.models import Transmission

    manager.get(PAGE)
    with CaptureQueriesContext(connection) as many:
        manager.get(PAGE)
    Transmission.objects.exclude(pk=full_street.slip).update(months="202601")
    manager.get(PAGE)
    with CaptureQueriesContext(connection) as few:
        manager.get(PAGE)
    assert len(many) == len(few) <= 35
