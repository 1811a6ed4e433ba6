"""Failures at a door are counted, and after so many nobody comes in for a while."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import RequestFactory

from .conftest import Hub

HERE = "192.0.2.7"


def fail(times: int, who: str = "suzuki", address: str = "") -> None:
    from renkei.hub.parties.staff import attempts

    for _ in range(times):
        attempts.failed("sign-in", who, address)


def is_locked(who: str = "suzuki", address: str = "") -> bool:
    from renkei.hub.parties.staff import attempts

    try:
        attempts.check("sign-in", who, address)
    except attempts.LockedOut:
        return True
    return False


def later(minutes: float) -> None:
    """Let so much time go by."""
    from django.db.models import F

    from renkei.hub.parties.models import Attempt

    gone = timedelta(minutes=minutes)
    Attempt.objects.update(last_at=F("last_at") - gone, locked_until=F("locked_until") - gone)


def test_the_fifth_failure_locks_out_and_the_fourth_does_not(hub: Hub) -> None:
    fail(4)
    assert not is_locked()
    fail(1)
    assert is_locked()
    assert not is_locked("tanaka")


def test_a_lock_out_ends_by_itself_and_the_count_begins_anew(hub: Hub) -> None:
    fail(5)
    later(14.9)
    assert is_locked()
    later(0.2)
    assert not is_locked()
    fail(4)
    assert not is_locked()


def test_success_and_an_administrator_forget_the_failures_of_a_person_but_not_of_an_address(hub: Hub) -> None:
    from renkei.hub.parties.staff import attempts

    for number in range(29):
        fail(1, f"name{number}", HERE)
    fail(4)
    attempts.succeeded("sign-in", "suzuki")
    fail(4)
    assert not is_locked(address=HERE)
    fail(1, "last", HERE)
    assert is_locked("whoever", HERE) and not is_locked("whoever", "192.0.2.8")


def test_a_door_has_its_own_count(hub: Hub) -> None:
    from renkei.hub.parties.staff import attempts

    fail(5)
    attempts.check("second-factor", "suzuki")
    assert attempts.locked_until("sign-in", "suzuki") and not attempts.locked_until("second-factor", "suzuki")


def test_no_name_and_no_address_stands_in_the_table_and_rows_are_forgotten(hub: Hub) -> None:
    from django.utils import timezone

    from renkei.hub.parties import tasks
    from renkei.hub.parties.models import Attempt

    fail(1, "suzuki", HERE)
    assert not any("suzuki" in key or HERE in key for key in Attempt.objects.values_list("key", flat=True))
    tasks.forget_sign_ins(timezone.now() + timedelta(minutes=14), {})
    assert Attempt.objects.count() == 2
    tasks.forget_sign_ins(timezone.now() + timedelta(minutes=16), {})
    assert not Attempt.objects.exists()


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("", ""),
        ("unix:", ""),
    ],
)
def test_an_address_is_one_place(hub: Hub, given: str, place: str) -> None:
    from renkei.hub.parties.staff import attempts

    assert attempts.address_of(RequestFactory().get("/", REMOTE_ADDR=given)) == place
