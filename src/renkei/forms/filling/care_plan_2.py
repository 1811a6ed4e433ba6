"""第2表, 居宅サービス計画書(2): needs, goals and supports of UP2KYO, as the tree that its merged cells are. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from ..rendering import Form
from .given import Given, Row
from .identity import identity
from .words import blank_day, one_line

# The texts of each level of the tree, and the number that counts it. A level's row that says nothing, or the same again, goes
# on with the row above: both ways of writing are legal (UP2KYO, print image). Short-term goals are not counted.
_LEVELS = (
    ("need_no", ("need",)),
    ("goal_no", ("long_term_goal", "long_term_period")),
    ("", ("short_term_goal", "short_term_period")),
)
_NUMBERS = ("need_no", "goal_no", "support_no")
_LAST = 1000
_SUPPORT = (
    "service_content",
    "insurance_coverage",
    "service_type_name",
    "service_office_name",
    "frequency",
    "implementation_period",
)


def fill(given: Given) -> Form:
    """The sheet of each plan in the unit, most often one; an empty sheet where the unit has none.

    >>> fill(Given(("", ""), ("", ""), ("", ""), "", {})).data["sheets"][0]["leaves"]
    []
    """
    rows = sorted(given.of("UP2KYO"), key=_order)
    plans = [list(plan) for _, plan in groupby(rows, key=_plan)] or [[]]
    return Form("care-plan-2", {"sheets": [_sheet(plan, given) for plan in plans]})


def _sheet(rows: Sequence[Row], given: Given) -> dict[str, Any]:
    first: Mapping[str, str] = rows[0] if rows else {}
    return {
        "name": one_line(given.client[0]),
        "created": blank_day(first.get("document_created_date", "")),
        "identity": identity(given, first),
        "leaves": list(_leaves(rows, given)),
    }


def _leaves(rows: Sequence[Row], given: Given) -> Iterator[dict[str, Any]]:
    """Each support with the texts of all that it belongs to.

    `opens` is the outermost level that begins with it: 0 a need, 1 a long-term goal, 2 a short-term goal, 3 the support alone.
    """
    above: list[tuple[str, ...]] = []
    before: Row = {}
    for row in rows:
        opens = _opens(row, before, above)
        above = above[:opens] + [_texts(row, level) for level in range(opens, len(_LEVELS))]
        yield {"opens": opens, "texts": [text for texts in above for text in texts] + _support(row, given)}
        before = row


def _opens(row: Row, before: Row, above: Sequence[tuple[str, ...]]) -> int:
    for level, (number, _) in enumerate(_LEVELS):
        is_counted_anew = bool(number) and row.get(number) != before.get(number)
        if not above or is_counted_anew or _says_more(_texts(row, level), above[level]):
            return level
    return len(_LEVELS)


def _says_more(texts: tuple[str, ...], above: tuple[str, ...]) -> bool:
    return any(text not in ("", known) for text, known in zip(texts, above, strict=True))


def _texts(row: Row, level: int) -> tuple[str, ...]:
    return tuple(row.get(name, "") for name in _LEVELS[level][1])


def _support(row: Row, given: Given) -> list[str]:
    told = {name: row.get(name, "") for name in _SUPPORT}
    # N, and nothing at all, both say that the insurance does not cover it.
    told["insurance_coverage"] = {"Y": "○", "N": ""}.get(told["insurance_coverage"], told["insurance_coverage"])
    office = row.get("service_office_number", "")
    told["service_office_name"] = told["service_office_name"] or given.offices.get(office, office)
    return list(told.values())


def _plan(row: Row) -> tuple[str, str]:
    return row.get("care_plan_creation_or_change_date", ""), row.get("document_created_date", "")


def _order(row: Row) -> tuple[Any, ...]:
    """By plan, then by the three numbers; what is no number comes last, in the order of the file."""
    return (*_plan(row), *(_counted(row.get(name, "")) for name in _NUMBERS))


def _counted(number: str) -> int:
    return int(number) if number.isdecimal() and number.isascii() else _LAST
