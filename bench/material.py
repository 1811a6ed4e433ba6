"""Invented months of any size for the benchmarks: varied offices, times, codes and names; the same for the same seed.

A unit is 第6表, 第7表 with the right sums, and 補足情報 of the same people. Records are made and written in blocks, so that
a million of them fit anywhere.
"""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from renkei.standard.records import write

MONTH = "202612"
DAYS = 31
SENDER = "1370100016"
SEQUENCE = "20261125090014"
EVERYBODY = "9999999999"
# Units that somebody of the highest care level may use in a month, and visits a client has on average.
_CARE_LEVEL, _LIMIT = "25", 36217
_BLOCK = 5_000

_INSURERS = ("132019", "132027", "131016", "132035")
_PLANNERS = ("介護　支援子", "連携　太郎", "髙橋　計画", "相談　みどり")
_SURNAMES = ("小野寺", "栁澤", "髙田", "渡邉", "山崎", "東海林", "佐々木", "齋藤")
_GIVEN_NAMES = ("春", "千代", "実", "茂", "ハナ", "清", "節子", "正")
_SERVICES = {
    "11": "㈱訪問介護ひまわり",
    "12": "訪問入浴いずみ",
    "13": "訪問看護ステーション①番館",
    "14": "訪問リハビリ「あゆみ」",
    "15": "デイサービス「ゆう・あい」",
    "16": "通所リハビリ　みなと",
}

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Unit:
    """The three files of one unit, and how many records the use table has."""

    plan: Path
    benefit: Path
    people: Path
    records: int

    @property
    def files(self) -> tuple[Path, Path, Path]:
        return self.plan, self.benefit, self.people


@dataclass(frozen=True, slots=True)
class _Office:
    number: str
    name: str
    type: str


def make_unit(folder: Path, records: int, recipient: str = "1370200014", seed: int = 1) -> Unit:
    """Writes a unit whose use table has this many records and a few more, to the end of the last client's month."""
    folder.mkdir(parents=True, exist_ok=True)
    plan, annex, people = (
        folder / f"{kind}_{MONTH}_{SENDER}_43_{recipient}_11_{SEQUENCE}.CSV"
        for kind in ("UPPLAN", "UPSIKYU", "UPHOSOKU")
    )
    count = 0
    with plan.open("wb") as plans, annex.open("wb") as annexes, people.open("wb") as persons:
        for block in _blocks(records, recipient, seed):
            visits = [visit for client in block for visit in client]
            count += len(visits)
            plans.write(write("UPPLAN", visits))
            annexes.write(write("UPSIKYU", (line for client in block for line in benefit(client))))
            persons.write(write("UPHOSOKU", (person(client[0]) for client in block)))
    return Unit(plan, annex, people, count)


def clients(dice: random.Random, recipient: str) -> Iterator[list[Row]]:
    """The visits of one client after the other, without end; a small unit takes the recipient's own alone."""
    market = _Market(dice, recipient)
    for number in itertools.count(1):
        yield market.client(number)


def _blocks(records: int, recipient: str, seed: int) -> Iterator[list[list[Row]]]:
    """The visits client by client, some clients at once."""
    dice = random.Random(seed)
    market = _Market(dice, recipient)
    number = written = waiting = 0
    block: list[list[Row]] = []
    while written + waiting < records:
        number += 1
        block.append(market.client(number))
        waiting += len(block[-1])
        if waiting >= _BLOCK:
            yield block
            block, written, waiting = [], written + waiting, 0
    if block:
        yield block


