"""Reminders, expiry and erasing: each copy by its own clock; and what else the hub tidies away by itself."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from django.test import Client

from renkei.conformance import Month

from . import commands
from .conftest import Hub
from .waiting import DAY, FINDING, Sent, erase, say_everything, send, sent

__all__ = ["sent"]  # a fixture

SECOND = timedelta(seconds=1)
TOKYO = timezone(timedelta(hours=9))


def look_at_clocks(now: datetime) -> None:
    from renkei.hub.exchange import tasks

    while tasks.look_at_clocks(now, {}) is not None:
        pass


def holders(body: Any) -> set[str]:
    from renkei.hub.core.models import Wrap

    return {holder.split(":")[0] for holder in Wrap.objects.filter(body=body).values_list("holder", flat=True)}


def test_the_sender_is_reminded_once_each_time_and_told_of_the_end(sent: Sent) -> None:
    at = sent.row.accepted_at
    look_at_clocks(at + 2 * DAY)
    assert sent.steps() == ["accepted"]
    for day in (3, 3.5, 7, 8, 34, 35, 60):
        look_at_clocks(at + day * DAY)
    assert sent.steps() == ["accepted", "reminded", "reminded", "expired"]
    assert sent.row.state == "expired" and holders(sent.row.body) == {"sender"}
    events = sent.sender.get("/events", service=sent.sender.service).json()["events"]
    assert [event["type"] for event in events] == sent.steps()


def test_a_hub_that_stood_still_for_a_week_reminds_once(sent: Sent) -> None:
    look_at_clocks(sent.row.accepted_at + 9 * DAY)
    look_at_clocks(sent.row.accepted_at + 9 * DAY)
    assert sent.steps() == ["accepted", "reminded"]


def test_a_clock_set_back_repeats_no_reminder_and_erases_nothing_early(sent: Sent) -> None:
    at = sent.row.accepted_at
    for day in (3, 2, 3, 4, -40):
        look_at_clocks(at + day * DAY)
        erase(at + day * DAY)
    assert sent.steps() == ["accepted", "reminded"]
    assert holders(sent.row.body) == {"mailbox", "sender"}


def test_a_worker_that_comes_second_reminds_no_second_time(sent: Sent) -> None:
    from renkei.hub.core.problems import Refused
    from renkei.hub.exchange import stepping
    from renkei.hub.exchange.rules import Step

    now = sent.row.accepted_at + 3 * DAY
    stale = sent.row
    stepping.by_hub(stale, Step.REMINDED, now)
    with pytest.raises(Refused):
        stepping.by_hub(stale, Step.REMINDED, now)
    assert sent.steps() == ["accepted", "reminded"]


def test_what_cannot_be_stepped_keeps_no_other_from_its_reminder(
    sent: Sent, town: Hub, month: Month, monkeypatch: pytest.MonkeyPatch
) -> None:
    from renkei.hub.exchange import stepping, tasks

    other = send(town, month, which=1)
    broken, by_hub = sent.row.pk, stepping.by_hub

    def by_hub_but_one(row: Any, step: Any, now: datetime) -> Any:
        if row.pk == broken:
            raise ZeroDivisionError
        return by_hub(row, step, now)

    monkeypatch.setattr(tasks, "PORTION", 1)
    monkeypatch.setattr(stepping, "by_hub", by_hub_but_one)
    now = sent.row.accepted_at + 40 * DAY
    look_at_clocks(now)
    assert sent.row.state == "accepted" and sent.row.clock_at == now + timedelta(hours=1)
    assert other.row.state == "expired"


def test_after_collection_the_mailbox_is_emptied_and_the_recipient_still_reads_its_own(sent: Sent) -> None:
    from renkei.hub.core.bodies import services as bodies
    from renkei.hub.exchange.collecting import holders as readable

    sent.say("collected")
    row = sent.row
    erase(row.collected_at + 93 * DAY - SECOND)
    assert holders(row.body) == {"mailbox", "recipient", "sender"}
    erase(row.collected_at + 93 * DAY)
    assert holders(row.body) == {"recipient", "sender"}
    for office in (row.recipient, row.sender):
        assert b"".join(bodies.open_body(bodies.fetch(row.body, readable(row, office.party_id))))
    handed = sent.recipient.get(f"/transmissions/{sent.id}/files").json()
    assert {name: base64.b64decode(data) for name, data in handed["files"].items()} == sent.files


def test_a_copy_counts_from_when_the_unit_came_if_the_clock_was_set_back(
    sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.utils import timezone

    from renkei.hub.core.models import Wrap

    row = sent.row
    with monkeypatch.context() as patched:
        patched.setattr(timezone, "now", lambda: row.accepted_at - 30 * SECOND)
        sent.say("collected")
    mailbox = Wrap.objects.get(body=row.body, holder=row.recipient.mailbox)
    assert mailbox.erase_after == row.accepted_at + 93 * DAY


def test_each_own_copy_goes_at_its_own_time(sent: Sent) -> None:
    from renkei.hub.exchange import retiming
    from renkei.hub.exchange.clocks import copy_until

    sent.say("collected")
    row = sent.row
    retiming.keep_for([row.sender], 2)
    follow_years()
    sender, recipient = copy_until(sent.row.sender, row.accepted_at), copy_until(row.recipient, row.collected_at)
    assert (recipient.year - sender.year, sender.year - row.accepted_at.year) == (3, 2)
    erase(sender)
    assert holders(row.body) == {"recipient"}
    erase(recipient)
    assert holders(row.body) == set()


def test_a_copy_of_the_29th_of_february_is_kept_a_day_longer_not_shorter(sent: Sent) -> None:
    from renkei.hub.exchange.clocks import copy_until

    leap = datetime(2028, 2, 29, 12, tzinfo=TOKYO)
    assert copy_until(sent.row.sender, leap) == datetime(2033, 3, 1, 12, tzinfo=TOKYO)


def follow_years() -> int:
    """Do what a change of years asks for; how many portions."""
    from renkei.hub.core.models import Job
    from renkei.hub.exchange import retiming

    portions = 0
    for row in Job.objects.filter(kind=retiming.KIND):
        left: Any = row.payload
        while left is not None:
            left = retiming.go_on(left)
            portions += 1
        row.delete()
    return portions


def test_a_change_of_years_reaches_every_copy_of_that_office_and_no_other(
    town: Hub, month: Month, monkeypatch: pytest.MonkeyPatch
) -> None:
    from renkei.hub.core.models import Wrap
    from renkei.hub.exchange import retiming
    from renkei.hub.exchange.models import Transmission
    from renkei.hub.parties.models import OfficeService

    monkeypatch.setattr(retiming, "PORTION", 2)
    for which in range(5):
        one = send(town, month, which)
        one.say("collected")
        one.say("import_failed", found=[FINDING])
    before = dict(Wrap.objects.values_list("pk", "erase_after"))
    service = OfficeService.objects.get(party__number=one.sender.number)
    retiming.keep_for([service], 7)
    assert follow_years() > Transmission.objects.count()
    for wrap in Wrap.objects.exclude(erase_after=None):
        moved = (wrap.erase_after - before[wrap.pk]) / DAY
        assert round(moved) in ((730, 731) if wrap.holder == service.sent_copy else (0,)), wrap.holder


def test_an_operator_sets_the_years_of_an_office(sent: Sent) -> None:
    from renkei.hub.core.models import Wrap

    command = ("hub", "office", "--data", sent.data, "--office", sent.sender.number, "--copy-years")
    assert "2 から 100" in commands.here(*command, "1", status=2)
    assert "--service を確かめて" in commands.here(*command, "7", "--service", "99", status=2)
    assert "登録されていません" in commands.here(*command[:-2], "1379300099", "--copy-years", "7", status=2)
    assert "写しを 7 年残します" in commands.here(*command, "7")
    follow_years()
    until = Wrap.objects.get(holder=sent.row.sender.sent_copy).erase_after
    assert sent.row.sender.copy_years == 7 and until and until.year == sent.row.accepted_at.year + 7


def test_looking_for_what_is_over_asks_the_same_however_much_is_kept(sent: Sent) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from renkei.hub.core.bodies import keeping
    from renkei.hub.core.models import Wrap

    say_everything(sent)
    with CaptureQueriesContext(connection) as nothing_due:
        erase(timezone.now())
    assert len([query for query in nothing_due if "core_wrap" in query["sql"]]) == 1
    if connection.vendor == "sqlite":
        from renkei.hub.exchange.models import Transmission

        plan = Transmission.objects.filter(clock_at__lte=timezone.now()).order_by("clock_at")[:100].explain()
        assert "clocks_to_look_at" in plan and "SCAN" not in plan
        plan = Wrap.objects.filter(erase_after__lte=timezone.now()).order_by("erase_after")[:100].explain()
        assert "wraps_to_erase" in plan and "SCAN" not in plan
    assert keeping.due(timezone.now(), 100) == set()


def test_what_people_and_programs_signed_in_with_is_forgotten_when_it_is_over(town: Hub) -> None:
    from django.contrib.sessions.models import Session
    from django.utils import timezone

    from renkei.hub.parties import tasks
    from renkei.hub.parties.models import AccessToken, Challenge

    next(iter(town.offices.values())).sign_in()  # anew: that of the kept town may be over
    Client().session.save()
    now = timezone.now()
    tasks.forget_sign_ins(now, {})
    kept = [model.objects.count() for model in (Challenge, AccessToken, Session)]
    assert all(kept)
    assert tasks.forget_sign_ins(now + DAY, {}) is None
    assert not any(model.objects.exists() for model in (Challenge, AccessToken, Session))


def test_a_blob_without_a_row_is_swept_up_after_a_day_and_others_stay(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.conf import settings
    from django.utils import timezone

    from renkei.hub.core.bodies import services as bodies
    from renkei.hub.core.bodies import sweeping
    from renkei.hub.core.bodies.blobs import SHELVES, blob_store
    from renkei.hub.core.writing import write

    monkeypatch.setitem(settings.RENKEI, "INLINE_BYTES", 100)
    kept, waste = bodies.prepare([bytes(range(256))]), bodies.prepare([bytes(range(256))])
    (hub.data / "blobs" / "aa").mkdir(exist_ok=True)
    torn = hub.data / "blobs" / "aa" / f".{waste.id.hex[:-2]}aa.0123"
    torn.write_bytes(b"half")
    now = timezone.now()

    def sweep(at: datetime) -> int:
        return sum(sweeping.sweep(shelf, at) for shelf in SHELVES)

    # An empty database is more likely the wrong one.
    assert sweep(now + 2 * DAY) == 0
    with write():
        bodies.store(kept, {"mailbox:1": None})
    # What a running request is about to name is young.
    assert sweep(now + DAY / 2) == 0
    assert sweep(now + 2 * DAY) == 2
    assert not torn.exists() and list(blob_store().get(kept.id.hex))
    with pytest.raises(FileNotFoundError):
        list(blob_store().get(waste.id.hex))


def test_every_shelf_has_its_turn_within_a_day(hub: Hub) -> None:
    from django.utils import timezone

    from renkei.hub.core.bodies import sweeping
    from renkei.hub.core.bodies.blobs import SHELVES

    now = timezone.now()
    turns = (now + count * sweeping.EVERY for count in range(DAY // sweeping.EVERY))
    assert {sweeping.shelf_of(at) for at in turns} == set(SHELVES)


def test_the_recurring_work_of_the_hub_is_known_by_name(hub: Hub) -> None:
    from django.utils import timezone

    from renkei.hub.core import jobs
    from renkei.hub.core.models import Job

    jobs.keep_recurring(timezone.now())
    assert {"clocks", "erase", "sign-ins", "sweep"} <= set(Job.objects.values_list("kind", flat=True))
    while jobs.run_due(timezone.now()):
        pass
    assert not Job.objects.exclude(error="").exists()
