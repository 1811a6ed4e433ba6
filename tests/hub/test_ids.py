"""Ids that sort by time."""

from __future__ import annotations

import time
import uuid
from datetime import UTC, date, datetime

import pytest

from renkei.hub.core import ids
from renkei.hub.core.ids import month_of, months_of, new_id


def made_at(*moment: int) -> uuid.UUID:
    milliseconds = int(datetime(*moment, tzinfo=UTC).timestamp() * 1000)  # type: ignore[misc,arg-type]
    return uuid.UUID(int=milliseconds << 80 | 0x7 << 76 | 0x2 << 62)


def test_ids_are_of_version_7_and_never_the_same() -> None:
    made = {new_id() for _ in range(1000)}
    assert len(made) == 1000
    assert {(id_.version, id_.variant) for id_ in made} == {(7, "specified in RFC 4122")}


def test_a_later_id_sorts_behind_an_earlier_one() -> None:
    first = new_id()
    time.sleep(0.002)
    assert first < new_id()
    assert abs((first.int >> 80) / 1000 - time.time()) < 60


def test_an_id_tells_its_month_in_tokyo() -> None:
    assert month_of(made_at(2026, 11, 30, 14, 59, 59, 999_000)) == date(2026, 11, 1)
    assert month_of(made_at(2026, 11, 30, 15, 0, 0)) == date(2026, 12, 1)
    assert months_of([made_at(2026, 11, 1), made_at(2027, 1, 5), made_at(2026, 11, 9)]) == {
        date(2026, 11, 1),
        date(2027, 1, 1),
    }


def test_an_id_of_another_kind_has_no_month() -> None:
    with pytest.raises(ValueError, match="not an id of ours"):
        month_of(uuid.uuid4())


def test_an_event_is_never_older_than_what_it_is_about(monkeypatch: pytest.MonkeyPatch) -> None:
    about = new_id()
    monkeypatch.setattr(ids.time, "time_ns", lambda: 1_000_000_000 * 10**9)  # the clock says 2001
    assert month_of(new_id()) == date(2001, 9, 1)
    assert month_of(new_id(after=about)) == month_of(about)
    assert new_id(after=about).int >> 80 == about.int >> 80
