"""What is chosen by a ring: all the options that a form offers, and those that were chosen. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .words import meaning

PLAN_CATEGORIES = ("初回", "紹介", "継続")
CERTIFICATIONS = ("認定済", "申請中")


def choice(options: Sequence[str], *chosen: str) -> dict[str, Any]:
    """The options with what was chosen; what the form does not offer is added to them, so that it can be seen.

    >>> choice(("男", "女"), "女", "")
    {'options': ['男', '女'], 'chosen': ['女']}
    >>> choice(("男", "女"), "9")
    {'options': ['男', '女', '9'], 'chosen': ['9']}
    """
    words = [word for word in chosen if word]
    return {"options": [*options, *(word for word in words if word not in options)], "chosen": words}


def plan_category(code: str) -> dict[str, Any]:
    """初回・紹介・継続; the codes 51 to 54 choose more than one of them.

    >>> plan_category("52")["chosen"]
    ['初回', '継続']
    """
    return choice(PLAN_CATEGORIES, *meaning("plan_category", code).split("＆"))


def certification(code: str) -> dict[str, Any]:
    """認定済・申請中.

    >>> certification("2")["chosen"]
    ['認定済']
    """
    return choice(CERTIFICATIONS, meaning("certification_status", code))
