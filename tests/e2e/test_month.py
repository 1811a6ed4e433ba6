"""A whole month through real processes, real HTTP and the office program."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from rich.console import Console

from renkei.cli.demo.play import play
from renkei.cli.demo.report import compare
from renkei.cli.demo.stage import stage
from renkei.conformance import Month, Office, OfficeKind, Truth, make_month
from renkei.standard import records
from renkei.trust.chain import TrustStore


def run_demo(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "renkei", "demo", "--folder", str(folder)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("RENKEI_")}
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, env=environment)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """The demo's folder and what it printed, after its second run."""
    folder = tmp_path_factory.mktemp("play") / "demo"
    assert run_demo(folder).returncode == 0
    return folder, run_demo(folder)


def people_of(month: Month) -> set[str]:
    """Names and insured numbers of everyone in a month."""
    rows = [
        row
        for files in month.files.values()
        for name, data in files.items()
        if name.startswith("UPHOSOKU")
        for row in records.read(data, "UPHOSOKU")
    ]
    return {text for row in rows for text in (row["client_name"], row["insured_person_number"])}


def test_the_demo_runs_a_second_time_and_tells_the_month_and_no_person(demo: Any) -> None:
    """One test, since the demo takes long and each process would play its own."""
    the_month_is_told(demo)
    no_revocation_list_is_missed(demo)
    the_log_names_no_person(demo)
    what_is_kept_names_no_person_in_clear(demo)


def the_month_is_told(demo: Any) -> None:
    _, second = demo
    assert second.returncode == 0, second.stdout + second.stderr
    assert "変更なし 3人・変更あり 3人" in second.stdout
    assert "http://127.0.0.1:8000/" in second.stdout
    assert "Traceback" not in second.stdout + second.stderr


def test_the_demo_leaves_a_folder_that_is_not_its_own_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("大事", encoding="utf-8")
    refused = run_demo(tmp_path)
    assert refused.returncode == 2 and "別のフォルダ" in refused.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def no_revocation_list_is_missed(demo: Any) -> None:
    trust = demo[0] / "hub" / "trust"
    (root,), (issuing,) = (
        [x509.load_pem_x509_certificate(path.read_bytes()) for path in (trust / kind).iterdir()]
        for kind in ("roots", "intermediates")
    )
    lists = [path.read_bytes() for path in (trust / "crls").iterdir()]
    assert TrustStore([root], [issuing], lists).crl_warnings(datetime.now(UTC)) == []


def the_log_names_no_person(demo: Any) -> None:
    folder, _ = demo
    log = (folder / "hub.log").read_text(encoding="utf-8")
    assert '"event": "request"' in log
    for text in people_of(make_month()):
        assert text not in log


def what_is_kept_names_no_person_in_clear(demo: Any) -> None:
    folder, _ = demo
    kept = b"".join(path.read_bytes() for path in (folder / "hub").glob("hub.sqlite3*"))
    assert len(kept) > 100_000
    for text in people_of(make_month()):
        assert text.encode() not in kept
        assert text.encode("cp932") not in kept


@pytest.mark.shared
def test_the_shared_month_goes_through_and_its_truth_comes_out(shared: Path, tmp_path: Path) -> None:
    source = shared / "samples" / "month-202612"
    truth = json.loads((source / "truth.json").read_text(encoding="utf-8"))
    with stage(tmp_path / "play", _month(source, truth), Console(quiet=True)) as ready:
        play(ready, Console(quiet=True))
        ledgers = {number: office.ledger() for number, office in ready.offices.items()}
        results = compare(ready)

    sent = [entry for number, entries in ledgers.items() for entry in entries if entry.sender == number]
    assert {entry.state.value for entry in sent} == {"imported"}
    told = [(u["sender"], u["receiver"], u["kind"], u["sequence"], frozenset(u["files"])) for u in truth["units"]]
    came = [(e.sender, e.recipient, e.kind, e.sequence, frozenset(e.files)) for e in sent]
    assert len(came) == len(told) and set(came) == set(told)
    for unit in truth["units"]:
        inbox = tmp_path / "play" / "offices" / unit["receiver"] / "inbox"
        for name in unit["files"]:
            (arrived,) = inbox.rglob(name)
            assert arrived.read_bytes() == (source / unit["sender"] / name).read_bytes()

    gone = {
        (d.office, result.insured, d.date, d.service_code, d.kind.value)
        for result in results
        for d in result.differences
    }
    assert gone == {
        (v["office"], v["insured"], v["date"], v["service_code"], "missing")
        for v in truth["visits_that_did_not_take_place"]
    }


def _month(source: Path, truth: dict[str, Any]) -> Month:
    """The shared sample as a month that the stage can play."""
    with (source / "offices.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    offices = tuple(
        Office(
            number=row["office_number"],
            service=row["service_type"],
            name=row["name"],
            kind=OfficeKind.CARE_MANAGEMENT if row["service_type"] == "43" else OfficeKind.SERVICE,
            insurer=row["insurer_number"],
            person="職員",
        )
        for row in rows
    )
    files = {o.number: {p.name: p.read_bytes() for p in (source / o.number).glob("*.CSV")} for o in offices}
    return Month(truth["month"], offices, files, Truth(units=(), differences=()))
