"""The project's own invented months of care-plan files, for the demo, the sandbox, the tests and the benchmarks.

`make_month` here invents a plain month of any size from a seed; `varied.make_varied_month` gives the one composed by
hand of what readers get wrong.

>>> month = make_month(seed=7, clients=12)
>>> [office.service for office in month.offices]
['43', '11', '13', '15', '17']
"""

from __future__ import annotations

from .model import Office, OfficeKind
from .month import DEFAULT_SEED, Month, make_month
from .truth import SentUnit, TrueDifference, Truth

__all__ = ["DEFAULT_SEED", "Month", "Office", "OfficeKind", "SentUnit", "TrueDifference", "Truth", "make_month"]
