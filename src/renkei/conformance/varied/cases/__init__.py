"""The named cases of the varied month, in the order in which people read them."""

from __future__ import annotations

from ..model import Case
from . import day_service, home_help, limits, numbers, prevention, rental, sending_again, short_stay, third_edition

CASES: tuple[Case, ...] = (
    *home_help.CASES,
    *day_service.CASES,
    *rental.CASES,
    *short_stay.CASES,
    *limits.CASES,
    *sending_again.CASES,
    *numbers.CASES,
    *prevention.CASES,
    *third_edition.CASES,
)
