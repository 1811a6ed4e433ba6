"""The project's own invented month of care-plan files, for the demo, the sandbox, the tests and the benchmarks.

>>> month = make_month(seed=7, clients=12)
>>> [office.service for office in month.offices]
['43', '11', '13', '15', '17']
"""

from __future__ import annotations

from .model import Office, OfficeKind
from .month import DEFAULT_SEED, Month, make_month
from .truth import SentUnit, TrueDifference, Truth

__all__ = ["DEFAULT_SEED", "Month", "Office", "OfficeKind", "SentUnit", "TrueDifference", "Truth", "make_month"]
