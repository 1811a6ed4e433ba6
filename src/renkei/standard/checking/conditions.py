"""The rules that a layout names as `required = "when:<rule>"`: when is this item required?"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from ..layouts import layout
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
    """The rules for items that are required under a condition, those of one condition together."""
    required: dict[tuple[tuple[str, ...], _Predicate], list[str]] = {}
    for field in layout(kind, version).fields:
        word, _, name = field.required.partition(":")
        if word == "when" and name not in _ELSEWHERE:
            looked_at, predicate = _CONDITIONS[name]
            slot = "_".join(field.name.split("_")[:3])
            required.setdefault((tuple(one.format(slot=slot) for one in looked_at), predicate), []).append(field.name)
    return tuple(_rule(names, *condition) for condition, names in required.items())


def _rule(names: list[str], looked_at: tuple[str, ...], predicate: _Predicate) -> RowRule:
    def check(_name: FileName | None, *values: str) -> list[Fault]:
        if not predicate(values[len(names) :]):
            return []
        missing = [name for name, value in zip(names, values, strict=False) if not value]
        return [("E-FIELD-REQUIRED", name, {}) for name in missing]

    return RowRule((*names, *looked_at), check)
