"""The rules that a layout names as `required = "when:<rule>"`: when is this item required?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

from ..layouts import Field, layout
from ..names import FileName
from .row_rules import Fault, RowRule

# rule → (the items it looks at; {slot} is the numbered prefix of the field's own slot, whether they require the field)
_Predicate = Callable[[tuple[str, ...]], bool]
_CONDITIONS: dict[str, tuple[tuple[str, ...], _Predicate]] = {
    "weekly_service": (("weekly_service",), any),
    "daily_activity": (("daily_activity",), any),
    "other_consultation": (("consultation_method",), lambda values: values == ("03",)),
    "in_hospital": (("client_situation",), lambda values: values == ("02",)),
    # A limit of one service type: its four items are filled in together.
    "slot_in_use": (
        ("{slot}_service_type_code", "{slot}_limit_units", "{slot}_total_units", "{slot}_excess_units"),
        any,
    ),
}
# Has its own rule, because either of two items will do: row_rules.equipment.
_ELSEWHERE = frozenset({"equipment_rental"})


@cache
def conditions(kind: str, version: str) -> tuple[RowRule, ...]:
    """One rule for each item of the kind that is required under a condition."""
    found = []
    for field in layout(kind, version).fields:
        word, _, name = field.required.partition(":")
        if word == "when" and name not in _ELSEWHERE:
            found.append(_rule(field, *_CONDITIONS[name]))
    return tuple(found)


def _rule(field: Field, looked_at: tuple[str, ...], predicate: _Predicate) -> RowRule:
    slot = "_".join(field.name.split("_")[:3])
    columns = (field.name, *(name.format(slot=slot) for name in looked_at))

    def check(_name: FileName | None, value: str, *others: str) -> Iterator[Fault]:
        if not value and predicate(others):
            yield "E-FIELD-REQUIRED", field.name, {}

    return RowRule(columns, check)
