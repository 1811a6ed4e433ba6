"""What is wrong with a file's name beyond its grammar."""

from __future__ import annotations

from functools import lru_cache

from ..names import IMAGE, Edition, FileName
from ..values import days_in
from .collector import Collector
from .rights import CARE_MANAGEMENT, right

_FROM_PROVIDERS = frozenset({"UPJSK", "DLTJSK"})
_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"  # I, O and Q are skipped
# Third digit of an office number: of these kinds many real numbers do not follow the check digit.
_UNSURE_KINDS = frozenset({"1", "5", "6"})


def check_name(name: FileName, path: str, collector: Collector) -> None:
    """Edition, case of the extension, direction, sequence number as a time, check digits."""
    if name.edition is Edition.V3:
        collector.add("E-NAME-VERSION", path)
    if name.edition is Edition.V4_0:
        collector.add("W-NAME-EDITION", path, value=f"{name.sender_service}・{name.recipient_service}")
    if name.extension != ("jpg" if name.kind == IMAGE else "CSV"):
        collector.add("E-NAME-CASE", path, value=name.extension)
    if _is_swapped(name):
        collector.add("E-NAME-SWAPPED", path, value=f"{name.sender_service}・{name.recipient_service}")
    elif right(name) is None:
        collector.add("W-NAME-DIRECTION", path, value=f"{name.sender_service}→{name.recipient_service}")
    if not _is_time(name.sequence):
        collector.add("W-NAME-TIME", path, value=name.sequence)
    for office in (name.sender, name.recipient):
        if office[2] not in _UNSURE_KINDS and not has_check_digit(office):
            collector.add("W-NAME-CHECK-DIGIT", path, value=office)


def _is_swapped(name: FileName) -> bool:
    """Plans come from the care-management side, actuals go to it; the official examples get the latter wrong."""
    ends = (name.sender_service in CARE_MANAGEMENT, name.recipient_service in CARE_MANAGEMENT)
    return ends == ((True, False) if name.kind in _FROM_PROVIDERS else (False, True))


@lru_cache(1_000)  # the files of a unit share one
def _is_time(sequence: str) -> bool:
    year = int(sequence[:4])
    month, day, hour, minute, second = (int(sequence[place : place + 2]) for place in range(4, 14, 2))
    is_day = year > 0 and 1 <= month <= 12 and 1 <= day <= days_in(year, month)
    return is_day and hour < 24 and minute < 60 and second < 60


@lru_cache(1_000)  # the names of one run are of few offices
def has_check_digit(office: str) -> bool:
    """Whether an office number of 10 characters ends in its check digit: modulus 10, weights 2 and 1 from the right."""
    values = [_LETTERS.find(c) + 10 if c.isalpha() else int(c) for c in office]
    if not office[-1].isdigit() or min(values) < 0:
        return False
    weighted = [2 * value for value in values[-2::-2]] + values[-3::-2]
    total = sum(sum(divmod(value, 10)) for value in weighted)  # of each the sum of its digits
    return (10 - total % 10) % 10 == values[-1]
