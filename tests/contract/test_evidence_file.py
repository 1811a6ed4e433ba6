"""The file that an office shows an inspector: made over the API or from the hub's data, judged with no hub in sight."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.test import Client
from tests.trust.stamping import Stamper, make_stamper, serving

from renkei.cli import main
from renkei.client import Office, SetupError
from renkei.conformance import Month
from renkei.trust.evidence import NothingToProve, Verdict, unpack, verify

from . import world
from .conftest import Hub

# What it tries is above the database: one of them is enough.
pytestmark = pytest.mark.usefixtures("once")

ALWAYS = (date(2020, 1, 1), date(2099, 12, 31))


class ToDjango(httpx2.BaseTransport):
    """Answers the office program in this process, as the hub does over the network."""

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        headers = {name: value for name, value in request.headers.items() if name.lower() == "authorization"}
        answer = Client().generic(
            request.method, request.url.raw_path.decode(), request.read(), "application/json", headers=headers
        )
        return httpx2.Response(
            answer.status_code, stream=httpx2.ByteStream(answer.content), headers=dict(answer.headers)
        )


@pytest.fixture(autouse=True)
def nothing_kept(hub: Hub) -> Iterator[None]:
    """No test finds the time-stamp authorities of the one before."""
    yield
    shutil.rmtree(hub.data / "trust" / "time-stamps", ignore_errors=True)


@pytest.fixture
def stamper(tmp_path: Path, need: Any) -> Stamper:
    need("openssl")
    return make_stamper(tmp_path / "tsa")


@pytest.fixture
def sent(town: Hub, month: Month) -> list[str]:
    """The month's units of the care manager, the first one collected and imported; all sealed in three seals."""
    from renkei.hub.core.sealer import seal_once

    sender = town.offices[month.offices[0].number]
    ids = []
    for unit, files in world.units_of(month.files[sender.number]):
        ids.append(sender.post("/transmissions", sender.envelope(unit, files)).json()["id"])
    assert seal_once()
    told = sender.get(f"/transmissions/{ids[0]}").json()
    recipient = town.offices[told["recipient"]["office"]]
    for step in ("collected", "imported"):
        recipient.post("/receipts", {"receipts": [recipient.receipt(ids[0], world.digest(told["manifest"]), step)]})
        assert seal_once()
    return ids


@pytest.fixture
def stamped(sent: list[str], stamper: Stamper, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The same, and the last seal has a time-stamp."""
    from django.conf import settings

    from renkei.hub.core import stamping

    with serving(stamper.reply) as url:
        monkeypatch.setitem(settings.RENKEI, "TSA_URL", url)
        monkeypatch.setitem(settings.RENKEI, "TSA_CA", str(stamper.folder / "root.pem"))
        assert stamping.stamp_once()
    return sent


@pytest.fixture
def office(town: Hub, month: Month, tmp_path: Path) -> Office:
    """The care manager's office program, with a key of its own."""
    from renkei.hub.parties import services

    one = month.offices[0]
    root = tmp_path / "root.pem"
    root.write_bytes(town.authority.root.public_bytes(Encoding.PEM))
    folder, url = tmp_path / "office", "http://127.0.0.1:8000"
    made = Office.create(folder, url, one.number, one.service, one.name, roots=[root], transport=ToDjango())
    certificate = town.authority.issue(x509.load_pem_x509_csr(made.folder.request.read_bytes()), one.number)
    services.admit_office(one.number, one.name, [one.service], certificate)
    pem = tmp_path / "certificate.pem"
    pem.write_bytes(certificate.public_bytes(Encoding.PEM))
    made.install_certificate(pem)
    return made


def alone(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """`renkei evidence verify` in a process of its own, where neither Django nor a network is to be had."""
    script = (
        "import sys, socket\n"
        "for name in ('django', 'httpx2', 'renkei.hub', 'renkei.client'): sys.modules[name] = None\n"
        "socket.socket = None\n"
        "from renkei.cli import main\n"
        "sys.exit(main(['evidence', 'verify', *sys.argv[1:]]))"
    )
    command = [sys.executable, "-c", script, *map(str, arguments)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("RENKEI", "DJANGO"))}
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, env=environment)


def test_an_office_shows_its_month_and_anyone_can_judge_it(
    office: Office, stamped: list[str], stamper: Stamper, tmp_path: Path
) -> None:
    data, report = office.export_evidence(*ALWAYS)
    assert report.verdict is Verdict.PROVED, report.as_dict()
    assert [one.id for one in report.transmissions] == stamped
    assert all(one.is_stamped for one in report.transmissions)
    assert [step.step for step in report.transmissions[0].steps] == ["accepted", "collected", "imported"]
    file = tmp_path / "証拠.zip"
    file.write_bytes(data)
    judged = alone(file, "--root", tmp_path / "root.pem", "--tsa-root", stamper.folder / "root.pem")
    assert judged.returncode == 0, judged.stderr
    assert f"確かめられました {len(stamped)}件" in judged.stdout and "時刻の証明 20" in judged.stdout
    assert "表紙 (はじめに.html) が" not in judged.stdout
    told = json.loads(alone(file, "--format", "json").stdout)
    assert told["verdict"] == "proved" and told["cover_matches"] is True
    assert [one["id"] for one in told["transmissions"]] == stamped


