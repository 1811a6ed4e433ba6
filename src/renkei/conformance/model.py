"""The invented month as plain data: offices, clients, what they use every week, and visits."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property

from .catalogue import Equipment, Menu


class OfficeKind(StrEnum):
    """Which side of the exchange an office stands on."""

    CARE_MANAGEMENT = "care_management"
    SERVICE = "service"


@dataclass(frozen=True)
class Office:
    """An office: number with valid check digit, service type, name, and the insurer of its town."""

    number: str
    service: str
    name: str
    kind: OfficeKind
    insurer: str
    person: str  # 介護支援専門員 of a care-management office, otherwise the manager


@dataclass(frozen=True)
class WeeklyService:
    """A service on fixed weekdays (1 = Monday … 7 = Sunday) at a fixed time (HHMM)."""

    office: Office
    menu: Menu
    weekdays: tuple[int, ...]
    start: str
    end: str


@dataclass(frozen=True)
class Rental:
    """Equipment rented for the whole month."""

    office: Office
    equipment: tuple[Equipment, ...]


Service = WeeklyService | Rental


@dataclass(frozen=True)
class Client:
    """A person cared for. `birth` is YYYYMMDD, `sex` and `care_level` are codes of the standard."""

    insurer: str
    insured: str
    name: str
    kana: str
    sex: str
    birth: str
    address: str
    care_level: str
    wishes: str
    policy: str
    care_manager: Office
    services: tuple[Service, ...]
    plan_changed: bool

    @property
    def offices(self) -> list[Office]:
        """The service offices that look after this client."""
        return [service.office for service in self.services]


@dataclass(frozen=True)
class Visit:
    """One row of 第6表: a service or add-on on one day. Rental has no time: 9999."""

    office: Office
    date: str
    start: str
    end: str
    code: str
    units: int
    equipment: Equipment | None = None
    discriminator: str = ""


@dataclass(frozen=True)
class ServiceMonth:
    """The month in question, YYYYMM, with the days on which its papers are made."""

    text: str

    def __post_init__(self) -> None:
        if not (len(self.text) == 6 and self.text.isascii() and self.text.isdigit() and self.first.year >= 2025):
            raise ValueError(f"month must be YYYYMM from 202501 on, not {self.text!r}")

    @cached_property
    def first(self) -> date:
        """The first day of the month."""
        return date(int(self.text[:4]), int(self.text[4:]), 1)

    @cached_property
    def days(self) -> list[date]:
        """Every day of the month."""
        return [self.first + timedelta(n) for n in range(calendar.monthrange(self.first.year, self.first.month)[1])]

    @property
    def planned_on(self) -> date:
        """The day of a changed care plan: the 15th of the month before."""
        return (self.first - timedelta(1)).replace(day=15)

    @property
    def sent_on(self) -> date:
        """The day the use tables go out: the 25th of the month before."""
        return (self.first - timedelta(1)).replace(day=25)

    @property
    def reported_on(self) -> date:
        """The day the actuals come back: the 2nd of the month after."""
        return (self.days[-1] + timedelta(1)).replace(day=2)


def ymd(day: date) -> str:
    """YYYYMMDD"""
    return f"{day:%Y%m%d}"


def later(time: str, minutes: int) -> str:
    """HHMM, `minutes` later, within one day."""
    total = int(time[:2]) * 60 + int(time[2:]) + minutes
    return f"{total // 60:02}{total % 60:02}"
