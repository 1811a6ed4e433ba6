"""Which columns of each kind the rules look at, and running the rules that look at one record at a time."""

from __future__ import annotations

from functools import cache

from ..findings import Basis
from ..layouts import layout
from .benefit import BENEFIT_COLUMNS
from .cells import is_well_formed
from .collector import Collector
from .columns import ANNEX_COLUMNS, PLAN_COLUMNS, SUPPLEMENT_COLUMNS
from .conditions import conditions
from .keys import KEYS
from .prevention import PICTURE_ITEM
from .row_rules import ROW_RULES, Fault, RowRule
from .table import Table

# Asked for by the rules that look at a whole file or at several.
_USE_TABLE_COLUMNS = (*PLAN_COLUMNS, "document_created_date")
_MORE_COLUMNS: dict[str, tuple[str, ...]] = {
    "UPPLAN": _USE_TABLE_COLUMNS,
    "UPJSK": _USE_TABLE_COLUMNS,
    "UPSIKYU": (*BENEFIT_COLUMNS, *ANNEX_COLUMNS),
    "UPHOSOKU": SUPPLEMENT_COLUMNS,
    "UP1KYO": ("document_created_date",),
    "UPKIHON": (PICTURE_ITEM,),
    "UPYOBO_SUB": ("issue_no", "support_plan_no", "used_service_no"),
    "UP2KYO": ("need_no", "goal_no", "support_no"),
}

# By the values that a rule looks at.
_Faulty = dict[tuple[str, ...], list[Fault]]


@cache
def rules_of(kind: str, version: str) -> tuple[RowRule, ...]:
    """The rules for one record: those for several items, and the layout's conditions; not those on items it lacks."""
    known = {field.name for field in layout(kind, version).fields}
    rules = (*(rule for kinds, rule in ROW_RULES if kind in kinds), *conditions(kind, version))
    return tuple(rule for rule in rules if known.issuperset(rule.columns))


@cache
def wanted(kind: str, version: str) -> frozenset[str]:
    """The items that some rule of this kind looks at."""
    columns = {*KEYS[kind], *_MORE_COLUMNS.get(kind, ())}
    columns.update(*(rule.columns for rule in rules_of(kind, version)))
    return frozenset(field.name for field in layout(kind, version).fields if field.name in columns)


def check_rows(table: Table, collector: Collector) -> None:
    """Runs the rules over the different combinations of values, and over the records only where one is at fault."""
    for rule in rules_of(table.kind, table.version):
        broken = {
            values: faults for values in table.distinct(*rule.columns) if (faults := rule.check(table.name, *values))
        }
        faulty = _among_well_formed(table, rule, broken) if broken else None
        if faulty:
            _report(table, rule, faulty, collector)


def _among_well_formed(table: Table, rule: RowRule, broken: _Faulty) -> _Faulty:
    """What an item of the wrong form would break besides is not told: the item is."""
    of = layout(table.kind, table.version)
    fields = [of.field(name) for name in rule.columns]
    return {values: faults for values, faults in broken.items() if all(map(is_well_formed, fields, values))}


def _report(table: Table, rule: RowRule, faulty: _Faulty, collector: Collector) -> None:
    fields = layout(table.kind, table.version)
    for number, values in table.numbered(*rule.columns):
        for code, name, words in faulty.get(values, ()):
            field = fields.field(name)
            value = values[rule.columns.index(name)]
            basis = Basis.of_confidence(field.required_confidence) if code == "E-FIELD-REQUIRED" else None
            collector.add(code, table.path, record=number, field=field.name_ja, value=value, basis=basis, **words)
