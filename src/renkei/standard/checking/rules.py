"""Which columns of each kind the rules look at, and running the rules that look at one record at a time."""

from __future__ import annotations

from functools import cache

from ..findings import Basis
from ..layouts import layout
from .benefit import BENEFIT_COLUMNS
from .collector import Collector
from .conditions import conditions
from .keys import KEYS
from .row_rules import ROW_RULES, Fault, RowRule
from .table import Table

# Asked for by the rules that look at a whole file. The date of 第6表 joins two spans into one.
_USE_TABLE_COLUMNS = (
    "document_created_date",
    "unit_points",
    "service_code",
    "tais_code",
    "equipment_notification_code",
    "detail_discriminator",
    "service_office_number",
)
_MORE_COLUMNS: dict[str, tuple[str, ...]] = {
    "UPPLAN": _USE_TABLE_COLUMNS,
    "UPJSK": _USE_TABLE_COLUMNS,
    "UPSIKYU": BENEFIT_COLUMNS,
    "UP2KYO": ("need_no", "goal_no", "support_no"),
}


@cache
def rules_of(kind: str) -> tuple[RowRule, ...]:
    """The rules for one record of this kind: those for several items, and the layout's conditions."""
    return (*(rule for kinds, rule in ROW_RULES if kind in kinds), *conditions(kind))


@cache
def spans_of(kind: str) -> tuple[tuple[str, ...], ...]:
    """The items that some rule of this kind looks at, in the layout's order, neighbours together."""
    wanted = {*KEYS[kind], *_MORE_COLUMNS.get(kind, ())}
    wanted.update(*(rule.columns for rule in rules_of(kind)))
    runs: list[list[str]] = [[]]
    for field in layout(kind).fields:
        # Text may hold commas: it stands alone, so that the items of a span can be told apart.
        if runs[-1] and (field.name not in wanted or field.type == "text"):
            runs.append([])
        if field.name in wanted:
            runs[-1].append(field.name)
            if field.type == "text":
                runs.append([])
    return tuple(tuple(run) for run in runs if run)


def check_rows(table: Table, collector: Collector) -> None:
    """Runs the rules over the different combinations of values, and over the records only where one is at fault."""
    for rule in rules_of(table.kind):
        faulty = {
            values: faults
            for values in table.distinct(*rule.columns)
            if (faults := list(rule.check(table.name, *values)))
        }
        if faulty:
            _report(table, rule, faulty, collector)


def _report(table: Table, rule: RowRule, faulty: dict[tuple[str, ...], list[Fault]], collector: Collector) -> None:
    fields = layout(table.kind)
    for number, values in table.numbered(*rule.columns):
        for code, name, words in faulty.get(values, ()):
            field = fields.field(name)
            value = values[rule.columns.index(name)]
            basis = Basis.of_confidence(field.required_confidence) if code == "E-FIELD-REQUIRED" else None
            collector.add(code, table.path, record=number, field=field.name_ja, value=value, basis=basis, **words)
