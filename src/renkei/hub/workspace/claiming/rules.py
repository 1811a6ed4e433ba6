"""One person's month before it is claimed: the lines of the 給付管理票, and what to do first. Pure.

`plan` (給付計画単位数) is what 第7表 says. What the actuals come to is no figure of the standard's: it is the plan with what
the actuals have more or less, at the units that stand in the lines, and so a guide (目安). Percentage add-ons may be 0 in
actuals, and are left out of it.
"""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import Any

from renkei.forms.filling.benefit_management import managed_rows
from renkei.hub.workspace.claiming.points import Code, Point, Weight
from renkei.hub.workspace.comparing.rules import PersonMonth
from renkei.standard.comparing import visits_of
from renkei.standard.showing.words import date_words

Row = Mapping[str, str]
OfficeType = tuple[str, str]
# Whether the imported table has a code in a month for an insurer; True where no table can tell.
Knows = Callable[[str, str, str], bool]
# 居宅療養管理指導: outside the limit, so that it stands in no 給付管理票.
_OUTSIDE = frozenset({"31", "34"})
_PENDING = "1"  # 認定状況区分: 申請中


@dataclass(frozen=True)
class Line:
    """One line of the 給付管理票: an office and type of service. `plan` is None where 第7表 has no number there; `actual` is the
    guide to what the office will claim, None as long as it has not reported."""

    office: str
    service: str
    plan: int | None
    actual: int | None


@dataclass(frozen=True)
class Claim:
    """One person's month before it is claimed."""

    lines: tuple[Line, ...] = ()
    points: tuple[Point, ...] = ()

    @property
    def weight(self) -> Weight | None:
        """The most pressing of its points; None where there is nothing to do."""
        weights = {point.code.weight for point in self.points}
        return next((weight for weight in Weight if weight in weights), None)


def as_json(claim: Claim) -> dict[str, Any]:
    """For a body."""
    return {
        "lines": [list(astuple(line)) for line in claim.lines],
        "points": [list(astuple(one)) for one in claim.points],
    }


def from_json(found: Mapping[str, Any]) -> Claim:
    """The other way; an empty mapping is a claim of nothing."""
    lines = tuple(Line(*line) for line in found.get("lines", ()))
    return Claim(lines, tuple(Point(Code(code), *rest) for code, *rest in found.get("points", ())))


@dataclass(frozen=True)
class Sources:
    """What else the files in force say of a person: the rows of 第7表, the supplement, and the codes of what was found in
    the sums of the unit that they came in."""

    annex: Sequence[Row] = ()
    supplement: Row | None = None
    faults: Sequence[str] = ()


def examine(
    person: PersonMonth, month: str, sources: Sources, knows: Knows, concerns: Callable[[Row], bool] = lambda _row: True
) -> Claim:
    """The claim of one person and month YYYYMM; `concerns` narrows it to the lines of a service office."""
    annex = [row for row in sources.annex if concerns(row) or row["service_code"] == "999999"]
    lines = _lines(person, annex)
    points = [
        *_of_results(person, lines, bool(sources.annex)),
        *_of_person(person),
        *_of_certification(sources.supplement, month),
        *_of_sums(sources.faults),
        *_of_codes(person, month, knows),
    ]
    return Claim(tuple(lines), tuple(dict.fromkeys(points)))


def totals_by_type(claims: Iterable[Claim]) -> dict[str, int]:
    """The planned units of many people by type of service, the largest first."""
    found: Counter[str] = Counter()
    for claim in claims:
        for line in claim.lines:
            found[line.service] += line.plan or 0
    return dict(sorted(found.items(), key=lambda one: (-one[1], one[0])))


def totals_by_office(claims: Iterable[Claim]) -> dict[OfficeType, tuple[int, int]]:
    """By office and type: how many people, and their planned units."""
    people: Counter[OfficeType] = Counter()
    units: Counter[OfficeType] = Counter()
    for claim in claims:
        for line in claim.lines:
            people[line.office, line.service] += 1
            units[line.office, line.service] += line.plan or 0
    return {pair: (people[pair], units[pair]) for pair in sorted(people)}


