"""Comparing by meaning: plan against actual, one version against another, and which rows are in force.

`visits` compares planned with actual visits, `in_force` says which rows count after re-sending and withdrawal,
`papers` reads files for both, `months` puts these together for whole folders, `changes` compares two versions.
"""

from __future__ import annotations

from .in_force import (
    InForce,
    Overridden,
    Reason,
    Received,
    Withdrawal,
    actuals_in_force,
    merge_actuals,
    merge_use_tables,
    use_tables_in_force,
)
from .visits import (
    UNTIMED,
    Difference,
    DifferenceKind,
    Kept,
    PersonResult,
    Summary,
    reconcile,
    summarise,
    visits_of,
)

__all__ = [
    "UNTIMED",
    "Difference",
    "DifferenceKind",
    "InForce",
    "Kept",
    "Overridden",
    "PersonResult",
    "Reason",
    "Received",
    "Summary",
    "Withdrawal",
    "actuals_in_force",
    "merge_actuals",
    "merge_use_tables",
    "reconcile",
    "summarise",
    "use_tables_in_force",
    "visits_of",
]
