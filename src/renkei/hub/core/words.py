"""Moments and sizes as people read them: Tokyo time. Dates and kana are in `renkei.standard.showing.words`."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from renkei.standard.showing.words import WEEKDAYS

_TO_KATAKANA = {code: code + 0x60 for code in range(ord("ぁ"), ord("ゖ") + 1)}


def moment_words(at: datetime) -> str:
    """12月2日(水) 9:03, Tokyo time; with the year when it is not the present one."""
    local = timezone.localtime(at)
    year = "" if local.year == timezone.localdate().year else f"{local.year}年"
    return f"{year}{local.month}月{local.day}日({WEEKDAYS[local.weekday()]}) {local.hour}:{local.minute:02}"


def to_katakana(text: str) -> str:
    """Hiragana as katakana, in which readings are kept.

    >>> to_katakana("すみれ園")
    'スミレ園'
    """
    return text.translate(_TO_KATAKANA)


def size_words(size: int) -> str:
    """1.2 KB"""
    if size < 1000:
        return f"{size} バイト"
    return f"{size / 1000:.1f} KB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"
