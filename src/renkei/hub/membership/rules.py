"""What a licence costs, from when until when it holds, and what comes after it: decided from rows with dates.

No date and no price stands in this code. A price list is rows in order, and the first row that fits wins. What is the same
for every list: there is one licence per office number; a renewal begins on the day after the one before, so that nothing
that was paid for is lost; days count whole, the first one included.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

DAY = timedelta(days=1)
# So many days before its end a licence may be renewed: our choice, the national service says nothing of it.
RENEWAL_OPENS_DAYS = 60


class Kind(StrEnum):
    """What an application is, seen from the licence before it."""

    NEW = "new"
    RENEWAL = "renewal"
    RETURNING = "returning"

    @property
    def label(self) -> str:
        return {"new": "新規", "renewal": "更新", "returning": "再開"}[self.value]


class Basis(StrEnum):
    """How sure we are of a row."""

    STANDARD = "standard"
    GUESS = "guess"

    @property
    def label(self) -> str:
        return {"standard": "公表", "guess": "推定"}[self.value]


@dataclass(frozen=True)
class Days:
    """Days from one to another, both included; None is open."""

    first: date | None = None
    last: date | None = None

    def __contains__(self, day: date) -> bool:
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


@dataclass(frozen=True)
class PriceRow:
    """One row of a price list: for applications of these `kinds` on these days, where the licence before was applied for
    on the `previous` days (None: whatever was before), `price` yen for `months` months."""

    code: str
    label: str
    kinds: frozenset[Kind]
    applied: Days
    previous: Days | None
    price: int
    months: int
    automatic: bool
    basis: Basis
    source: str

    def fits(self, kind: Kind, applied_on: date, previous: Term | None) -> bool:
        """Whether an application meets every condition of this row."""
        if kind not in self.kinds or applied_on not in self.applied:
            return False
        return self.previous is None or (previous is not None and previous.applied_on in self.previous)


@dataclass(frozen=True)
class Term:
    """A licence, as far as the rules look at it; `until` is its last day."""

    applied_on: date
    from_on: date
    until: date


@dataclass(frozen=True)
class Offer:
    """What an application gets."""

    kind: Kind
    row: PriceRow
    term: Term


class NoOffer(Exception):
    """An application that gets nothing; the text says why, in Japanese."""


def offer(rows: Iterable[PriceRow], applied_on: date, previous: Term | None) -> Offer:
    """What an application on this day gets after the `previous` licence (the latest). Raises NoOffer with the reason."""
    kind = kind_of(applied_on, previous)
    if kind is Kind.RENEWAL and previous is not None and applied_on < opens_on(previous):
        opens = opens_on(previous)
        raise NoOffer(f"更新の申請は、{opens.year}年{opens.month}月{opens.day}日から受け付けます。")
    row = next((row for row in rows if row.fits(kind, applied_on, previous)), None)
    if row is None:
        raise NoOffer(
            f"{applied_on.year}年{applied_on.month}月{applied_on.day}日の{kind.label}の料金が、料金表にありません。"
        )
    from_on = previous.until + DAY if kind is Kind.RENEWAL and previous is not None else applied_on
    return Offer(kind, row, Term(applied_on, from_on, last_day(from_on, row.months)))


def kind_of(applied_on: date, previous: Term | None) -> Kind:
    """New without a licence before; a renewal until the day after its end; after that, coming back."""
    if previous is None:
        return Kind.NEW
    return Kind.RENEWAL if applied_on <= previous.until + DAY else Kind.RETURNING


def opens_on(term: Term) -> date:
    """The first day on which it may be renewed by hand."""
    return max(term.from_on, term.until - timedelta(days=RENEWAL_OPENS_DAYS))


def last_day(first: date, months: int) -> date:
    """The last of so many months that begin on `first`: the day before its like, or where the month has no such day, its
    end (民法143条2項). Counting the first day itself is our reading of 申請日から1年間.

    >>> last_day(date(2025, 6, 1), 12), last_day(date(2028, 2, 29), 12), last_day(date(2026, 1, 31), 1)
    (datetime.date(2026, 5, 31), datetime.date(2029, 2, 28), datetime.date(2026, 2, 28))
    """
    years, month = divmod(first.month - 1 + months, 12)
    year, month = first.year + years, month + 1
    length = calendar.monthrange(year, month)[1]
    return date(year, month, length) if first.day > length else date(year, month, first.day) - DAY


@dataclass(frozen=True)
class Gap:
    """Days on which applications of a kind fit no row that takes whatever was before."""

    kind: Kind
    days: Days


def gaps(rows: Sequence[PriceRow], first: date, last: date) -> Iterator[Gap]:
    """The days from `first` to `last` without a price, for each kind: an operator should know, or mean it so."""
    for kind in Kind:
        general = [row for row in rows if kind in row.kinds and row.previous is None]
        day, start = first, None
        while day <= last:
            is_priced = any(day in row.applied for row in general)
            if not is_priced and start is None:
                start = day
            if is_priced and start is not None:
                yield Gap(kind, Days(start, day - DAY))
                start = None
            day += DAY
        if start is not None:
            yield Gap(kind, Days(start, last))
