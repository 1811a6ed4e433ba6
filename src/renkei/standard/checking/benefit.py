"""第7表: the grand total of each client, and the subtotals it is made of (layout annex, notes of 第7表)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, groupby
from operator import itemgetter

from ..layouts import layout
from .collector import Collector
from .keys import PERSON
from .row_rules import SUBTOTALS, TOTAL_CODE, is_sum
from .table import Grouped, Items, Table

_UNITS = (
    "service_units_or_amount",
    "benefit_management_units",
    "units_over_type_limit",
    "units_within_type_limit",
    "units_over_category_limit",
    "units_within_category_limit",
)
_YEN = ("total_cost_insured", "insurance_claim_amount", "copay_insured", "copay_full_self_pay")
_GROUP = ("service_office_number", "satellite_branch_no")
_SHARES = ("benefit_rate_percent", "fixed_copay_unit_amount")
_FIGURES = ("over_30_days_flag", *_SHARES, *_UNITS, *_YEN)
_GROUPS = (PERSON, _GROUP, ("service_code",), _FIGURES)
BENEFIT_COLUMNS = tuple(chain(*_GROUPS))
# More readings than this of one column: nobody can say any more that the total is wrong.
_MOST_READINGS = 500

_OVER_30 = _FIGURES.index("over_30_days_flag")
_SUMMED = range(_FIGURES.index(_UNITS[0]), len(_FIGURES))
_RATE, _FIXED = map(_FIGURES.index, _SHARES)
_COST, _CLAIM, _COPAY = map(_FIGURES.index, _YEN[:3])
_RARE_SUBTOTALS = frozenset(SUBTOTALS[1:])

_Row = dict[str, str]
# Record, code, item, value and words of a finding.
_Fault = tuple[int, str, str | None, str, dict[str, str | int]]


class _Type:
    """The rows of one service type of one office and satellite, for one client."""

    def __init__(self) -> None:
        self.within: list[_Row] = []
        self.outside: list[_Row] = []
        self.over_30_days: list[_Row] = []
        self.subtotals: dict[str, _Row] = {}

    def add(self, row: _Row) -> None:
        kind = row["service_code"][2:]
        if kind in SUBTOTALS:
            self.subtotals[kind] = row
        elif row["over_30_days_flag"] == "1":
            self.over_30_days.append(row)
        elif row["benefit_management_units"]:
            self.within.append(row)
        else:
            self.outside.append(row)


class Totals:
    """Looks at the rows of each client while the file is read: one grand total that adds up, and a subtotal where a type
    has several codes. What is wrong is kept until the end, when it is known whether a record was lost."""

    groups = _GROUPS

    def __init__(self) -> None:
        self._person: Items | None = None
        self._rows: list[Grouped] = []
        self._seen: set[Items] = set()
        self._scattered: set[Items] = set()
        self._faults: dict[Items, list[_Fault]] = {}
        self._shares: list[_Fault] = []

    def take(self, rows: Iterable[Grouped]) -> None:
        """The next rows of the file; those of a client may go on in the next call."""
        for person, some in groupby(rows, key=_person):
            if person != self._person:
                self._close()
                self._person = person
            self._rows += some

    def tell(self, table: Table, collector: Collector) -> None:
        """Says what is wrong with the whole table; of one with lost records nobody can say."""
        self._close()
        if table.lost:
            return
        self._faults.update({person: list(_faults(rows)) for person, rows in self._gathered(table).items()})
        for record, code, name, value, words in sorted(chain(self._shares, *self._faults.values()), key=itemgetter(0)):
            field_ja = layout(table.kind).field(name).name_ja if name else None
            collector.add(code, table.path, record=record, field=field_ja, value=value, basis=None, **words)

    def _close(self) -> None:
        """All rows of a client that stand together are here."""
        rows, self._rows = self._rows, []
        if self._person is None:
            return
        if self._person in self._seen:
            self._scattered.add(self._person)
        elif not _is_plain(rows):
            self._faults[self._person] = list(_faults(rows))
        self._shares += _wrong_shares(rows)
        self._seen.add(self._person)

    def _gathered(self, table: Table) -> dict[Items, list[Grouped]]:
        """The standard has no order of records: the rows of clients that do not stand together."""
        found: dict[Items, list[Grouped]] = {person: [] for person in self._scattered}
        for one in table.grouped(_GROUPS) if found else ():
            if _person(one) in found:
                found[_person(one)].append(one)
        return found


def _wrong_shares(rows: list[Grouped]) -> Iterator[_Fault]:
    """Claims that are not the rate of the cost, and copays beyond the rest of it. Each may be rounded down once for each
    row that it sums up; public assistance and relief may lower a copay; a fixed copay has no rate."""
    for number, (_, _, (code,), row) in rows:
        if not row[_CLAIM]:
            continue
        cost, claim, copay, rate = map(_number, (row[_COST], row[_CLAIM], row[_COPAY], row[_RATE].removesuffix(".0")))
        if cost is None or claim is None:
            continue
        slack = len(rows) if is_sum(code) else 1
        if rate and not row[_FIXED] and abs(100 * claim - cost * rate) >= 100 * slack:
            words: dict[str, str | int] = {"rate": rate, "expected": cost * rate // 100}
            yield number, "W-CROSS-RATE", "insurance_claim_amount", row[_CLAIM], words
        elif copay is not None and claim + copay > cost + slack:
            yield number, "W-CROSS-COPAY", "copay_insured", row[_COPAY], {"expected": cost - claim}


def _person(one: Grouped) -> Items:
    return one[1][0]


def _is_plain(rows: list[Grouped]) -> bool:
    """The first look, which most clients pass: one total, at the end, equal to the sum of the subtotals and of the
    details that have none. Whatever else a writer may mean is left to the second look."""
    *others, (_, (_, _, (total_code,), total)) = rows
    if total_code != TOTAL_CODE or not others:
        return False
    counted: list[Items] = []
    details: list[tuple[Items, str, Items]] = []
    told: set[tuple[Items, str]] = set()
    for _, (_, house, (code,), figures) in others:
        kind = code[2:]
        if code == TOTAL_CODE or figures[_OVER_30] == "1" or kind in _RARE_SUBTOTALS:
            return False
        if kind == SUBTOTALS[0]:
            told.add((house, code[:2]))
            counted.append(figures)
        else:
            details.append((house, code, figures))
    codes: dict[tuple[Items, str], str] = {}
    for house, code, figures in details:
        of = (house, code[:2])
        if of not in told:
            if codes.setdefault(of, code) != code:
                return False
            counted.append(figures)
    return _adds_up(total, counted)


def _adds_up(total: Items, rows: list[Items]) -> bool:
    try:
        for place in _SUMMED:
            if total[place] and total[place] != str(sum([int(row[place] or 0) for row in rows])):
                return False
    except ValueError:
        return False
    return True


def _faults(values: list[Grouped]) -> Iterator[_Fault]:
    """The second look: what is wrong with the rows of one client."""
    rows = [(number, dict(zip(BENEFIT_COLUMNS, chain(*groups), strict=True))) for number, groups in values]
    first, row = rows[0]
    totals = [(number, row) for number, row in rows if row["service_code"] == TOTAL_CODE]
    types = _types(row for _, row in rows)
    yield from _missing_subtotals(first, types)
    if len(totals) == 1:
        yield from _wrong_sums(*totals[0], list(types.values()))
    else:
        yield (totals[1][0] if totals else first), "E-CROSS-TOTAL", PERSON[1], row[PERSON[1]], {"count": len(totals)}


def _types(rows: Iterable[_Row]) -> dict[tuple[str, ...], _Type]:
    found: dict[tuple[str, ...], _Type] = {}
    for row in rows:
        if row["service_code"] != TOTAL_CODE:
            key = (row["service_code"][:2], *(row[name] for name in _GROUP))
            found.setdefault(key, _Type()).add(row)
    return found


def _missing_subtotals(record: int, types: dict[tuple[str, ...], _Type]) -> Iterator[_Fault]:
    for (code, office, _), rows in types.items():
        # Rows without managed units may lie outside the limit, and then need no subtotal: only the others count.
        if "AAAA" not in rows.subtotals and len({row["service_code"] for row in rows.within}) > 1:
            yield record, "E-CROSS-SUBTOTAL", None, office, {"type": code}


def _wrong_sums(number: int, total: _Row, types: list[_Type]) -> Iterator[_Fault]:
    for name in (*_UNITS, *_YEN):
        stated = _number(total[name])
        sums = _readings(types, name)
        if stated is not None and sums and stated not in sums:
            expected = "または".join(str(one) for one in sorted(sums)[:3])
            yield number, "E-CROSS-SUM", name, total[name], {"expected": expected}


def _readings(types: list[_Type], name: str) -> set[int]:
    """Every sum of a column that an honest writer may mean; empty where nothing is stated or nothing can be said."""
    sums = {0}
    is_stated = False
    for rows in types:
        parts = set(_values(rows, name))
        is_stated = is_stated or parts != {0}
        sums = {one + part for one in sums for part in parts}
        if len(sums) > _MOST_READINGS:
            return set()
    return sums if is_stated else set()


def _values(rows: _Type, name: str) -> Iterator[int]:
    """What one service type may add to the total: its subtotal or its details, with or without what lies outside."""
    subtotal = _number(rows.subtotals["AAAA"][name]) if "AAAA" in rows.subtotals else None
    within = _sum(rows.within, name) if subtotal is None else subtotal
    outside = _stated(rows, "EEEE", rows.outside, name)
    beyond = _stated(rows, "ZZZZ", rows.over_30_days, name)
    yield within + outside + beyond
    yield within + outside
    if name in _UNITS or subtotal is not None:
        yield within + beyond
        yield within


def _stated(rows: _Type, kind: str, details: list[_Row], name: str) -> int:
    subtotal = _number(rows.subtotals[kind][name]) if kind in rows.subtotals else None
    return _sum(details, name) if subtotal is None else subtotal


def _sum(rows: list[_Row], name: str) -> int:
    return sum(_number(row[name]) or 0 for row in rows)


def _number(text: str) -> int | None:
    """The number that a cell states; None for an empty one and for what is no number."""
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) < 12 else None
