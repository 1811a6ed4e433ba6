"""The varied month as plain data: people, what is planned, what happened, and the units that carry it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal

from renkei.standard.comparing import DifferenceKind
from renkei.standard.layouts import CURRENT_VERSION
from renkei.standard.units import UnitKind

from ..model import Office
from .prices import LIMITS, SERVICES, Service

MONTH = "202612"
NO_TIME = "9999"
Row = dict[str, str]


@dataclass(frozen=True)
class Person:
    """A client with the certification of the month. Dates are YYYYMMDD; codes are those of the standard.

    `type_limits`: service type → 種類支給限度基準額. `stays_before`: days of short stay in the certified period through
    last month, None where the person never had one.
    """

    insured: str
    name: str
    kana: str
    sex: str
    birth: str
    planner: Office
    care_level: str
    insurer: str = "139998"
    address: str = "東京都架空市みどり町１－２－３"
    postal_code: str = ""
    phone: str = ""
    status: str = "2"
    certified_on: str = "20260320"
    valid_from: str = "20260401"
    valid_to: str = "20280331"
    previous_level: str = ""
    level_changed_on: str = ""
    benefit_rate: int = 90
    type_limits: dict[str, int] = field(default_factory=dict)
    stays_before: int | None = None

    @property
    def key(self) -> tuple[str, str]:
        """Insurer and insured number."""
        return self.insurer, self.insured

    @property
    def limit(self) -> int | None:
        """区分支給限度基準額; of two levels in one month the heavier one's. None while nothing is certified."""
        levels = [level for level in (self.care_level, self.previous_level) if level]
        return max((LIMITS[level] for level in levels), default=None)


@dataclass(frozen=True)
class Thing:
    """A rented thing, known by its TAIS code or else by 福祉用具届出コード. `units`: a month's rent in tens of yen."""

    code: str
    name: str
    units: int
    tais: str = ""
    notification: str = ""
    discriminator: str = ""


@dataclass(frozen=True)
class Visit:
    """One row of 第6表: a service of an office on one day. `own_units` where the price list has none.

    `discount_rate`: what is left of the units, per cent. `per_diem`: 31 flags (日割対象日).
    """

    office: Office
    code: str
    day: int
    start: str = NO_TIME
    end: str = NO_TIME
    count: int = 1
    own_units: int | None = None
    discount_rate: int = 100
    satellite: str = ""
    thing: Thing | None = None
    is_over_30_days: bool = False
    per_diem: str = ""

    @property
    def service(self) -> Service:
        return SERVICES[self.code]

    @property
    def date(self) -> str:
        """YYYYMMDD"""
        return f"{MONTH}{self.day:02}"

    @property
    def full_units(self) -> int:
        """Units before the discount."""
        if self.thing:
            return self.thing.units
        return self.service.units if self.own_units is None else self.own_units

    @property
    def units(self) -> int:
        """Units after the discount, rounded half up."""
        discounted = Decimal(self.full_units * self.discount_rate) / 100
        return int(discounted.quantize(Decimal(1), rounding=ROUND_HALF_UP))

    @property
    def times(self) -> int:
        """How often it is claimed: 日割 once for every flagged day, 共生型 on the day that carries its units alone."""
        if self.service.is_once:
            return 1 if self.units else 0
        return self.count * (self.per_diem.count("1") or 1)


@dataclass(frozen=True)
class Beyond:
    """Units of one office service that lie beyond a limit; the care manager chooses where they fall."""

    office: Office
    category: int = 0
    type: int = 0


@dataclass(frozen=True)
class UseTable:
    """第6表, 第7表 and the supplement of one person."""

    person: Person
    visits: tuple[Visit, ...]
    beyond: tuple[Beyond, ...] = ()
    made_on: str = "20261125"


@dataclass(frozen=True)
class Change:
    """One row that went otherwise than planned: `visit` is the planned one, or the extra one that nobody had planned;
    `done` is what took place in its stead."""

    kind: DifferenceKind
    visit: Visit
    done: Visit | None = None

    @property
    def is_extra(self) -> bool:
        """Whether nobody had planned it."""
        return self.kind is DifferenceKind.UNPLANNED


