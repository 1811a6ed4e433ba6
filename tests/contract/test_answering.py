"""実績を入れる: an office without care software reads its slips, marks what took place, and sends a right file of 実績."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from renkei.standard import records
from renkei.standard.comparing import reconcile
from renkei.standard.units import UnitKind

from . import world
from .streets import Street, full_street, looks, person, seen_subjects, street, subject_of
from .test_outbox import confirmed, issuing

__all__ = ["full_street", "issuing", "person", "street"]  # fixtures
Enter = Callable[..., Client]
MONTH = "202612"
PAGE = f"/answers/{MONTH}/"


@pytest.fixture
def helper(street: Street, person: Enter, issuing: None) -> Client:
    """Somebody at the service office that has the slip."""
    return confirmed(person(street.service_office, login="sato"))


def answers() -> list[Any]:
    from renkei.hub.workspace.models import Answer

    return list(Answer.objects.order_by("subject"))


def filled(answer: Any) -> Any:
    from renkei.hub.workspace.answering.answers import fetch, opened

    answer.refresh_from_db()
    return opened(fetch([answer])[answer.body])


def tell(browser: Client, answer: Any, deed: str, *places: int, status: int = 302, **fields: str) -> str:
    answer.refresh_from_db()
    form = {"revision": str(answer.revision), "done": [str(place) for place in places], "deed": deed} | fields
    answered = browser.post(f"/answers/one/{answer.pk}/", form)
    assert answered.status_code == status, answered.content.decode()
    answer.refresh_from_db()
    text: str = browser.get(answered.url).content.decode() if status == 302 else answered.content.decode()
    return text


def every(answer: Any) -> range:
    return range(len(filled(answer).visits))


def handed_in(browser: Client, street: Street) -> Any:
    from renkei.hub.workspace.models import Outgoing

    given = {"service": street.service_office.service, "number": street.care_manager.number}
    answer = browser.post(f"{PAGE}hand-in/", given)
    assert answer.status_code == 302, answer.content.decode()
    return Outgoing.objects.get(pk=answer.url.split("/")[-2])


def rows_of(unit: Any) -> list[dict[str, str]]:
    from renkei.hub.workspace.outbox import bodies

    files = bodies.open_files(bodies.fetch([unit])[unit.body])
    [(name, data)] = files.items()
    assert name.startswith(f"UPJSK_{MONTH}_")
    return records.read(data, "UPJSK")


def test_the_people_of_the_slip_wait_with_their_visits(street: Street, helper: Client) -> None:
    page = helper.get(PAGE)
    text = page.content.decode()
    assert {one.subject for one in answers()} == {
        subject_of(street.month, insured) for insured in street.slip_unit.people
    }
    for insured in street.slip_unit.people:
        assert street.names[insured] in text
    listed = page.context["listed"]
    assert listed.people == len(street.slip_unit.people) and listed.planners[0].number == street.care_manager.number
    assert all(one.planned == one.open > 0 and not one.done for one in answers())
    own = {visit.row["service_office_number"] for one in answers() for visit in filled(one).visits}
    assert own == {street.service_office.number}  # the slip names the other offices of these people too
    assert seen_subjects(looks()[-1]) == {one.subject for one in answers()}
    assert helper.get("/answers/").url.startswith(PAGE)


def test_a_month_as_planned_goes_out_complete_and_arrives_unchanged(street: Street, helper: Client) -> None:
    helper.get(PAGE)
    chosen = [f"{one.pk}:{one.revision}" for one in answers()]
    helper.post(f"{PAGE}whole/", {"service": street.service_office.service, "answer": chosen})
    assert all(one.is_finished and one.open == 0 and one.done == one.planned for one in answers())
    unit = handed_in(helper, street)
    assert (unit.errors, unit.state, unit.kind) == (0, "draft", "actual")
    planned = [visit.planned for one in answers() for visit in filled(one).visits]
    assert not any(result.differences for result in reconcile(planned, rows_of(unit)))
    acted = {"service": unit.owner.service, "deed": "check", "unit": f"{unit.pk}:{unit.revision}"}
    helper.post("/outbox/act/", acted)
    unit.refresh_from_db()
    answer = helper.post("/outbox/act/", acted | {"deed": "send", "unit": f"{unit.pk}:{unit.revision}"})
    assert answer.status_code == 302
    unit.refresh_from_db()
    assert unit.state == "handed_over", [one.words for one in unit.handlings.all()]
    assert "送った" in helper.get(PAGE).content.decode()


def test_what_went_otherwise_is_in_the_file_and_the_planner_sees_it(street: Street, helper: Client) -> None:
    helper.get(PAGE)
    one = max(answers(), key=lambda each: each.planned)
    timed = [n for n, visit in enumerate(filled(one).visits) if visit.is_timed]
    tell(helper, one, "save", *(set(every(one)) - {timed[0]}))
    assert one.open == 1
    tell(helper, one, "move", *(set(every(one)) - {timed[0]}), which=str(timed[-1]), start="15:30", end="16:15")
    tell(helper, one, "add", *(set(every(one)) - {timed[0]}), like=str(timed[0]), day="28", report="元気です。")
    visits = filled(one).visits
    assert filled(one).report == "元気です。" and sum(visit.planned is None for visit in visits) == 1
    tell(helper, one, "finish", *(n for n, visit in enumerate(visits) if visit.done))
    assert one.is_finished and one.open == 0 and one.differing >= 3
    rows = rows_of(handed_in(helper, street))
    assert {row["insured_person_number"] for row in rows} == {filled(one).insured}  # the others are not finished
    [result] = reconcile([visit.planned for visit in visits if visit.planned], rows)
    assert {found.kind.name for found in result.differences} == {"MISSING", "TIME_CHANGED", "UNPLANNED"}


def test_a_correction_sends_everybody_again_and_takes_the_place_of_the_draft(street: Street, helper: Client) -> None:
    helper.get(PAGE)
    first, *others = answers()
    tell(helper, first, "finish", *every(first))
    before = handed_in(helper, street)
    for one in others:
        tell(helper, one, "finish", *every(one))
    after = handed_in(helper, street)
    assert after.sequence > before.sequence
    before.refresh_from_db()
    assert before.state == "dropped"
    assert {row["insured_person_number"] for row in rows_of(after)} == {filled(one).insured for one in answers()}


def test_results_that_turn_out_to_be_none_are_taken_back(street: Street, helper: Client) -> None:
    """A newer file replaces who is in it; of who is in it no more the standard wants a deletion (5.1.2.2)."""
    from renkei.hub.workspace.models import Outgoing

    helper.get(PAGE)
    first, *others = answers()
    for one in answers():
        tell(helper, one, "finish", *every(one))
    unit = handed_in(helper, street)
    chosen = {"service": unit.owner.service, "deed": "check", "unit": f"{unit.pk}:{unit.revision}"}
    helper.post("/outbox/act/", chosen)
    unit.refresh_from_db()
    helper.post("/outbox/act/", chosen | {"deed": "send", "unit": f"{unit.pk}:{unit.revision}"})
    tell(helper, first, "finish")  # not once
    given = {"service": street.service_office.service, "number": street.care_manager.number}
    answer = helper.post(f"{PAGE}hand-in/", given, follow=True)
    assert "前に送った実績がなくなった 1人" in answer.content.decode()
    deletion = Outgoing.objects.get(kind="actual_deletion")
    again = Outgoing.objects.get(kind="actual", state="draft")
    assert deletion.errors == again.errors == 0
    assert {row["insured_person_number"] for row in rows_of(again)} == {filled(one).insured for one in others}
    from renkei.hub.workspace.outbox import bodies

    [data] = bodies.open_files(bodies.fetch([deletion])[deletion.body]).values()
    [row] = records.read(data, "DLTJSK")
    assert (row["insured_person_number"], row["service_type_code"]) == (filled(first).insured, "11")


def test_a_draft_with_somebody_who_has_none_any_more_does_not_go(street: Street, helper: Client) -> None:
    helper.get(PAGE)
    first, *others = answers()
    for one in answers():
        tell(helper, one, "finish", *every(one))
    before = handed_in(helper, street)
    tell(helper, first, "finish")
    after = handed_in(helper, street)
    before.refresh_from_db()
    assert before.state == "dropped" and after.people == len(others)


def test_who_saw_an_older_state_overwrites_nothing(street: Street, helper: Client) -> None:
    helper.get(PAGE)
    one = answers()[0]
    stale = {"revision": str(one.revision), "deed": "save", "done": []}
    tell(helper, one, "save", *every(one))
    answer = helper.post(f"/answers/one/{one.pk}/", stale)
    assert answer.status_code == 409 and "先に変えました" in answer.content.decode()
    told = helper.post(f"/answers/one/{one.pk}/", stale, headers={"Accept": "application/json"})
    assert told.status_code == 409 and "先に変えました" in told.json()["words"]
    one.refresh_from_db()
    assert one.done == one.planned


def test_a_script_saves_marks_and_is_told_the_next_revision(street: Street, helper: Client) -> None:
    helper.get(PAGE)
    one = answers()[0]
    for mark in ("0", "1"):
        form = {"revision": str(one.revision), "deed": "save", "done": [mark]}
        told = helper.post(f"/answers/one/{one.pk}/", form, headers={"Accept": "application/json"})
        one.refresh_from_db()
        assert told.json() == {"revision": one.revision}
    assert [visit.done for visit in filled(one).visits[:2]] == [False, True]
    wrong = {"revision": str(one.revision), "deed": "move", "which": "0", "start": "99:99", "done": ["0"]}
    assert helper.post(f"/answers/one/{one.pk}/", wrong, headers={"Accept": "application/json"}).status_code == 422


def test_what_cannot_be_overwrites_nothing_either(street: Street, helper: Client) -> None:
    helper.get(PAGE)
    one = answers()[0]
    stale = {"revision": str(one.revision), "deed": "move", "which": "0", "start": "24:99", "end": "10:00", "done": []}
    tell(helper, one, "save", *every(one))
    assert helper.post(f"/answers/one/{one.pk}/", stale).status_code == 409
    one.refresh_from_db()
    assert one.done == one.planned


def test_results_that_were_sent_keep_nobody_whose_slip_is_gone(street: Street, helper: Client) -> None:
    from renkei.hub.exchange.models import Subject, Transmission
    from renkei.hub.workspace.answering import answers as keeping

    helper.get(PAGE)
    service = answers()[0].owner
    street.send(lambda unit: (unit.sender, unit.kind) == (street.service_office.number, UnitKind.ACTUAL))
    Transmission.objects.filter(pk=street.slip).update(recall="confirmed")
    Subject.objects.filter(transmission=street.slip).delete()
    keeping.begin(service, MONTH)
    assert answers() == []


def test_what_cannot_be_is_told_and_the_marks_stay(street: Street, helper: Client) -> None:
    helper.get(PAGE)
    one = answers()[0]
    text = tell(helper, one, "move", 0, which="0", start="24:99", end="10:00")
    assert "時刻は" in text or "時間の定めのない" in text
    assert filled(one).visits[0].done is True


def test_a_newer_slip_brings_its_visits_and_leaves_what_was_said(street: Street, helper: Client) -> None:
    from renkei.hub.exchange.models import Transmission

    helper.get(PAGE)
    one = answers()[0]
    tell(helper, one, "save", *every(one))
    unit, files = next(
        (unit, own)
        for unit, own in world.units_of(street.month.files[street.care_manager.number])
        if (unit.recipient, unit.kind.value) == (street.service_office.number, "use_table")
    )
    sequence = "20261231000000"
    newer = {name.replace(unit.sequence, sequence): data for name, data in files.items()}
    name = next(name for name in newer if name.startswith("UPPLAN"))
    rows = records.read(newer[name], "UPPLAN")
    own = [row for row in rows if row["insured_person_number"] == filled(one).insured]
    dropped = next(row for row in own if row["service_office_number"] == street.service_office.number)
    newer[name] = records.write("UPPLAN", [row for row in rows if row != dropped])
    sent = street.care_manager.post("/transmissions", street.care_manager.envelope(world.units_of(newer)[0][0], newer))
    assert sent.status_code == 201, sent.content.decode()
    assert Transmission.objects.filter(sequence=sequence).exists()
    before = one.planned
    helper.get(PAGE)
    one.refresh_from_db()
    # The visit took place: it is one outside the plan now.
    assert (one.planned, one.done, one.differing) == (before - 1, before, 1)


def test_the_day_on_the_phone_says_each_visit_in_one_press(street: Street, helper: Client) -> None:
    helper.get(PAGE)
    timed = [(one, visit) for one in answers() for visit in filled(one).visits if visit.is_timed]
    one, visit = timed[0]
    day = visit.row["service_date"]
    address = f"/visits/?day={day[:4]}-{day[4:6]}-{day[6:]}"
    page = helper.get(address)
    call = next(call for call, _ in page.context["calls"] if call.answer == one.pk)
    assert filled(one).name in page.content.decode() and call.done is None
    form = {"day": f"{day[:4]}-{day[4:6]}-{day[6:]}", "key": call.key, "deed": "done", "note": "玄関の鍵は植木鉢の下"}
    assert helper.post(f"/visits/{one.pk}/", form).status_code == 302
    call = next(call for call, _ in helper.get(address).context["calls"] if call.answer == one.pk)
    assert (call.done, call.note) == (True, "玄関の鍵は植木鉢の下")
    helper.post(f"/visits/{one.pk}/", form | {"start": "18:00", "end": "18:45"})
    call = next(
        call for call, _ in helper.get(address).context["calls"] if call.key == call.key and call.answer == one.pk
    )
    assert call.time == "18:00～18:45"
    helper.post(f"/visits/{one.pk}/", form | {"deed": "not"})
    call = next(call for call, _ in helper.get(address).context["calls"] if call.answer == one.pk)
    assert call.done is False
    assert "植木鉢" not in json.dumps([list(map(str, vars(row).values())) for row in answers()])


def test_the_note_of_a_helper_stays_in_the_house(street: Street, helper: Client) -> None:
    helper.get(PAGE)
    one = answers()[0]
    visit = next(visit for visit in filled(one).visits if visit.is_timed)
    day = visit.row["service_date"]
    key = f"{visit.row['service_start_time']}-{visit.row['service_end_time']}-p"
    form = {"day": f"{day[:4]}-{day[4:6]}-{day[6:]}", "key": key, "deed": "done", "note": "玄関の鍵は植木鉢の下"}
    helper.post(f"/visits/{one.pk}/", form)
    tell(helper, one, "finish", *every(one))
    assert "植木鉢" not in str(rows_of(handed_in(helper, street)))


def test_others_see_nothing_of_it(street: Street, helper: Client, person: Enter) -> None:
    helper.get(PAGE)
    one = answers()[0]
    stranger = person(street.stranger, login="watanabe")
    assert stranger.get(f"/answers/one/{one.pk}/").status_code == 404
    assert stranger.post(f"/answers/one/{one.pk}/", {"deed": "finish"}).status_code == 404
    assert stranger.post(f"/visits/{one.pk}/", {"deed": "done"}).status_code == 404
    # Who makes plans gets results, and fills in none.
    assert person(street.care_manager, login="kimura").get("/answers/").status_code == 404


def test_nothing_is_shown_where_no_look_can_be_written(
    street: Street, helper: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from renkei.hub.core import looks as recording

    helper.get(PAGE)
    one = answers()[0]

    def broken(*_args: Any, **_more: Any) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(recording, "record", broken)
    helper.raise_request_exception = False
    answer = helper.get(f"/answers/one/{one.pk}/")
    assert answer.status_code == 503 and filled(one).name not in answer.content.decode()


def test_answers_go_with_the_slip_that_they_came_from(street: Street, helper: Client) -> None:
    from renkei.hub.core.models import Job, Wrap
    from renkei.hub.exchange.models import Subject, Transmission
    from renkei.hub.workspace.answering import answers as keeping

    helper.get(PAGE)
    assert answers()
    Transmission.objects.filter(pk=street.slip).update(state="withdrawn")
    Subject.objects.filter(transmission=street.slip).delete()
    service = answers()[0].owner
    keeping.slips_gone([(service.pk, MONTH)])
    assert Job.objects.filter(kind=keeping.JOB).exists()
    keeping.begin(service, MONTH)
    assert answers() == [] and not Wrap.objects.filter(holder=f"answers:{service.pk}").exists()


def test_as_many_queries_for_a_full_month_as_for_one_person(street: Street, helper: Client) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from renkei.hub.workspace.models import Answer

    helper.get(PAGE)
    with CaptureQueriesContext(connection) as many:
        helper.get(PAGE)
    Answer.objects.exclude(pk=answers()[0].pk).delete()
    with CaptureQueriesContext(connection) as one:
        helper.get(PAGE)
    assert len(many) == len(one) <= 35


def test_a_report_goes_beside_the_results_and_arrives_at_the_persons_page(
    street: Street, helper: Client, person: Enter
) -> None:
    from renkei.hub.exchange.models import Transmission
    from renkei.hub.workspace.models import Outgoing

    helper.get(PAGE)
    one = answers()[0]
    tell(helper, one, "finish", *every(one), report="転ばずに過ごされました。\n食欲があります。")
    handed_in(helper, street)
    paper = Outgoing.objects.get(kind="attachment")
    assert (paper.people, paper.months, paper.state) == (1, MONTH, "draft")
    text = helper.get(f"/outbox/units/{paper.pk}/").content.decode()
    assert "月次報告 令和8年12月分.pdf" in text and filled(one).insured in text
    drawn = helper.get(f"/outbox/units/{paper.pk}/papers/01.pdf")
    assert drawn.content.startswith(b"%PDF-") and "sandbox" in drawn["Content-Security-Policy"]
    assert helper.get(f"/outbox/units/{paper.pk}/papers/02.pdf").status_code == 404
    assert helper.get("/outbox/list/draft/?names=1").status_code == 200
    handed_in(helper, street)
    assert Outgoing.objects.filter(kind="attachment").count() == 1  # the same report does not go twice
    chosen = {"service": paper.owner.service, "deed": "check", "unit": f"{paper.pk}:{paper.revision}"}
    helper.post("/outbox/act/", chosen)
    paper.refresh_from_db()
    helper.post("/outbox/act/", chosen | {"deed": "send", "unit": f"{paper.pk}:{paper.revision}"})
    paper.refresh_from_db()
    assert paper.state == "handed_over", [each.words for each in paper.handlings.all()]
    sent = Transmission.objects.get(pk=paper.transmission_id)
    assert (sent.kind, sent.sealed_by, [part.name for part in sent.apart]) == ("attachment", "hub", ["01.pdf"])
    manager = person(street.care_manager, login="kimura")
    page = manager.get(f"/months/{MONTH}/{one.subject}/")
    [beside] = page.context["papers"]
    assert (beside.title, beside.partner, beside.is_sent) == (
        "月次報告 令和8年12月分.pdf",
        street.service_office.name,
        False,
    )
    assert manager.get(f"/transmissions/{beside.transmission}/files/{beside.name}").status_code == 200
    other = next(each for each in answers() if each.subject != one.subject)
    assert manager.get(f"/months/{MONTH}/{other.subject}/").context["papers"] == []


def test_papers_that_were_taken_on_before_a_kill_are_the_same_ones(street: Street, helper: Client) -> None:
    from renkei.hub.parties.models import Membership
    from renkei.hub.workspace.models import Outgoing
    from renkei.hub.workspace.outbox import bodies, papers

    helper.get(PAGE)
    one = answers()[0]
    tell(helper, one, "finish", *every(one), report="変わりありません。")
    handed_in(helper, street)
    paper = Outgoing.objects.select_related("owner__party").get(kind="attachment")
    files = bodies.open_files(bodies.fetch([paper])[paper.body])
    membership = Membership.objects.select_related("party", "staff").get(staff__login="sato")
    assert papers.send(paper, files, membership).pk == papers.send(paper, files, membership).pk


def test_a_report_for_who_is_not_here_is_printed_by_hand(street: Street, helper: Client) -> None:
    from renkei.hub.parties.models import Party
    from renkei.hub.workspace.models import Outgoing

    helper.get(PAGE)
    one = answers()[0]
    tell(helper, one, "finish", *every(one), report="変わりありません。")
    Party.objects.filter(number=street.care_manager.number).update(state="ended")
    given = {"service": street.service_office.service, "number": street.care_manager.number}
    answer = helper.post(f"{PAGE}hand-in/", given, follow=True)
    assert "印刷して、いつものやり方で渡してください" in answer.content.decode()
    assert [unit.kind for unit in Outgoing.objects.all()] == ["actual"]
    assert helper.get(f"/answers/one/{one.pk}/report.pdf").content.startswith(b"%PDF-")


def picture(size: int = 40) -> bytes:
    from PIL import Image

    made = io.BytesIO()
    Image.new("RGB", (size, size), "white").save(made, "JPEG")
    return made.getvalue()


def test_a_photo_of_a_visit_stays_in_the_house_until_somebody_sends_it(
    street: Street, helper: Client, person: Enter
) -> None:
    from renkei.hub.core.models import Wrap
    from renkei.hub.core.writing import write
    from renkei.hub.workspace.answering import answers as keeping
    from renkei.hub.workspace.models import Outgoing, VisitPhoto

    helper.get(PAGE)
    one = answers()[0]
    visit = next(visit for visit in filled(one).visits if visit.is_timed)
    day = visit.row["service_date"]
    key = f"{visit.row['service_start_time']}-{visit.row['service_end_time']}-p"
    form = {"day": f"{day[:4]}-{day[4:6]}-{day[6:]}", "key": key, "deed": "done"}
    helper.post(f"/visits/{one.pk}/", form | {"photo": SimpleUploadedFile("玄関.jpg", picture())})
    [photo] = VisitPhoto.objects.all()
    shown = helper.get(f"/visits/photos/{photo.pk}/")
    assert shown.content == picture() and "sandbox" in shown["Content-Security-Policy"]
    assert (
        seen_subjects(looks()[-1]) == {one.subject}
        and "の写真" in helper.get(f"/answers/one/{one.pk}/").content.decode()
    )
    for wrong in (("メモ.txt", b"x"), ("にせ.jpg", b"%PDF-1.7")):
        answer = helper.post(f"/visits/{one.pk}/", form | {"photo": SimpleUploadedFile(*wrong)})
        assert answer.status_code == 422, wrong
    stranger = person(street.stranger, login="watanabe")
    assert stranger.get(f"/visits/photos/{photo.pk}/").status_code == 404
    assert stranger.post(f"/visits/photos/{photo.pk}/deed/", {"deed": "erase"}).status_code == 404
    assert Outgoing.objects.count() == 0
    helper.post(f"/visits/photos/{photo.pk}/deed/", {"deed": "send"})
    assert Outgoing.objects.get().kind == "attachment"
    with write():
        keeping.drop(answers())
    assert not VisitPhoto.objects.exists() and not Wrap.objects.filter(holder=one.holder).exists()


def test_a_file_of_ones_own_goes_beside_the_results(street: Street, helper: Client) -> None:
    from renkei.hub.workspace.models import Outgoing

    helper.get(PAGE)
    one = answers()[0]
    assert helper.post(f"/answers/one/{one.pk}/attach/", {}).status_code == 302 and not Outgoing.objects.exists()
    wrong = {"file": SimpleUploadedFile("表.xls", b"x")}
    assert helper.post(f"/answers/one/{one.pk}/attach/", wrong).status_code == 422
    helper.post(f"/answers/one/{one.pk}/attach/", {"file": SimpleUploadedFile("モニタリング.jpg", picture())})
    unit = Outgoing.objects.get()
    assert (unit.kind, unit.number, unit.months, unit.people) == ("attachment", street.care_manager.number, MONTH, 1)
    assert "モニタリング.jpg" in helper.get(f"/outbox/units/{unit.pk}/").content.decode()
