"""Invented offices, with valid check digits and names that break careless software: ㈱ ① 髙 﨑."""

from __future__ import annotations

from dataclasses import dataclass

from .catalogue import CARE_MANAGEMENT, SERVICE_TYPES
from .model import Office, OfficeKind

# Two towns that do not exist: 13999 and 13998 are no municipalities; the last digit is the check digit.
INSURERS = ("139998", "139980")

HOUSES = ("すずらん", "こぶし", "あかね", "つばき", "かえで", "ひいらぎ", "わかば", "こもれび", "せせらぎ", "あおぞら")

CARE_MANAGERS = ("髙野", "神﨑", "栁原", "徳田", "八木沢", "小鳥遊")


MOST_OFFICES = 9999  # of each side: the serial number has four digits


@dataclass(frozen=True)
class Sizes:
    """How many of each to invent; ValueError when that cannot be done."""

    care_managers: int
    service_offices: int
    clients: int

    def __post_init__(self) -> None:
        if min(self.care_managers, self.service_offices, self.clients) < 1:
            raise ValueError("at least one care-management office, one service office and one client")
        if max(self.care_managers, self.service_offices) > MOST_OFFICES:
            raise ValueError(f"at most {MOST_OFFICES} offices of each side")


def invent_offices(sizes: Sizes) -> list[Office]:
    """Care-management offices first, then service offices whose types take turns."""
    offices = [_office(91, n, CARE_MANAGEMENT, "ケアプランセンター髙﨑　{}") for n in range(sizes.care_managers)]
    for n in range(sizes.service_offices):
        service = SERVICE_TYPES[n % len(SERVICE_TYPES)]
        offices.append(_office(93, n, service.code, service.office_name))
    return offices


def _office(area: int, n: int, service: str, name: str) -> Office:
    # 13 Tokyo, 7 a designated office, then an area code that no town has and a serial number.
    stem = f"137{area}{n + 1:04}"
    house = HOUSES[n % len(HOUSES)] + (str(n // len(HOUSES) + 1) if n >= len(HOUSES) else "")
    return Office(
        number=stem + check_digit(stem),
        service=service,
        name=name.format(house),
        kind=OfficeKind.CARE_MANAGEMENT if service == CARE_MANAGEMENT else OfficeKind.SERVICE,
        insurer=INSURERS[0],
        person=f"{CARE_MANAGERS[n % len(CARE_MANAGERS)]}　支援子",
    )


def check_digit(stem: str) -> str:
    """Check digit of an office number or insurer number: modulus 10, weights 2 and 1 from the right, digits added."""
    total = 0
    for place, digit in enumerate(reversed(stem)):
        product = int(digit) * (2 - place % 2)
        total += product // 10 + product % 10
    return str(-total % 10)
