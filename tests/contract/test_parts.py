"""Files with bodies of their own: whatever happens to a unit's copies happens to them too."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from renkei.conformance import Month

from . import world
from .conftest import Hub
from .waiting import DAY, Sent, erase, send, sent

__all__ = ["sent"]  # a fixture

SECOND = timedelta(seconds=1)


def attach(unit: Sent, name: str, *, made: str = "", of: str = "", held: bool = False) -> uuid.UUID:
    """Give a unit one more file, with a body that the sender has, and the recipient unless it is held back."""
    from renkei.hub.core.bodies import services as bodies
    from renkei.hub.core.writing import write
    from renkei.hub.exchange import clocks

    row, prepared = unit.row, bodies.prepare([b"s" * 32, b"%PDF"])
    with write():
        holders = {row.sender.sent_copy: clocks.copy_until(row.sender, row.accepted_at)}
        bodies.store(prepared, holders | ({} if held else {row.recipient.mailbox: None}))
    name_part(unit, name, prepared.id, made=made, of=of)
    return prepared.id


def name_part(unit: Sent, name: str, body: uuid.UUID, **how: Any) -> None:
    from renkei.hub.core.writing import write
    from renkei.hub.exchange.models import Part

    with write():
        row = unit.row
        Part.objects.create(transmission=row, name=name, size=4, commitment="0" * 64, body=body, **how)
        row.part_count += 1
        row.save(update_fields=["part_count"])


def hand_to(unit: Sent, name: str, body: uuid.UUID) -> None:
    """Let another unit have the same body: one upload to several recipients."""
    from renkei.hub.core.bodies import keeping
    from renkei.hub.core.writing import write

    with write():
        assert keeping.share([body], unit.row.sender.sent_copy, unit.row.recipient.mailbox, None) == {body}
    name_part(unit, name, body)


def send_to_another(town: Hub, month: Month, sent: Sent) -> Sent:
    units = world.units_of(month.files[sent.sender.number])
    return send(town, month, next(n for n, (unit, _) in enumerate(units) if unit.recipient != sent.recipient.number))


def holders(body: uuid.UUID) -> set[str]:
    from renkei.hub.core.models import Wrap

    return {holder.split(":")[0] for holder in Wrap.objects.filter(body=body).values_list("holder", flat=True)}


def clock(body: uuid.UUID, holder: str) -> datetime | None:
    from renkei.hub.core.models import Wrap

    return Wrap.objects.get(body=body, holder=holder).erase_after


def test_who_collects_a_unit_gets_a_copy_of_each_part(sent: Sent) -> None:
    part = attach(sent, "01.pdf")
    sent.say("collected")
    row = sent.row
    assert holders(part) == {"mailbox", "recipient", "sender"}
    for holder in (row.recipient.mailbox, row.recipient.received_copy, row.sender.sent_copy):
        assert clock(part, holder) == clock(row.body, holder)
    erase(row.collected_at + 93 * DAY)
    assert holders(part) == {"recipient", "sender"}


def test_an_original_that_is_held_back_stays_the_senders_alone(sent: Sent) -> None:
    original = attach(sent, "01.pdf", held=True)
    copy = attach(sent, "01.cleaned.pdf", made="cleaned", of="01.pdf")
    sent.say("collected")
    assert holders(original) == {"sender"}
    assert holders(copy) == {"mailbox", "recipient", "sender"}


def test_a_withdrawn_unit_leaves_the_recipient_no_part(sent: Sent) -> None:
    part = attach(sent, "01.pdf")
    sent.say("withdrawn", by=sent.sender)
    assert holders(part) == {"sender"}


def test_a_unit_that_nobody_collects_ends_with_its_parts(sent: Sent) -> None:
    from renkei.hub.exchange import tasks

    part, at = attach(sent, "01.pdf"), sent.row.accepted_at
    tasks.look_at_clocks(at + 60 * DAY, {})
    assert sent.row.state == "expired" and holders(part) == {"sender"}


def test_a_recalled_unit_leaves_the_recipient_no_part(sent: Sent) -> None:
    part = attach(sent, "01.pdf")
    sent.say("collected")
    sent.say("recall_requested", by=sent.sender, text="宛先をまちがえました")
    sent.say("deletion_confirmed")
    assert holders(part) == {"sender"}


def test_parts_follow_a_change_of_the_years(sent: Sent) -> None:
    from renkei.hub.core.jobs import run_due
    from renkei.hub.exchange import retiming
    from renkei.hub.exchange.clocks import copy_until

    part = attach(sent, "01.pdf")
    sent.say("collected")
    row = sent.row
    retiming.keep_for([row.sender, row.recipient], 4)
    while run_due(datetime.now(row.accepted_at.tzinfo) + SECOND):
        pass
    row = sent.row
    assert clock(part, row.sender.sent_copy) == copy_until(row.sender, row.accepted_at)
    assert clock(part, row.recipient.received_copy) == copy_until(row.recipient, row.collected_at)
    assert copy_until(row.sender, row.accepted_at).year == row.accepted_at.year + 4


def test_the_senders_copy_of_what_went_to_two_counts_from_the_later(
    sent: Sent, town: Hub, month: Month, monkeypatch: Any
) -> None:
    from renkei.hub.core.writing import write
    from renkei.hub.exchange import retiming
    from renkei.hub.exchange.clocks import copy_until
    from renkei.hub.exchange.models import Transmission

    part, other = attach(sent, "01.pdf"), send_to_another(town, month, sent)
    hand_to(other, "01.pdf", part)
    later = sent.row.accepted_at + 40 * DAY
    with write():
        Transmission.objects.filter(pk=other.id).update(accepted_at=later)
    monkeypatch.setattr(retiming, "PORTION", 1)
    first = {"service": sent.row.sender_id, "direction": "sent", "start": ""}
    retiming.go_on(first)
    assert clock(part, sent.row.sender.sent_copy) == copy_until(sent.row.sender, later)


def test_what_is_withdrawn_from_one_stays_with_the_other(sent: Sent, town: Hub, month: Month) -> None:
    part, other = attach(sent, "01.pdf"), send_to_another(town, month, sent)
    hand_to(other, "01.pdf", part)
    sent.say("withdrawn", by=sent.sender)
    other.say("collected")
    assert holders(part) == {"mailbox", "recipient", "sender"}
    assert clock(part, other.row.recipient.mailbox) == other.row.collected_at + 93 * DAY


def test_whom_a_unit_was_about_is_known_until_the_last_copy_of_the_last_part_is_gone(sent: Sent) -> None:
    from renkei.hub.core.writing import write
    from renkei.hub.exchange import erasing

    part, row = attach(sent, "01.pdf"), sent.row
    of_unit, of_part = ({(body, h) for h in (row.recipient.mailbox, row.sender.sent_copy)} for body in (row.body, part))
    with write():
        erasing.erase(of_unit, row.accepted_at)
    assert sent.row.subjects.exists()
    with write():
        erasing.erase(of_part, row.accepted_at)
    assert not sent.row.subjects.exists() and holders(part) == set()


def test_whom_it_was_about_is_forgotten_though_another_unit_keeps_the_part(sent: Sent, town: Hub, month: Month) -> None:
    from renkei.hub.core.writing import write
    from renkei.hub.exchange import erasing

    part, other = attach(sent, "01.pdf"), send_to_another(town, month, sent)
    hand_to(other, "01.pdf", part)
    row = sent.row
    own = {(body, holder) for body in (row.body, part) for holder in (row.recipient.mailbox, row.sender.sent_copy)}
    with write():
        erasing.erase(own, row.accepted_at)
    assert not sent.row.subjects.exists() and other.row.subjects.exists()
    assert holders(part) == {"mailbox"}


def test_a_restored_hub_erases_parts_again(sent: Sent) -> None:
    from renkei.hub.core.bodies.erasures import Erased
    from renkei.hub.core.writing import write
    from renkei.hub.exchange import erasing

    part, row = attach(sent, "01.pdf"), sent.row
    listed = [Erased(body, row.recipient.mailbox, row.accepted_at) for body in (row.body, part)]
    with write():
        erasing.erase_again(listed, row.accepted_at)
    assert holders(part) == holders(row.body) == {"sender"}


def test_what_is_missing_after_a_restore_names_the_unit_of_a_part(sent: Sent) -> None:
    from renkei.hub.config import restoring
    from renkei.hub.core.models import Body
    from renkei.hub.core.writing import write

    part = attach(sent, "01.pdf")
    with write():
        Body.objects.filter(pk=part).update(inline=None)
    assert str(sent.id) in restoring.missing()


def test_the_office_for_practice_keeps_parts_for_a_day(sent: Sent) -> None:
    from renkei.hub.exchange import echoing

    part, row = attach(sent, "01.pdf"), sent.row
    echoing._erase_soon(row, row.accepted_at)
    assert clock(part, row.recipient.mailbox) == row.accepted_at + echoing.KEPT_FOR
