"""How memory and findings grow: with clients and keys, never with records or faults."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from renkei.standard.checking import check, slow
from renkei.standard.records import write

from .month import MONTH, NAMES, rows

# Says the command's own peak, in KiB, after everything else.
PROGRAM = """
import sys
from renkei.cli import main
main(["check", *sys.argv[1:]])
with open("/proc/self/status") as status:
    print(next(line.split()[1] for line in status if line.startswith("VmHWM")))
"""
NOBODY = b"0123456789"


def _file(folder: Path, clients: int, months_of_visits: int, spoil: tuple[bytes, bytes] = (b"", b"")) -> Path:
    """第6表 with 28 visits a client, again and again with other times."""
    visit = rows()["UPPLAN"][0] | {"insured_person_number": NOBODY.decode()}
    visits = [
        visit | {"service_date": f"{MONTH}{day:02}", "service_start_time": f"{hour:02}{minute:02}"}
        for hour, minute in [(8 + n // 60, n % 60) for n in range(months_of_visits)]
        for day in range(1, 29)
    ]
    of_client = write("UPPLAN", visits).replace(*spoil) if spoil[0] else write("UPPLAN", visits)
    path = folder / NAMES["UPPLAN"]
    with path.open("wb") as file:
        for client in range(clients):
            file.write(of_client.replace(NOBODY, b"%010d" % client))
    return path


def _check(path: Path) -> tuple[list[str], int]:
    """What the command prints, and its peak in MiB (not that of its parent, which `ru_maxrss` may be)."""
    run = subprocess.run([sys.executable, "-c", PROGRAM, str(path)], capture_output=True, text=True, check=True)
    *told, peak = run.stdout.splitlines()
    return told, int(peak) // 1024


def test_memory_grows_with_clients_not_with_records(tmp_path: Path):
    told, little = _check(_file(tmp_path, clients=200, months_of_visits=1))
    assert f"{200 * 28}件の記録" in "".join(told)
    told, much = _check(_file(tmp_path, clients=200, months_of_visits=40))
    assert f"{200 * 28 * 40}件の記録" in "".join(told)
    assert much < little + 8
    assert much < 60


def test_faults_in_every_record_drown_neither_person_nor_memory(tmp_path: Path):
    spoil = (b"0930", b"2530")
    told, little = _check(_file(tmp_path, clients=20, months_of_visits=1, spoil=spoil))
    assert len(told) < 40
    told, much = _check(_file(tmp_path, clients=20, months_of_visits=60, spoil=spoil))
    assert len(told) < 40
    assert f"{20 * 28 * 60}件の記録" in "".join(told)
    assert much < little + 12


# Values that are no item's, as many as one likes. The last ones are text: of unmappable characters, and far too long.
_ALL_WRONG: dict[str, Callable[[int], str]] = {
    "target_year_month": lambda number: f"x{number}",
    "document_created_date": lambda number: f"{number:08}",
    "care_management_office_number": lambda number: f"o{number:09}",
    "unit_points": lambda number: f"{number}x",
    "service_date": lambda number: f"2026/{number}/1",
    "service_start_time": lambda number: f"{number}x",
    "service_code": lambda number: f"x{number}",
    "tais_code": lambda number: f"{number}－1",
    "service_office_number": lambda number: f"1{number}",
    "over_30_days_flag": lambda number: f"はい{number}",
    "csv_version": lambda number: f"v{number}",
    "service_office_name": lambda number: f"\ue000{number}",
    "care_manager_name": lambda number: f"?{number}" + "長" * 200,
}


def _all_wrong(folder: Path, items: Iterable[str], records: int) -> Path:
    """第6表 in which each record has another wrong value in these items."""
    visit = rows()["UPPLAN"][0]
    path = folder / NAMES["UPPLAN"]
    with path.open("wb") as file:
        for number in range(records):
            file.write(_line(visit | {item: _ALL_WRONG[item](number) for item in items}))
    return path


def _line(visit: dict[str, str]) -> bytes:
    written = write("UPPLAN", [{name: value.replace("\ue000", "〓") for name, value in visit.items()}])
    return written.replace("〓".encode("cp932"), b"\xf0\x40")


# All together, and by itself the one that most is made of.
@pytest.mark.parametrize("items", [tuple(_ALL_WRONG), ("service_office_number",)], ids=["all items", "office"])
def test_other_faults_in_every_record_drown_neither_person_nor_memory(items: tuple[str, ...], tmp_path: Path):
    _, little = _check(_all_wrong(tmp_path, items, 1_000))
    told, much = _check(_all_wrong(tmp_path, items, 4_000))
    assert len(told) < 1_000
    assert "4000件の記録" in "".join(told)
    assert much < little + 5


def test_another_wrong_number_in_every_record_takes_no_more_than_another_client(tmp_path: Path):
    visit = rows()["UPPLAN"][0]
    peaks = []
    for number in ("{:010}", "x{:09}"):
        people = [visit | {"insured_person_number": number.format(client)} for client in range(8_000)]
        path = tmp_path / NAMES["UPPLAN"]
        path.write_bytes(write("UPPLAN", people).replace(b"\r\n", b"\n"))
        peaks.append(_check(path)[1])
    assert peaks[1] < peaks[0] + 5


@pytest.mark.parametrize("item", _ALL_WRONG)
def test_what_is_said_does_not_hang_on_which_wrong_values_are_kept(
    item: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = _all_wrong(tmp_path, [item], 300)
    monkeypatch.setattr(slow, "MOST_WRONG", 1_000)
    all_kept = check([(path.name, path)])
    monkeypatch.setattr(slow, "MOST_WRONG", 10)
    assert check([(path.name, path)]) == all_kept


@pytest.mark.parametrize(
    "piece",
    [
        pytest.param(b",", id="commas"),
        pytest.param(b'"",', id="empty texts", marks=pytest.mark.long),
        pytest.param(b"x", id="letters"),
        pytest.param(b'"x', id="a quote"),
    ],
)
def test_a_line_that_never_ends_does_not_fill_the_memory(piece: bytes, tmp_path: Path):
    def peak(size: int) -> int:
        path = tmp_path / NAMES["UPPLAN"]
        path.write_bytes(piece * (size // len(piece)))
        return _check(path)[1]

    assert peak(5_000_000) < peak(1_500_000) + 10


@pytest.mark.long
def test_a_million_records_fit_in_60_mib(tmp_path: Path):
    told, peak = _check(_file(tmp_path, clients=30_000, months_of_visits=1))
    assert f"{30_000 * 28}件の記録" in "".join(told)
    assert peak < 60


@pytest.mark.long
def test_millions_of_wrong_cells_are_summed_up(tmp_path: Path):
    visit = dict.fromkeys(rows()["UPPLAN"][0], "x y")
    line = write("UPPLAN", [visit])
    path = tmp_path / NAMES["UPPLAN"]
    with path.open("wb") as file:
        for _ in range(200):
            file.write(line * 1_000)
    told, peak = _check(path)
    assert len(told) < 200
    assert peak < 100
