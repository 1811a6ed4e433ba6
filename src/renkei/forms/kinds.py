"""The forms that are made of the standard's files: what each is called, of which files it is made, who fills it. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from .filling import (
    benefit_annex,
    benefit_management,
    care_plan_1,
    care_plan_2,
    client_basics,
    family_week,
    large,
    prevention_plan,
    use_table,
    week,
)
from .filling.given import Given
from .rendering import Form


class Family(StrEnum):
    """What one unit brings together. Of equal address, the newest of a family counts."""

    CARE_PLAN = "care_plan"
    USE_TABLE = "use_table"
    ACTUAL = "actual"
    PREVENTION = "prevention"
    BASICS = "basics"


@dataclass(frozen=True)
class FormKind:
    """One form that can be asked for.

    `label` is what people call it, `others` are further names that they may type. It is made where a unit of `family` has one
    of `files`; only where somebody asks for it if `is_extra`, and then once, to however many offices the unit went.
    """

    name: str
    label: str
    family: Family
    files: tuple[str, ...]
    others: tuple[str, ...] = ()
    is_extra: bool = False


FORM_KINDS = (
    FormKind("care-plan-1", "第1表", Family.CARE_PLAN, ("UP1KYO",)),
    FormKind("care-plan-2", "第2表", Family.CARE_PLAN, ("UP2KYO",)),
    FormKind("week", "第3表", Family.CARE_PLAN, ("UP3KYO",)),
    FormKind("family-week", "家族の週", Family.CARE_PLAN, ("UP3KYO",), is_extra=True),
    FormKind("use-table", "第6表", Family.USE_TABLE, ("UPPLAN",), ("利用票", "提供票", "実績")),
    FormKind("use-table", "第6表", Family.ACTUAL, ("UPJSK",)),
    FormKind("benefit-annex", "第7表", Family.USE_TABLE, ("UPSIKYU",), ("別表", "利用票別表", "提供票別表")),
    FormKind("prevention-plan", "支援計画書", Family.PREVENTION, ("UPYOBO",), ("予防支援計画書",)),
    FormKind("client-basics", "基本情報", Family.BASICS, ("UPKIHON",), ("利用者基本情報",)),
    FormKind("benefit-management", "給付管理票", Family.USE_TABLE, ("UPSIKYU",), is_extra=True),
)
_FOR_CLIENTS = frozenset({"利用票", "利用票別表"})
# In the place of any of them, or of all that a unit has.
LARGE = FormKind("large", "大きな字", Family.CARE_PLAN, (), is_extra=True)


def name_of(word: str) -> str | None:
    """The form that somebody means by a word; None for what is no form.

    >>> name_of("第６表"), name_of("利用票"), name_of("benefit-annex"), name_of("第5表")
    ('use-table', 'use-table', 'benefit-annex', None)
    """
    plain = unicodedata.normalize("NFKC", word).strip()
    return next((kind.name for kind in FORM_KINDS if plain in (kind.name, kind.label, *kind.others)), None)


def is_for_client(word: str) -> bool:
    """Whether this word for a form means the client's copy of it.

    >>> is_for_client("利用票"), is_for_client("提供票"), is_for_client("第6表")
    (True, False, False)
    """
    return unicodedata.normalize("NFKC", word).strip() in _FOR_CLIENTS


def fill(name: str, given: Given, how: Mapping[str, Any]) -> Form:
    """One form with what is given in it; `how` is what its module takes besides."""
    return _FILL[name](given, **how)


_FILL: Mapping[str, Callable[..., Form]] = {
    "care-plan-1": care_plan_1.fill,
    "care-plan-2": care_plan_2.fill,
    "week": week.fill,
    "family-week": family_week.fill,
    "use-table": use_table.fill,
    "benefit-annex": benefit_annex.fill,
    "prevention-plan": prevention_plan.fill,
    "client-basics": client_basics.fill,
    "benefit-management": benefit_management.fill,
    "large": large.fill,
}
