"""The outbox against people of the office who may not, or no longer, and against what happens at the same moment."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from .streets import Street, looks, person, seen_subjects, street
from .test_outbox import act, bring, habits, in_hand, issuing, plan_files, sender, sent, steps

# What it tries is above the database: one of them is enough.
pytestmark = pytest.mark.usefixtures("once")

__all__ = ["issuing", "person", "sender", "street"]  # fixtures


@pytest.fixture
def ordered(street: Street, sender: Client) -> Any:
    """A finished unit that somebody has had sent; nothing of it has gone yet."""
    from renkei.hub.core.writing import write
    from renkei.hub.parties.models import Membership
    from renkei.hub.workspace.models import Sending

    bring(sender, plan_files(street))
    act(sender, "check", *in_hand())
    [unit] = in_hand()
    with write():
        staff = Membership.objects.get().staff_id
        made = Sending.objects.create(owner=unit.owner, staff_id=staff, at=timezone.now(), total=1)
        type(unit).objects.update(sending=made)
    return made


def changed_last_line(files: dict[str, bytes]) -> dict[str, bytes]:
    name, data = next(iter(files.items()))
    return {name: data + data.splitlines(True)[-1]}


def test_who_may_not_send_stops_nothing(sender: Client, ordered: Any) -> None:
    from renkei.hub.core.writing import write
    from renkei.hub.parties.models import Membership

    with write():
        Membership.objects.update(duties="prepare,check")
    assert sender.post(f"/outbox/sending/{ordered.pk}/").status_code == 403
    ordered.refresh_from_db()
    assert ordered.stopped == 0


@pytest.mark.parametrize("why", ["place ended", "person left", "became a reader", "long ago"])
def test_a_word_counts_as_long_as_its_giver_may_send(ordered: Any, why: str) -> None:
    from renkei.hub.core.writing import write
    from renkei.hub.parties.models import Membership, Staff
    from renkei.hub.parties.reading_on import READER
    from renkei.hub.workspace.outbox import sending

    before = len(sent())
    with write():
        if why == "place ended":
            Membership.objects.update(ends_on=date(2020, 1, 1))
        elif why == "person left":
            Staff.objects.update(is_active=False)
        elif why == "became a reader":
            Membership.objects.update(relation=READER)
        else:
            type(ordered).objects.update(at=timezone.now() - timedelta(days=2))
    ordered.refresh_from_db()
    assert not sending.go_on(ordered)
    assert len(sent()) == before and in_hand()[0].sending_id is None


def test_approval_that_is_asked_for_meanwhile_is_asked_for(street: Street, ordered: Any) -> None:
    from renkei.hub.workspace.outbox import sending

    before = len(sent())
    habits(street, approval="other")
    sending.go_on(ordered)
    assert len(sent()) == before and steps(in_hand()[0])[-1] == "refused"


def test_what_was_approved_when_nobody_had_to_is_approved_again(street: Street, sender: Client) -> None:
    from renkei.hub.workspace.habits import services

    bring(sender, plan_files(street))
    act(sender, "check", *in_hand())
    act(sender, "approve", *in_hand())
    owner = in_hand()[0].owner
    now = services.habits_of(owner)
    values = {name: getattr(now, name) for name in services.FIELDS} | {"approval": "other"}
    services.change(owner, values, now.revision, "staff:1")
    assert in_hand()[0].state == "checked"
    assert "自分で完成にしたもの" in act(sender, "approve", *in_hand())


def test_a_damaged_body_keeps_no_other_back(ordered: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from renkei.hub.core.bodies import sealing
    from renkei.hub.workspace.outbox import sending

    def damaged(*_: Any) -> None:
        raise sealing.BodyDamaged("x")

    monkeypatch.setattr(sending.bodies, "open_files", damaged)
    assert not sending.go_on(ordered)
    assert steps(in_hand()[0])[-1] == "refused"


def test_a_damaged_body_is_told_in_words(street: Street, sender: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from renkei.hub.core.bodies import sealing
    from renkei.hub.workspace.outbox import bodies

    def damaged(*_: Any) -> None:
        raise sealing.BodyDamaged("x")

    bring(sender, plan_files(street))
    monkeypatch.setattr(bodies, "open_files", damaged)
    answer = sender.get(f"/outbox/units/{in_hand()[0].pk}/")
    assert answer.status_code == 410 and "こわれていて" in answer.content.decode()


def test_what_is_brought_back_while_it_is_cleaned_up_stays(
    street: Street, sender: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from renkei.hub.core.writing import write
    from renkei.hub.workspace.models import Outgoing
    from renkei.hub.workspace.outbox import bodies, cleaning

    bring(sender, plan_files(street))
    act(sender, "drop", *in_hand())
    with write():
        Outgoing.objects.update(until=timezone.now())

    def late() -> Any:
        act(sender, "restore", *in_hand())
        return write()

    monkeypatch.setattr(cleaning, "write", late)
    cleaning.sweep(timezone.now(), 10)
    assert bodies.fetch(in_hand())


def test_other_files_brought_while_it_goes_are_neither_lost_nor_called_sent(
    street: Street, sender: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from renkei.hub.workspace.models import Sending
    from renkei.hub.workspace.outbox import bodies, sending

    files = plan_files(street)
    bring(sender, files)
    act(sender, "check", *in_hand())
    accept = sending.accept_sealed

    def meanwhile(*given: Any, **named: Any) -> Any:
        accepted = accept(*given, **named)
        sending.stop(Sending.objects.get(), Sending.objects.get().staff_id)
        bring(sender, changed_last_line(files))
        return accepted

    monkeypatch.setattr(sending, "accept_sealed", meanwhile)
    act(sender, "send", *in_hand())
    [unit] = in_hand()
    assert (unit.state, unit.transmission_id) == ("draft", None) and bodies.fetch([unit])


def test_who_is_narrowed_to_a_service_sees_the_leftovers_of_their_own_alone(street: Street, sender: Client) -> None:
    from renkei.hub.core.writing import write
    from renkei.hub.parties import services
    from renkei.hub.parties.models import Membership, OfficeService
    from renkei.hub.workspace.models import Leftover

    files = plan_files(street)
    bring(sender, files)
    act(sender, "check", *in_hand())
    act(sender, "send", *in_hand())
    bring(sender, changed_last_line(files))
    left = Leftover.objects.get()
    assert sender.get(f"/outbox/left/{left.pk}/").status_code == 200
    assert seen_subjects(looks()[-1])
    with write():
        other = OfficeService.objects.create(party=services.office(street.care_manager.number), service="11")
        Leftover.objects.update(owner=other, staff=None)
        Membership.objects.update(service=other)
    assert sender.get(f"/outbox/left/{left.pk}/").status_code == 404
    assert "入れられなかったファイル" not in sender.get("/outbox/").content.decode()


def test_all_means_what_the_page_showed(street: Street, sender: Client, person: Callable[..., Client]) -> None:
    bring(sender, plan_files(street))
    shown = sender.get("/outbox/").context["shown"]
    bring(person(street.care_manager, login="sato"), street.month.files[street.care_manager.number])
    many = len(in_hand())
    given = {"service": "43", "deed": "check", "all": "draft"}
    sender.post("/outbox/act/", given | {"shown": shown})
    assert [unit.state for unit in in_hand()].count("checked") == 1 < many
    for forged in ("", "2099-01-01T00:00:00+00:00", shown + "x"):
        assert sender.post("/outbox/act/", given | {"shown": forged}).status_code == 400


def test_an_archive_that_breaks_in_the_middle_is_told(sender: Client) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("a.csv", b"x" * 5000)
    data = bytearray(made.getvalue())
    data[39] ^= 0xFF
    assert "送るものにできませんでした" in bring(sender, SimpleUploadedFile("a.zip", bytes(data)))