class _Market:
    """The offices of a district and the services that they sell."""

    def __init__(self, dice: random.Random, recipient: str) -> None:
        self._dice = dice
        self._recipient = _Office(recipient, "訪問介護ステーション①", "11")
        self._offices = [
            _Office(f"13702{number:05}", f"{name}{number}号館", kind)
            for number in range(101, 141)
            for kind, name in [dice.choice(list(_SERVICES.items()))]
        ]
        self._codes = {
            kind: {f"{kind}{dice.randrange(1000, 4000)}": dice.randrange(60, 900) for _ in range(25)}
            for kind in _SERVICES
        }

    def client(self, number: int) -> list[Row]:
        """One client's month: the recipient's service and up to three others, within the client's limit."""
        dice = self._dice
        client = {
            "insurer_number": dice.choice(_INSURERS),
            "insured_person_number": f"{number:010}",
            "document_created_date": f"202611{dice.randrange(10, 26)}",
            "target_year_month": MONTH,
            "care_management_office_number": SENDER,
            "care_manager_name": dice.choice(_PLANNERS),
            "service_count": "1",
            "over_30_days_flag": "0",
            "updated_by_office_number": SENDER,
        }
        visits: list[Row] = []
        for office in (self._recipient, *dice.sample(self._offices, dice.randrange(1, 4))):
            visits += self._service(client, office, _LIMIT - sum(int(visit["unit_points"]) for visit in visits))
        return visits

    def _service(self, client: Row, office: _Office, left: int) -> Iterator[Row]:
        dice = self._dice
        code, units = dice.choice(list(self._codes[office.type].items()))
        start = dice.randrange(7, 18) * 60 + dice.choice((0, 15, 30, 45))
        end = min(start + dice.choice((20, 30, 45, 60, 90, 430)), 24 * 60 - 1)
        days = sorted(dice.sample(range(1, DAYS + 1), dice.choice((4, 8, 9, 13))))
        for day in days[: left // units]:
            yield client | {
                "unit_points": str(units),
                "service_date": f"{MONTH}{day:02}",
                "service_start_time": f"{start // 60:02}{start % 60:02}",
                "service_end_time": f"{end // 60:02}{end % 60:02}",
                "service_code": code,
                "service_office_number": office.number,
                "service_office_name": office.name,
            }


def benefit(visits: list[Row]) -> Iterator[Row]:
    """The lines of 第7表 for one client: details, a sub-total where a service type has several, the total."""
    services = Counter((v["service_office_number"], v["service_code"], int(v["unit_points"])) for v in visits)
    subtotals: Counter[tuple[str, str]] = Counter()
    lines: Counter[tuple[str, str]] = Counter()
    for (office, code, units), count in sorted(services.items()):
        subtotals[office, code[:2]] += units * count
        lines[office, code[:2]] += 1
        yield _line(visits[0], office, code, units, units * count, count)
    for (office, kind), units in subtotals.items():
        if lines[office, kind] > 1:
            yield _line(visits[0], office, f"{kind}AAAA", 0, units, 1)
    yield _line(visits[0], EVERYBODY, "999999", 0, sum(subtotals.values()), 1)


def _line(visit: Row, office: str, code: str, units: int, sum_of_units: int, count: int) -> Row:
    kept = ("insurer_number", "insured_person_number", "document_created_date", "target_year_month")
    return {name: visit[name] for name in kept} | {
        "service_office_number": office,
        "service_code": code,
        "unit_points": str(units),
        "count_or_days": str(count),
        "service_units_or_amount": str(sum_of_units),
        "benefit_management_units": str(sum_of_units),
        "over_30_days_flag": "0",
        "office_code": EVERYBODY,
        "entered_by_code": EVERYBODY,
    }


def person(visit: Row) -> Row:
    number = int(visit["insured_person_number"])
    name = f"{_SURNAMES[number % 8]}　{_GIVEN_NAMES[number // 8 % 8]}"
    return {name: visit[name] for name in ("insurer_number", "insured_person_number", "target_year_month")} | {
        "care_plan_creation_or_change_date": "00000000",
        "client_name_kana": "ﾘﾖｳｼｬ",
        "client_name": name,
        "client_sex": str(1 + number % 2),
        "client_birth_date": f"19{25 + number % 30}{1 + number % 12:02}{1 + number % 28:02}",
        "client_postal_code": "185-8501",
        "client_phone": "042-000-0000",
        "care_level": _CARE_LEVEL,
        "category_benefit_limit_units": str(_LIMIT),
    }
