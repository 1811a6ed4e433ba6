"""第7表 (UPSIKYU) of one person: details, subtotals, grand total.

For an office, satellite and service type: 費用総額 is the units times the price of a unit, cut to the yen, 保険請求額 its
share cut to the yen, the rest is 利用者負担; what lies beyond a limit or beyond thirty days the person bears in full. With
add-ons outside the limit the cut is made once for both together; their own row (EEEE) has what is left over.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from .model import MONTH, Beyond, Row, UseTable, Visit
from .prices import limited_type, price

TOTAL_OFFICE, TOTAL_CODE = "9999999999", "999999"
# What the grand total adds up, in so far as any row states it.
SUMMED = (
    "service_units_or_amount",
    "benefit_management_units",
    "units_over_type_limit",
    "units_within_type_limit",
    "units_over_category_limit",
    "units_within_category_limit",
    "total_cost_insured",
    "insurance_claim_amount",
    "copay_insured",
    "copay_full_self_pay",
)
SHORT_STAYS = frozenset({"21", "22", "23"})


@dataclass(frozen=True)
class _Line:
    """Visits that are one row: same code, units, thing, and on the same side of the thirty days."""

    visits: tuple[Visit, ...]

    @property
    def first(self) -> Visit:
        """The visit that stands for all; of 共生型 the one that carries the units."""
        return max(self.visits, key=lambda visit: abs(visit.units))

    @property
    def times(self) -> int:
        return sum(visit.times for visit in self.visits)

    @property
    def units(self) -> int:
        return self.first.units * self.times

    @property
    def managed(self) -> int:
        """給付管理単位数: of a large day service those of one of ordinary size."""
        each = self.first.service.managed
        return self.units if each is None else each * self.times

    @property
    def is_over_30_days(self) -> bool:
        return self.first.is_over_30_days

    @property
    def is_outside(self) -> bool:
        return self.first.service.is_outside


def annex(table: UseTable, by: str) -> list[Row]:
    """The rows of 第7表. `by` is the number of the office that writes."""
    rows: list[Row] = []
    carriers: list[Row] = []
    for (number, _, satellite), of_type in groupby(sorted(table.visits, key=_address), key=_address):
        visits = list(of_type)
        named = {
            "service_office_number": number,
            "service_office_name": visits[0].office.name,
            "satellite_branch_no": satellite,
        }
        details, with_money = _type(table, visits)
        rows += [named | row for row in details + with_money]
        carriers += with_money
    rows.append(_total(carriers))
    common = _common(table, by)
    return [{"over_30_days_flag": "0"} | common | row for row in rows]


def _address(visit: Visit) -> tuple[str, str, str]:
    return visit.office.number, visit.code[:2], visit.satellite


def _common(table: UseTable, by: str) -> Row:
    return {
        "insurer_number": table.person.insurer,
        "insured_person_number": table.person.insured,
        "document_created_date": table.made_on,
        "target_year_month": MONTH,
        # The standard prints one entry for these two items; our convention is to write it in both.
        "office_code": TOTAL_OFFICE,
        "entered_by_code": TOTAL_OFFICE,
        "updated_by_office_number": by,
        **stays(table),
    }


def stays(table: UseTable) -> Row:
    """Days of short stay: through last month, this month, together."""
    before = table.person.stays_before
    if before is None:
        return {}
    days = len({visit.day for visit in table.visits if visit.code[:2] in SHORT_STAYS})
    return {
        "days_used_through_previous_month": str(before),
        "planned_days_this_month": str(days),
        "cumulative_days": str(before + days),
    }


def _type(table: UseTable, visits: list[Visit]) -> tuple[list[Row], list[Row]]:
    """The details of one service type and the rows with its money; a single detail carries it itself."""
    lines = _lines(visits)
    within = [line for line in lines if not line.is_outside and not line.is_over_30_days]
    outside = [line for line in lines if line.is_outside]
    over = [line for line in lines if line.is_over_30_days]
    money = _Money(table, visits[0], within, outside, over)
    if len(lines) == 1:
        return [], [money.of(lines[0]) | _detail(lines[0])]
    subtotals = [
        money.of(part[0]) | _subtotal(visits[0].code[:2] + kind, part)
        for kind, part in (("AAAA", within), ("EEEE", outside), ("ZZZZ", over))
        if part
    ]
    return [_detail(line) for line in within + outside + over], subtotals


def _lines(visits: Iterable[Visit]) -> list[_Line]:
    ordered = sorted(visits, key=_line)
    return [_Line(tuple(same)) for _, same in groupby(ordered, key=_line)]


def _line(visit: Visit) -> tuple[str, int, str, str, str, bool]:
    thing = visit.thing
    of_thing = (thing.tais, thing.notification, thing.discriminator) if thing else ("", "", "")
    units = 0 if visit.service.is_once else visit.full_units
    return visit.code, units, *of_thing, visit.is_over_30_days


def _detail(line: _Line) -> Row:
    first = line.first
    is_managed = not line.is_outside and not line.is_over_30_days
    return {
        **equipment(first),
        "service_code": first.code,
        "unit_points": str(first.full_units),
        "discount_rate": str(first.discount_rate),
        "discounted_unit_points": str(first.units),
        "count_or_days": str(line.times),
        "service_units_or_amount": str(line.units),
        "benefit_management_units": str(line.managed) if is_managed else "",
        "over_30_days_flag": str(int(line.is_over_30_days)),
    }


def equipment(visit: Visit) -> Row:
    """What tells a rented thing, the same in 第6表 and 第7表; 明細判別コード stands in 第6表 alone."""
    thing = visit.thing
    if thing is None:
        return {}
    return {
        "tais_code": thing.tais,
        "equipment_notification_code": thing.notification,
        "equipment_name": thing.name,
    }


def _subtotal(code: str, lines: Sequence[_Line]) -> Row:
    return {
        "service_code": code,
        "unit_points": "0",
        "count_or_days": str(sum(line.times for line in lines)),
        "over_30_days_flag": str(int(code.endswith("ZZZZ"))),
    }


class _Money:
    """Units and yen of one office, satellite and service type."""

    def __init__(
        self, table: UseTable, visit: Visit, within: list[_Line], outside: list[_Line], over: list[_Line]
    ) -> None:
        self._price = price(visit.office)
        self._rate = table.person.benefit_rate
        self._beyond = _beyond(table, visit)
        self._has_type_limit = limited_type(visit.code[:2]) in table.person.type_limits
        self._within, self._outside, self._over = within, outside, over

    def of(self, line: _Line) -> Row:
        """The carrier's items for the side (within, outside, beyond thirty days) that this line is on."""
        if line.is_over_30_days:
            units = sum(line.units for line in self._over)
            return {
                "service_units_or_amount": str(units),
                "unit_price_yen": str(self._price),
                "copay_full_self_pay": str(self._yen(units)),
            }
        return self._of_outside() if line.is_outside else self._of_within()

    def _of_within(self) -> Row:
        units = sum(line.units for line in self._within)
        managed = sum(line.managed for line in self._within)
        borne = self._beyond.category + self._beyond.type
        row = {
            "service_units_or_amount": str(units),
            "benefit_management_units": str(managed),
            "units_over_category_limit": str(self._beyond.category),
            "units_within_category_limit": str(units - borne),
            **self._claim(self._yen(units - borne)),
            "copay_full_self_pay": str(self._yen(borne)),
        }
        if self._has_type_limit:
            row["units_over_type_limit"] = str(self._beyond.type)
            row["units_within_type_limit"] = str(units - self._beyond.type)
        return row

    def _of_outside(self) -> Row:
        units = sum(line.units for line in self._outside)
        inside = sum(line.units for line in self._within) - self._beyond.category - self._beyond.type
        both, alone = self._claim(self._yen(inside + units)), self._claim(self._yen(inside))
        keys = ("total_cost_insured", "insurance_claim_amount", "copay_insured")
        return {
            "service_units_or_amount": str(units),
            **both,
            **{key: str(int(both[key]) - int(alone[key])) for key in keys},
            "copay_full_self_pay": "0",
        }

    def _claim(self, cost: int) -> Row:
        claim = cost * self._rate // 100
        return {
            "unit_price_yen": str(self._price),
            "total_cost_insured": str(cost),
            "benefit_rate_percent": str(self._rate),
            "insurance_claim_amount": str(claim),
            "copay_insured": str(cost - claim),
        }

    def _yen(self, units: int) -> int:
        return int(units * self._price)


def _beyond(table: UseTable, visit: Visit) -> Beyond:
    return next((beyond for beyond in table.beyond if beyond.office == visit.office), Beyond(visit.office))


def _total(carriers: Sequence[Row]) -> Row:
    """The grand total: every column that some carrier states, added up."""
    sums = {key: sum(int(row.get(key) or 0) for row in carriers) for key in SUMMED}
    stated = {key: str(sums[key]) for key in SUMMED if any(row.get(key) for row in carriers)}
    return {
        **stated,
        "service_code": TOTAL_CODE,
        "service_office_number": TOTAL_OFFICE,
        "unit_points": "0",
        "count_or_days": "0",
    }
