"""Service codes that the official table does not know, where somebody has imported one: no table is part of the standard."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ..layouts import layout
from .collector import Collector
from .row_rules import is_sum
from .table import Table

# Code, month (YYYYMM) and insurer's number → whether the code is one of that month.
KnowsService = Callable[[str, str, str], bool]

_KINDS = frozenset({"UPPLAN", "UPSIKYU", "UPJSK"})
_SAID = ("service_code", "target_year_month", "insurer_number")


def check_services(tables: Iterable[Table], knows: KnowsService, collector: Collector) -> None:
    """Names the first record of each code that is not known in its month; codes of sums are in no table."""
    for table in tables:
        if table.kind not in _KINDS:
            continue
        unknown = {said for said in table.distinct(*_SAID) if said[0] and not is_sum(said[0]) and not knows(*said)}
        if not unknown:
            continue
        item = layout(table.kind).field("service_code").name_ja
        for said, record in table.first_records(*_SAID).items():
            if said in unknown:
                collector.add("W-CODE-UNKNOWN", table.path, record=record, field=item, value=said[0], month=said[1])
