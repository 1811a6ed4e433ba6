"""送るもの: files dropped, units checked, approved and sent; what somebody else changed, what goes on another way."""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from renkei.forms.filling.monthly_report import MonthlyReport
from renkei.standard.units import Unit, UnitKind
from renkei.trust import cms
from renkei.trust.chain import kept_by

from . import world
from .streets import Street, looks, person, seen_subjects, street

# What it tries is above the database: one of them is enough. `test_outbox_kept` is for both.
pytestmark = pytest.mark.usefixtures("once")

__all__ = ["person", "street"]  # fixtures
Files = Mapping[str, bytes]


@pytest.fixture
def issuing(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    """This hub issues certificates by itself."""
    from django.conf import settings

    monkeypatch.setitem(settings.RENKEI, "AUTHORITY", Path(street.hub.data / "authority"))


@pytest.fixture
def sender(street: Street, person: Callable[..., Client], issuing: None) -> Client:
    """A care manager who signed in with a second factor."""
    return confirmed(person(street.care_manager))


def confirmed(browser: Client, way: str = "app") -> Client:
    session = browser.session
    session["way"] = way
    session.save()
    return browser


def units(street: Street) -> list[tuple[Unit, dict[str, bytes]]]:
    return [(unit, dict(files)) for unit, files in world.units_of(street.month.files[street.care_manager.number])]


def plan_files(street: Street) -> dict[str, bytes]:
    """A care plan for an office that is connected; it has not gone yet."""
    return next(files for unit, files in units(street) if unit.kind is UnitKind.CARE_PLAN)


def packed(files: Files, **more: bytes) -> SimpleUploadedFile:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, data in {**files, **more}.items():
            archive.writestr(f"2026年12月/{name}", data)
    return SimpleUploadedFile("提供票.zip", made.getvalue())


def bring(browser: Client, files: Files | SimpleUploadedFile) -> str:
    """The page after files were dropped."""
    given = [files] if isinstance(files, SimpleUploadedFile) else [SimpleUploadedFile(n, d) for n, d in files.items()]
    answer = browser.post("/outbox/bring/", {"files": given}, follow=True)
    assert answer.status_code == 200
    text: str = answer.content.decode()
    return text


def in_hand() -> list[Any]:
    from renkei.hub.workspace.models import Outgoing

    return list(Outgoing.objects.order_by("pk"))


def act(browser: Client, deed: str, *chosen: Any, **more: str) -> str:
    from renkei.hub.workspace.outbox.views import _SIGNER

    given = {"service": "43", "deed": deed, "unit": [f"{one.pk}:{one.revision}" for one in chosen]}
    given["shown"] = _SIGNER.sign(timezone.now().isoformat())
    return str(browser.post("/outbox/act/", given | more, follow=True).content.decode())


def steps(unit: Any) -> list[str]:
    return list(unit.handlings.order_by("at", "pk").values_list("step", flat=True))


def sent() -> list[Any]:
    from renkei.hub.exchange.models import Transmission

    return list(Transmission.objects.select_related("envelope").order_by("accepted_at"))


def habits(street: Street, **changes: Any) -> None:
    from renkei.hub.parties import services
    from renkei.hub.workspace.models import Habits

    owner = services.office(street.care_manager.number).services.get()
    Habits.objects.update_or_create(owner=owner, defaults=changes)


def test_a_month_in_a_zip_is_sorted_to_units_and_nothing_is_sent(street: Street, sender: Client) -> None:
    files = street.month.files[street.care_manager.number]
    before = len(sent())
    page = bring(sender, packed(files))
    true = [unit for unit, _ in units(street)]
    # One use table is on its way already.
    assert f"{len(true) - 1}件を入れました" in page and "1件は、前に送ったものと同じです" in page
    assert len(in_hand()) == len(true) - 1 and len(sent()) == before
    again = bring(sender, files)
    assert f"{len(true) - 1}件は、もう入っています" in again and len(in_hand()) == len(true) - 1


def test_a_script_that_shows_progress_is_told_the_next_page(street: Street, sender: Client) -> None:
    given = {"files": [SimpleUploadedFile(name, data) for name, data in plan_files(street).items()]}
    answer = sender.post("/outbox/bring/", given, headers={"Accept": "application/json"})
    assert answer.json() == {"next": "/outbox/"} and len(in_hand()) == 1
    assert "1件を入れました" in sender.get("/outbox/").content.decode()


def test_one_click_sends_what_is_finished_and_it_arrives_byte_for_byte(street: Street, sender: Client) -> None:
    files = plan_files(street)
    bring(sender, files)
    [unit] = in_hand()
    assert "下書き" in act(sender, "check", unit)
    [unit] = in_hand()
    page = act(sender, "send", unit)
    assert "送りました" in page and "1件のうち <strong>1件</strong>" in page
    [unit] = in_hand()
    assert (unit.state, unit.channel, unit.body) == ("handed_over", "hub", None)
    assert steps(unit) == ["brought", "checked", "handed_over"]
    arrived = sent()[-1]
    assert unit.transmission_id == arrived.pk and arrived.sealed_by == "hub"
    signed = cms.verify(bytes(arrived.envelope.manifest), bytes(arrived.envelope.signature))
    assert kept_by(signed.certificate) == world.HUB_ID
    recipient = street.hub.offices[arrived.recipient.party.number]
    given = recipient.get(f"/transmissions/{arrived.pk}/files").json()["files"]
    assert {name: base64.b64decode(data) for name, data in given.items()} == files
    assert "前に渡したものと同じ" in bring(sender, files) or "もう入っています" in bring(sender, files)
    assert len(in_hand()) == 1


def test_all_that_is_ready_goes_at_once_and_the_rest_of_it_by_itself(
    street: Street, sender: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from renkei.hub.workspace import tasks
    from renkei.hub.workspace.models import Sending
    from renkei.hub.workspace.outbox import sending

    bring(sender, street.month.files[street.care_manager.number])
    many = len(in_hand())
    assert many > 3
    monkeypatch.setattr(sending.go_on, "__defaults__", (2,))
    page = act(sender, "check", all="draft")
    page = act(sender, "send", all="ready", channel="hub")
    assert f"{many}件のうち <strong>2件</strong>" in page and "hx-get" in page
    made = Sending.objects.get()
    assert "送っているところ" in act(sender, "drop", in_hand()[-1])
    payload: Any = {"sending": made.pk}
    while payload:
        payload = tasks.send_portion(made.at, payload)
    assert {unit.state for unit in in_hand()} == {"handed_over"}
    page = sender.get(f"/outbox/sending/{made.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert "終わりました" in page and "hx-get" not in page and "<h1" not in page


def test_a_kill_between_taking_on_and_marking_sends_nothing_twice(
    street: Street, sender: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from renkei.hub.workspace.models import Sending
    from renkei.hub.workspace.outbox import sending

    bring(sender, plan_files(street))
    act(sender, "check", all="draft")
    before = len(sent())

    class Killed(BaseException):
        pass

    def killed(*_: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(sending, "mark_sent", killed)
        with pytest.raises(Killed):
            act(sender, "send", all="ready", channel="hub")
    assert len(sent()) == before + 1 and in_hand()[0].state == "checked"
    assert not sending.go_on(Sending.objects.get())
    assert len(sent()) == before + 1 and in_hand()[0].transmission_id == sent()[-1].pk


def test_what_went_while_somebody_stopped_the_rest_has_gone(
    street: Street, sender: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from renkei.hub.workspace.models import Sending
    from renkei.hub.workspace.outbox import sending

    bring(sender, plan_files(street))
    act(sender, "check", all="draft")
    accept = sending.accept_sealed

    def stopped_meanwhile(*given: Any, **named: Any) -> Any:
        accepted = accept(*given, **named)
        sending.stop(Sending.objects.get(), Sending.objects.get().staff_id)
        return accepted

    monkeypatch.setattr(sending, "accept_sealed", stopped_meanwhile)
    act(sender, "send", all="ready", channel="hub")
    [unit] = in_hand()
    assert (unit.state, unit.transmission_id) == ("handed_over", sent()[-1].pk)


def test_what_the_hub_refuses_stays_with_the_reason(street: Street, sender: Client) -> None:
    from renkei.hub.core.writing import write
    from renkei.hub.parties.models import Membership

    bring(sender, plan_files(street))
    act(sender, "check", all="draft")
    from renkei.hub.workspace.models import Sending
    from renkei.hub.workspace.outbox import sending

    [unit] = in_hand()
    with write():
        made = Sending.objects.create(
            owner=unit.owner, staff_id=Membership.objects.get().staff_id, at=unit.brought_at, total=1
        )
        type(unit).objects.update(sending=made)
        Membership.objects.update(duties="prepare")
    assert not sending.go_on(made)
    [unit] = in_hand()
    assert (unit.state, unit.sending_id, steps(unit)[-1]) == ("checked", None, "refused")
    page = sender.get(f"/outbox/units/{unit.pk}/").content.decode()
    assert "もう送れる人ではありません" in page


def test_a_second_person_approves_where_the_office_wants_that(
    street: Street, sender: Client, person: Callable[..., Client]
) -> None:
    habits(street, approval="other")
    bring(sender, plan_files(street))
    assert "まだ承認されていません" in act(sender, "send", *in_hand())
    act(sender, "check", *in_hand())
    assert "自分で完成にしたもの" in act(sender, "approve", *in_hand())
    assert "まだ承認されていません" in act(sender, "send", *in_hand())
    second = confirmed(person(street.care_manager, login="sato"))
    assert "1件を承認しました" in act(second, "approve", *in_hand())
    assert "送りました" in act(sender, "send", *in_hand())


def test_what_somebody_changed_since_is_not_overwritten(
    street: Street, sender: Client, person: Callable[..., Client]
) -> None:
    bring(sender, plan_files(street))
    seen = in_hand()
    other = person(street.care_manager, login="sato")
    act(other, "drop", *in_hand())
    page = act(sender, "check", *seen)
    assert "さんが先に「送るのをやめました」" in page and in_hand()[0].state == "dropped"
    assert "1件を下書きに戻しました" in act(sender, "restore", *in_hand())
    assert in_hand()[0].state == "draft"


def test_other_files_take_the_approval_back(street: Street, sender: Client) -> None:
    files = plan_files(street)
    bring(sender, files)
    act(sender, "check", *in_hand())
    name = next(name for name in files if name.startswith("UP1KYO"))
    changed = files[name].replace("みどり町".encode("cp932"), "あおば町".encode("cp932"), 1)
    assert changed != files[name]
    assert "1件のファイルを差し替えました" in bring(sender, {name: changed})
    [unit] = in_hand()
    assert (unit.state, steps(unit)[-1]) == ("draft", "changed")


def test_files_of_one_unit_may_come_one_after_the_other(street: Street, sender: Client) -> None:
    files = plan_files(street)
    first, *rest = files
    assert "直すところがあります" in bring(sender, {first: files[first]})
    assert "直すところがあるため" in act(sender, "check", *in_hand()) or "直してから" in act(
        sender, "check", *in_hand()
    )
    bring(sender, {name: files[name] for name in rest})
    [unit] = in_hand()
    assert (unit.errors, unit.state) == (0, "draft")


def test_a_later_export_takes_the_place_of_the_draft(street: Street, sender: Client) -> None:
    unit, files = next(
        (u, f) for u, f in units(street) if u.kind is UnitKind.USE_TABLE and u.recipient != street.service_office.number
    )
    bring(sender, files)
    later = {name.replace(unit.sequence, "20270101000000"): data for name, data in files.items()}
    assert "前の下書き 1件をやめました" in bring(sender, later)
    assert [one.state for one in in_hand()] == ["dropped", "draft"]


def test_the_names_are_shown_when_asked_for_and_that_is_a_look(street: Street, sender: Client) -> None:
    bring(sender, plan_files(street))
    [unit] = in_hand()
    before = len(looks())
    plain = sender.get("/outbox/list/draft/").content.decode()
    assert not any(name in plain for name in street.names.values()) and len(looks()) == before
    named = sender.get("/outbox/list/draft/?names=1").content.decode()
    assert any(name in named for name in street.names.values())
    [look] = looks()[before:]
    assert (look.purpose, seen_subjects(look)) == ("list", set(unit.subjects.values_list("subject", flat=True)))


def test_what_can_be_mended_is_shown_and_mended_on_a_click(street: Street, sender: Client) -> None:
    files = plan_files(street)
    name = next(name for name in files if name.startswith("UP1KYO"))
    spoiled = files[name].replace(b",20261115,", b",2026/11/15,", 1)
    assert spoiled != files[name]
    bring(sender, files | {name: spoiled})
    [unit] = in_hand()
    assert unit.errors
    page = sender.get(f"/outbox/units/{unit.pk}/").content.decode()
    assert "安全に直せるところ" in page and "直し方" in page
    assert "このページのボタンで直せます" in page and "renkei repair" not in page
    assert len(seen_subjects(looks()[-1])) == unit.people
    answer = sender.post(f"/outbox/units/{unit.pk}/mend/", {"revision": unit.revision}, follow=True)
    assert "か所を直しました" in answer.content.decode()
    [unit] = in_hand()
    assert (unit.errors, steps(unit)[-1]) == (0, "repaired")


def test_files_that_make_no_unit_wait_and_can_be_mended(street: Street, sender: Client) -> None:
    from renkei.hub.workspace.models import Leftover

    files = plan_files(street)
    misnamed = {name.replace(".CSV", ".csv.txt"): data for name, data in files.items()}
    page = bring(sender, misnamed | {"メモ.txt": "こんにちは".encode(), "報告.pdf": b"%PDF-1.7"})
    assert "送るものにできませんでした" in page
    left = Leftover.objects.get()
    page = sender.get(f"/outbox/left/{left.pk}/").content.decode()
    assert "メモ.txt" in page and "送り先を決めると、送るものに入ります" in page
    sender.post(f"/outbox/left/{left.pk}/", {"again": "1"})
    assert not Leftover.objects.filter(pk=left.pk).exists()
    left = Leftover.objects.get()
    sender.post(f"/outbox/left/{left.pk}/", {"forget": "1"})
    assert not Leftover.objects.exists()


def test_papers_of_a_pile_become_a_draft_once_it_is_said_to_whom(street: Street, sender: Client) -> None:
    from renkei.hub.core import drawing
    from renkei.hub.workspace.models import Leftover

    pdf = drawing.pdf(
        [MonthlyReport(("132019", "0000000001"), "春", "ハル", "12月", "1日", "梅", "桜", "1370200014", 1, 1, "よし")],
        "報告",
    )
    bring(sender, packed({"12月の報告.pdf": pdf}, **{"メモ.txt": b"call"}))
    left = Leftover.objects.get()
    assert "書類 1個を送る" in sender.get(f"/outbox/left/{left.pk}/").content.decode()
    to = f"{street.service_office.number}-{street.service_office.service}"
    wrong = {"papers": "1", "to": "1370299998-11", "type": "monthly_report", "month": ""}
    assert sender.post(f"/outbox/left/{left.pk}/", wrong).status_code == 200 and in_hand() == []
    sender.post(f"/outbox/left/{left.pk}/", wrong | {"to": to})
    [unit] = in_hand()
    assert (unit.kind, unit.number, unit.state) == ("attachment", street.service_office.number, "draft")
    assert "12月の報告.pdf" in sender.get(f"/outbox/units/{unit.pk}/").content.decode()
    again = Leftover.objects.get()
    assert (again.files, again.pk == left.pk) == (1, False)  # the other file still waits


def test_broken_and_locked_archives_are_told_and_kept(street: Street, sender: Client) -> None:
    from renkei.hub.workspace.models import Leftover

    page = bring(sender, SimpleUploadedFile("a.zip", b"PK\x03\x04 not really"))
    assert "送るものにできませんでした" in page
    left = Leftover.objects.get()
    assert "ZIP がこわれている" in sender.get(f"/outbox/left/{left.pk}/").content.decode()


def test_more_than_may_come_at_once_is_refused(street: Street, sender: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.conf import settings

    files = plan_files(street)
    monkeypatch.setitem(settings.RENKEI, "LIMIT_PILE_FILES", len(files) - 1)
    assert sender.post("/outbox/bring/", {"files": [packed(files)]}).status_code == 413
    monkeypatch.setitem(settings.RENKEI, "LIMIT_PILE_FILES", len(files))
    monkeypatch.setitem(settings.RENKEI, "LIMIT_PILE_BYTES", sum(map(len, files.values())) - 1)
    assert sender.post("/outbox/bring/", {"files": [packed(files)]}).status_code == 413
    monkeypatch.setitem(settings.RENKEI, "LIMIT_PILE_BYTES", sum(map(len, files.values())))
    assert "件を入れました" in bring(sender, packed(files))


def test_an_office_that_forbids_the_seal_prepares_and_approves_but_sends_nothing(
    street: Street, sender: Client
) -> None:
    from renkei.hub.parties import services
    from renkei.hub.parties.keys import sealing

    sealing.allow(services.office(street.care_manager.number), False, "staff:1")
    before = len(sent())
    bring(sender, plan_files(street))
    act(sender, "check", *in_hand())
    assert "承認済・署名待ち" in sender.get("/outbox/").content.decode()
    assert "画面から送れません" in act(sender, "send", *in_hand())
    assert len(sent()) == before


def test_without_a_second_factor_nothing_goes(street: Street, person: Callable[..., Client], issuing: None) -> None:
    browser, before = confirmed(person(street.care_manager), "password"), len(sent())
    bring(browser, plan_files(street))
    act(browser, "check", *in_hand())
    assert "件をすべて送る" not in browser.get("/outbox/").content.decode()
    assert "2つ目の確認" in act(browser, "send", *in_hand())
    assert len(sent()) == before


def test_files_of_another_office_are_left_over(street: Street, sender: Client) -> None:
    from renkei.hub.workspace.models import Incoming

    other = world.units_of(street.month.files[street.stranger.number])
    strange = [files for unit, files in other if unit.recipient != street.care_manager.number]
    if strange:
        assert "送るものにできませんでした" in bring(sender, strange[0])
    assert in_hand() == [] and not Incoming.objects.exists()


def test_results_that_came_on_another_way_are_booked_once(street: Street, sender: Client) -> None:
    from renkei.hub.workspace.models import Incoming

    actual = next(
        files
        for unit, files in world.units_of(street.month.files[street.service_office.number])
        if unit.kind is UnitKind.ACTUAL and unit.recipient == street.care_manager.number
    )
    assert "署名の証明はありません" in bring(sender, actual)
    bring(sender, actual)
    [came] = Incoming.objects.all()
    assert (came.channel, came.number, came.kind) == ("national", street.service_office.number, "actual")
    assert came.people == came.subjects.count() > 0


def test_each_duty_does_its_own_part_alone(street: Street, sender: Client) -> None:
    from renkei.hub.core.writing import write
    from renkei.hub.parties.models import Membership

    bring(sender, plan_files(street))
    for duties, refused in (("send", "check"), ("prepare", "approve"), ("prepare,check", "send")):
        with write():
            Membership.objects.update(duties=duties)
        assert "任されていない" in act(sender, refused, *in_hand())
    with write():
        Membership.objects.update(duties="send")
    assert sender.post("/outbox/bring/", {}).status_code == 403


def leave(street: Street) -> None:
    """The partner of the care plan leaves the hub."""
    from renkei.hub.parties.models import OfficeService

    OfficeService.objects.exclude(party__number=street.care_manager.number).update(active=False)


def test_who_is_not_connected_gets_paper_with_a_cover_and_it_can_be_undone(street: Street, sender: Client) -> None:
    from renkei.hub.workspace.models import Partner

    leave(street)
    bring(sender, plan_files(street))
    act(sender, "check", *in_hand())
    page = sender.get("/outbox/").content.decode()
    assert "ファクスで渡すもの" in page
    assert "Renkei を使っていません" in act(sender, "send", *in_hand())
    page = sender.get("/outbox/hand/fax/").content.decode()
    assert Partner.objects.get().name in page
    drawn = sender.get("/outbox/hand/fax/sheets.pdf?masked=1")
    assert drawn.content.startswith(b"%PDF-")
    assert looks()[-1].purpose == "print"
    page = act(sender, "hand_over", all="ready", channel="fax")
    assert "1件を渡しました" in page
    [unit] = in_hand()
    assert (unit.state, unit.channel) == ("handed_over", "fax") and unit.until
    assert sender.get("/outbox/hand/fax/sheets.pdf").status_code == 404
    act(sender, "undo", *in_hand())
    [unit] = in_hand()
    assert (unit.state, unit.channel, unit.until) == ("checked", "", None)


def test_from_the_day_when_a_partner_joins_its_queue_is_electronic(street: Street, sender: Client) -> None:
    from renkei.hub.parties.models import OfficeService

    leave(street)
    bring(sender, plan_files(street))
    act(sender, "check", *in_hand())
    OfficeService.objects.update(active=True)
    assert "手で渡さずに" in act(sender, "hand_over", *in_hand())
    assert "送りました" in act(sender, "send", *in_hand())


def test_for_the_national_service_the_checked_files_come_as_they_are(street: Street, sender: Client) -> None:
    from renkei.hub.workspace.models import Partner

    leave(street)
    files = plan_files(street)
    bring(sender, files)
    Partner.objects.update(channel="national")
    act(sender, "check", *in_hand())
    [unit] = in_hand()
    given = sender.get(f"/outbox/hand/national/files.zip?to={unit.number}-{unit.service}")
    with zipfile.ZipFile(io.BytesIO(given.content)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == files


def test_the_slips_can_be_seen_as_the_forms_before_they_go(street: Street, sender: Client) -> None:
    bring(sender, plan_files(street))
    [unit] = in_hand()
    page = sender.get(f"/outbox/units/{unit.pk}/paper/").content.decode()
    assert "data:image/svg+xml" in page and "まだ送っていません" in page
    assert sender.get(f"/outbox/units/{unit.pk}/paper/?pdf=1").content.startswith(b"%PDF-")


def test_others_see_nothing_of_it(street: Street, sender: Client, person: Callable[..., Client]) -> None:
    from renkei.hub.workspace.models import Leftover

    bring(sender, plan_files(street) | {"x.txt": b"x"})
    [unit], left = in_hand(), Leftover.objects.get()
    other = confirmed(person(street.stranger, login="yoso"))
    for path in (f"units/{unit.pk}/", f"units/{unit.pk}/paper/", f"left/{left.pk}/"):
        assert other.get(f"/outbox/{path}").status_code == 404, path
    given = {"service": street.stranger.service, "deed": "drop", "unit": f"{unit.pk}:0"}
    other.post("/outbox/act/", given)
    assert in_hand()[0].state == "draft"


def test_what_nobody_wants_goes_after_its_time(street: Street, sender: Client) -> None:
    from datetime import timedelta

    from renkei.hub.core.models import Body
    from renkei.hub.workspace.models import Leftover
    from renkei.hub.workspace.outbox import cleaning

    bodies = Body.objects.count()
    bring(sender, plan_files(street) | {"x.txt": b"x"})
    act(sender, "drop", *in_hand())
    cleaning.sweep(timezone.now() + timedelta(days=89), 100)
    assert in_hand() and Leftover.objects.exists()
    cleaning.sweep(timezone.now() + timedelta(days=91), 100)
    assert in_hand() == [] and not Leftover.objects.exists()
    assert Body.objects.count() == bodies
