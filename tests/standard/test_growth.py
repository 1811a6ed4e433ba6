"""How memory and findings grow: with clients and keys, never with records or faults."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

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
