"""A second invented month, composed by hand: deletions, replacement, prevention, limits, short stays, third edition.

Each case has a name and says what to look at; `cases/` holds them as data, the other modules turn data into files.

>>> month = make_varied_month()
>>> month.month, month.truth["cases"][0]["id"]
('202612', 'two-types-one-number')
"""

from __future__ import annotations

from .month import VariedMonth, make_varied_month

__all__ = ["VariedMonth", "make_varied_month"]