def test_a_file_that_somebody_bent_is_not_believed(office: Office, stamped: list[str], tmp_path: Path) -> None:
    data, _ = office.export_evidence(*ALWAYS)
    file = tmp_path / "e.zip"
    bent = bytearray(data)
    bent[bent.index(b"evidence.json") + 60] ^= 1  # in its compressed bytes, behind its name
    for content, status in ((bytes(bent), {1, 2}), (b"no zip", {2}), (b"", {2})):
        file.write_bytes(content)
        judged = alone(file)
        assert judged.returncode in status and "Traceback" not in judged.stderr and (judged.stdout or judged.stderr)
    assert alone(tmp_path / "none.zip").returncode == 2
    file.write_bytes(data)
    assert alone(file, "--root", file).returncode == 2


def test_one_partner_alone_may_be_shown(office: Office, sent: list[str], town: Hub, month: Month) -> None:
    sender = town.offices[month.offices[0].number]
    partner = sender.get(f"/transmissions/{sent[0]}").json()["recipient"]["office"]
    data, report = office.export_evidence(*ALWAYS, partner)
    assert {one.manifest.recipient for one in report.transmissions if one.manifest} == {partner}
    assert 0 < len(report.transmissions) < len(sent)
    others = {number for number in town.offices if number not in (partner, sender.number)}
    assert not any(number.encode() in unpack(data).cover for number in others)
    with pytest.raises(NothingToProve):
        office.export_evidence(*ALWAYS, "1379999999")
    with pytest.raises(SetupError):
        office.export_evidence(*ALWAYS, "１３")


def test_no_client_is_named_anywhere_in_the_file(office: Office, sent: list[str], month: Month) -> None:
    from renkei.standard import records

    read = unpack(office.export_evidence(*ALWAYS)[0])
    whole = read.cover + b"".join(one.manifest.body for one in read.evidence.transmissions)
    names, numbers = set(), set()
    for files in month.files.values():
        for name, data in files.items():
            if name.startswith("UPHOSOKU_"):
                names |= {row["client_name"] for row in records.read(data, "UPHOSOKU")}
                numbers |= {row["insured_person_number"] for row in records.read(data, "UPHOSOKU")}
    assert names and not any(text.encode() in whole for text in names | numbers)


def test_the_operator_makes_the_same_from_the_hubs_data(
    office: Office, stamped: list[str], hub: Hub, tmp_path: Path, month: Month, capsys: pytest.CaptureFixture[str]
) -> None:
    one = month.offices[0]
    out = tmp_path / "operator.zip"
    arguments = ["evidence", "export", "--data", str(hub.data), "--office", one.number, "--service", one.service]
    arguments += ["--from", "2020-01-01", "--to", "2099-12-31", "--out", str(out)]
    assert main(arguments) == 0, capsys.readouterr().err
    own, other = unpack(office.export_evidence(*ALWAYS)[0]).evidence, unpack(out.read_bytes()).evidence
    assert (own.transmissions, own.seals, own.chain, own.crls) == (
        other.transmissions,
        other.seals,
        other.chain,
        other.crls,
    )
    assert verify(other, roots=[hub.authority.root]).verdict is Verdict.PROVED
    assert main(arguments) == 2 and "もうあります" in capsys.readouterr().err
    assert main([*arguments, "--force"]) == 0
    for wrong in (["--office", "1379999999"], ["--service", "99"], ["--partner", "x"], ["--to", "2019-01-01"]):
        assert main([*arguments, "--force", *wrong]) == 2 and capsys.readouterr().err
    assert main([*arguments, "--force", "--partner", "1379999999"]) == 1


def test_what_is_not_sealed_yet_is_told_to_the_office(office: Office, sent: list[str], town: Hub, month: Month) -> None:
    sender = town.offices[month.offices[0].number]
    told = sender.get(f"/transmissions/{sent[1]}").json()
    recipient = town.offices[told["recipient"]["office"]]
    recipient.post("/receipts", {"receipts": [recipient.receipt(sent[1], world.digest(told["manifest"]), "collected")]})
    _, report = office.export_evidence(*ALWAYS)
    assert report.counts == {Verdict.PROVED: len(sent) - 1, Verdict.INCOMPLETE: 1, Verdict.REFUTED: 0}
    assert "まだ封印されていません" in " ".join(report.transmissions[1].missing)
    assert any("言い分" in note for note in report.notes)


def test_long_chains_and_records_come_in_pieces(
    office: Office, stamped: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from renkei.client import evidence as client
    from renkei.client import protocol
    from renkei.hub.exchange import evidence

    whole, _ = office.export_evidence(*ALWAYS)
    monkeypatch.setattr(evidence, "MAX_EVENTS", 1)
    monkeypatch.setattr(protocol, "LISTED", 2)
    monkeypatch.setattr(client, "_SEALS", 1)
    pieces, report = office.export_evidence(*ALWAYS)
    assert report.verdict is Verdict.PROVED
    assert unpack(pieces).evidence.transmissions == unpack(whole).evidence.transmissions
    assert unpack(pieces).evidence.seals == unpack(whole).evidence.seals
