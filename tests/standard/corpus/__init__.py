"""Wrong files, several for every code."""

from __future__ import annotations

from .across import ACROSS_CASES
from .amounts import AMOUNT_CASES
from .cross import CROSS_CASES
from .form import CHARACTER_CASES, CSV_CASES, FILE_CASES
from .items import CODE_CASES, FIELD_CASES
from .model import Wrong
from .more import MORE_CASES
from .names import NAME_CASES
from .older import OLDER_CASES
from .prevention import PREVENTION_CASES
from .sums import SUM_CASES
from .unit import UNIT_CASES

__all__ = ["CORPUS", "Wrong"]

CORPUS = [
    *NAME_CASES,
    *UNIT_CASES,
    *FILE_CASES,
    *CHARACTER_CASES,
    *CSV_CASES,
    *FIELD_CASES,
    *CODE_CASES,
    *CROSS_CASES,
    *OLDER_CASES,
    *PREVENTION_CASES,
    *SUM_CASES,
    *ACROSS_CASES,
    *MORE_CASES,
    *AMOUNT_CASES,
]
