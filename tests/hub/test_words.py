"""Moments and sizes as people read them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from renkei.hub.core import words


def test_times_are_those_of_tokyo(monkeypatch: pytest.MonkeyPatch) -> None:
    from zoneinfo import ZoneInfo

    tokyo = ZoneInfo("Asia/Tokyo")
    monkeypatch.setattr(words.timezone, "localtime", lambda at: at.astimezone(tokyo))
    monkeypatch.setattr(words.timezone, "localdate", lambda: date(2026, 12, 3))
    assert words.moment_words(datetime(2026, 12, 1, 15, 3, tzinfo=UTC)) == "12月2日(水) 0:03"
    assert words.moment_words(datetime(2025, 12, 31, 15, 0, tzinfo=UTC)).startswith("1月1日")
    assert words.moment_words(datetime(2025, 12, 31, 14, 0, tzinfo=UTC)).startswith("2025年12月31日")


@pytest.mark.parametrize(("size", "text"), [(999, "999 バイト"), (1500, "1.5 KB"), (2_400_000, "2.4 MB")])
def test_sizes_are_short(size: int, text: str) -> None:
    assert words.size_words(size) == text