@dataclass(frozen=True)
class Actuals:
    """What one office reports of a person: the planned visits of these of its services, with the changes.

    `told_insurer`: the insurer number that the office writes where it is another than the plan's (住所地特例).
    """

    table: UseTable
    visits: tuple[Visit, ...]
    changes: tuple[Change, ...] = ()
    made_on: str = "20270102"
    told_insurer: str = ""

    @classmethod
    def of(cls, table: UseTable, *services: Office, changes: Iterable[Change] = (), **items: str) -> Actuals:
        """The actuals of a use table, of the named office services alone; `items` are further fields."""
        planned = tuple(visit for visit in table.visits if visit.office in services)
        return cls(table, planned, tuple(changes), **items)

    @property
    def person(self) -> Person:
        """The person under the numbers that the office writes."""
        planned = self.table.person
        return replace(planned, insurer=self.told_insurer) if self.told_insurer else planned

    @property
    def done(self) -> tuple[Visit, ...]:
        """What took place, in the order of day and time."""
        gone = [change.visit for change in self.changes if not change.is_extra]
        made = [change.done for change in self.changes if change.done]
        extra = [change.visit for change in self.changes if change.is_extra]
        kept = [visit for visit in self.visits if visit not in gone]
        return tuple(sorted(kept + made + extra, key=lambda v: (v.day, v.start, v.code)))


@dataclass(frozen=True)
class Support:
    """One line of support in 第2表. `covered` is 保険対象区分: Y, N, or "" as many programs write it."""

    content: str
    type_name: str
    office: Office | None = None
    frequency: str = ""
    covered: str = "Y"


@dataclass(frozen=True)
class Goal:
    long_term: str
    short_term: str
    supports: tuple[Support, ...]


@dataclass(frozen=True)
class Need:
    text: str
    goals: tuple[Goal, ...]


@dataclass(frozen=True)
class CarePlan:
    """第1表 to 第3表 of one person. `texts` are further items of 第1表 by their names.

    `week`: (service, weekdays 1 to 7, start, end). `repeats_texts`: the printed form repeats need and goals on every
    row, which is as right as leaving them blank.
    """

    person: Person
    created_on: str
    first_on: str
    needs: tuple[Need, ...]
    texts: Row
    week: tuple[tuple[str, str, str, str], ...] = ()
    daily: tuple[tuple[str, str, str], ...] = ()
    other: tuple[str, ...] = ()
    category: str = "21"
    repeats_texts: bool = False


@dataclass(frozen=True)
class Basics:
    """利用者基本情報. `items` are further items by their names; `day` (time, own, family), `illnesses` rows of 別表2."""

    person: Person
    consulted_on: str
    items: Row
    day: tuple[tuple[str, str, str], ...] = ()
    illnesses: tuple[Row, ...] = ()
    picture: bytes | None = None


@dataclass(frozen=True)
class PreventionPlan:
    """介護予防サービス・支援計画書. `issues`: for each issue its texts and its support plans, for each of those its texts
    and the services used."""

    person: Person
    created_on: str
    items: Row
    issues: tuple[tuple[Row, tuple[tuple[Row, tuple[Row, ...]], ...]], ...] = ()


@dataclass(frozen=True)
class Deletion:
    """Takes back a plan or basic information (`date`), a use table, or the actuals of one office service.

    `undone`: what did not take place after all.
    """

    person: Person
    date: str = ""
    office: Office | None = None
    undone: tuple[Visit, ...] = ()


Content = UseTable | Actuals | CarePlan | Basics | PreventionPlan | Deletion


@dataclass(frozen=True)
class Expected:
    """A finding that the case is there to show, with how often the check tells it of this file kind, and why."""

    kind: str
    code: str
    count: int
    why: str


@dataclass(frozen=True)
class Letter:
    """One unit. `arrived` (14 digits) where it reached the recipient later than its sequence number says."""

    sender: Office
    recipient: Office
    kind: UnitKind
    sequence: str
    contents: tuple[Content, ...]
    version: str = CURRENT_VERSION
    arrived: str = ""
    expected: tuple[Expected, ...] = ()


@dataclass(frozen=True)
class Case:
    """One named thing that the month shows: what it is called, what to look at, who it is about, what was sent.

    `awaited`: office services that were planned and have not reported.
    """

    id: str
    title: str
    shows: str
    people: tuple[Person, ...]
    letters: tuple[Letter, ...] = ()
    awaited: tuple[Office, ...] = ()
