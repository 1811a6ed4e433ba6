"""Dates, months, times and kana as people read them."""

from __future__ import annotations

from datetime import date

import pytest

from renkei.standard.showing import words


@pytest.mark.parametrize(
    ("day", "era"),
    [
        (date(2026, 12, 1), "令和8年"),
        (date(2019, 5, 1), "令和元年"),
        (date(2019, 4, 30), "平成31年"),
        (date(1989, 1, 7), "昭和64年"),
        (date(1926, 12, 25), "昭和元年"),
        (date(1926, 12, 24), "大正15年"),
        (date(1912, 7, 29), "明治45年"),
    ],
)
def test_each_day_is_in_its_era(day: date, era: str) -> None:
    assert words.era_year(day) == era


def test_months_and_days_read_as_on_paper() -> None:
    assert words.month_words("202612") == "令和8年12月分"
    assert words.plain_month("202612") == "2026年12月"
    assert words.date_words("20261201") == "令和8年12月1日(火)"
    assert words.day_words("20261206") == "12月6日(日)"


@pytest.mark.parametrize("text", ["", "20261301", "20260230", "00000000", "２０２６１２０１", "2026"])
def test_what_is_no_date_is_shown_as_it_is(text: str) -> None:
    assert words.date_words(text) == text
    assert words.day_words(text) == text


def test_a_service_without_a_time_shows_none() -> None:
    assert words.time_words("1000", "1045") == "10:00～10:45"
    assert words.time_words("9999", "9999") == ""


def test_half_width_kana_is_widened_for_reading() -> None:
    assert words.wide_kana("ﾀｶﾊｼ ﾊﾅ") == "タカハシ ハナ"


def test_nothing_but_half_width_kana_changes_for_reading() -> None:
    assert words.wide_kana("①㈱Ａﾃﾞｲ１ A") == "①㈱Ａデイ１ A"