def _lines(person: PersonMonth, annex: Iterable[Row]) -> list[Line]:
    managed = {(row["number"], row["kind"]): row["units"] for row in managed_rows(annex, {})}
    planned, done = _units(person.plan), _units(person.actual)
    found = []
    for pair in sorted({*managed, *planned, *done}):
        text = managed.get(pair, "")
        plan = int(text) if text.isascii() and text.isdecimal() else None
        actual = None
        if pair in done or pair not in person.waiting:
            more = done[pair] - planned[pair]
            actual = done[pair] if plan is None else max(plan + more, 0)
        found.append(Line(*pair, plan, actual))
    return found


def _units(rows: Iterable[Row]) -> Counter[OfficeType]:
    """Units by office and type as the lines have them; what is claimed by the day or the month counts once (convention)."""
    found: Counter[OfficeType] = Counter()
    seen: set[tuple[str, ...]] = set()
    for row in rows:
        units = row["unit_points"]
        if not (units.isascii() and units.isdecimal()):
            continue
        pair = row["service_office_number"], row["service_code"][:2]
        if row.get("per_diem_days_bitmap") or row["service_start_time"] == "9999":
            once = (*pair, row["service_code"], row.get("tais_code", ""), row.get("detail_discriminator", ""))
            if once in seen:
                continue
            seen.add(once)
        found[pair] += int(units) * visits_of(row)
    return found


def _of_results(person: PersonMonth, lines: Sequence[Line], has_annex: bool) -> Iterable[Point]:
    for office, _ in person.waiting:
        yield Point(Code.NO_RESULT, office)
    if not has_annex and person.plan:
        yield Point(Code.NO_ANNEX)
    for line in lines:
        if line.plan is None and line.actual and has_annex and line.service not in _OUTSIDE:
            yield Point(Code.NOT_PLANNED, line.office, f"実績 {line.actual:,}単位")
        elif line.plan is not None and line.actual is not None and line.actual > line.plan:
            detail = f"計画 {line.plan:,}単位、実績 {line.actual:,}単位(目安)"
            yield Point(Code.OVER_PLAN, line.office, detail)


def _of_person(person: PersonMonth) -> Iterable[Point]:
    if person.actual_insurer:
        yield Point(Code.NUMBER, "", f"予定 {person.insurer}、実績 {person.actual_insurer}")
    elif not person.plan and person.actual:
        yield Point(Code.NUMBER, "", "予定のない人の実績です")
    if len({row["care_management_office_number"] for row in person.plan}) > 1:
        yield Point(Code.PLANNERS)


def _of_certification(supplement: Row | None, month: str) -> Iterable[Point]:
    if supplement is None:
        yield Point(Code.NO_CERTIFICATION)
        return
    if supplement["certification_status"] == _PENDING:
        yield Point(Code.PENDING)
    begin, end = supplement["benefit_limit_start_date"], supplement["benefit_limit_end_date"]
    first, last = f"{month}01", f"{month}{monthrange(int(month[:4]), int(month[4:]))[1]:02}"
    if (end.strip("0") and end < first) or (begin.strip("0") and begin > last):
        yield Point(Code.EXPIRED, "", f"{date_words(begin)} から {date_words(end)} まで")
    elif end.strip("0") and end <= last:
        yield Point(Code.ENDING, "", f"{date_words(end)} まで")


def _of_sums(faults: Iterable[str]) -> Iterable[Point]:
    found = set(faults)
    if found & _LIMITS:
        yield Point(Code.OVER_LIMIT)
    if found & _SUMS:
        yield Point(Code.SUMS)


def _of_codes(person: PersonMonth, month: str, knows: Knows) -> Iterable[Point]:
    codes = {(row["service_code"], row["service_office_number"]) for row in (*person.plan, *person.actual)}
    for code, office in sorted(codes):
        if not knows(code, month, person.insurer):
            yield Point(Code.UNKNOWN_CODE, office, code)


_LIMITS = frozenset({"W-CROSS-LIMIT", "W-CROSS-TYPE-LIMIT"})
_SUMS = frozenset(
    {
        "E-CROSS-SUM",
        "E-CROSS-SUBTOTAL",
        "E-CROSS-TOTAL",
        "E-CROSS-TOTAL-OFFICE",
        "W-CROSS-LINE",
        "W-CROSS-PART",
        "W-CROSS-COUNT",
        "W-CROSS-UNITS",
        "W-CROSS-NOT-BILLED",
        "W-CROSS-NOT-PLANNED",
    }
)
WATCHED = _LIMITS | _SUMS
