"""The evidence of a selection: one button, a zip that anyone judges with no hub, a paper and a table for people."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from renkei.cli import main
from renkei.trust.evidence import EvidenceError, unbundle

from .streets import Street, full_street, looks, person, seen_subjects, street
from .test_ledger import service_of, went_elsewhere

# What it tries is above the database: one of them is enough.
pytestmark = pytest.mark.usefixtures("once")

__all__ = ["full_street", "person", "street"]  # fixtures
Enter = Callable[..., Client]


def made(browser: Client, **given: str) -> bytes:
    answer = browser.post("/ledger/evidence/", {"service": "43", **given})
    assert answer.status_code == 200 and answer["Content-Type"] == "application/zip"
    data: bytes = answer.content
    return data


def sealed() -> None:
    from renkei.hub.core.sealer import seal_once

    while seal_once():
        pass


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(found: dict[str, bytes]) -> bytes:
    again = io.BytesIO()
    with zipfile.ZipFile(again, "w") as archive:
        for name, data in found.items():
            archive.writestr(name, data)
    return again.getvalue()


def test_the_whole_bundle_and_each_file_in_it_is_judged_without_the_hub(
    full_street: Street, person: Enter, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sealed()
    data = made(person(full_street.care_manager))
    (tmp_path / "束.zip").write_bytes(data)
    assert main(["evidence", "verify", str(tmp_path / "束.zip")]) == 0
    assert "すべて確かめられました" in capsys.readouterr().out
    assert main(["evidence", "verify", str(tmp_path / "束.zip"), "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)["files"]
    service = service_of(full_street.care_manager)
    assert len(told) == service.sent.count() + service.received.count() == len(unbundle(data))
    name, one = next(iter(unbundle(data).items()))
    (tmp_path / "one.zip").write_bytes(one)
    assert name in told and main(["evidence", "verify", str(tmp_path / "one.zip")]) == 0


def test_a_bundle_with_one_file_changed_is_refused(full_street: Street, person: Enter, tmp_path: Path) -> None:
    sealed()
    found = members(made(person(full_street.care_manager)))
    name = next(name for name in found if name.startswith("evidence/"))
    inside = members(found[name])
    receipt = next(name for name in inside if name.endswith("accepted.json"))
    inside[receipt] = inside[receipt].replace(b"20", b"21", 1)
    (tmp_path / "changed.zip").write_bytes(packed(found | {name: packed(inside)}))
    assert main(["evidence", "verify", str(tmp_path / "changed.zip")]) == 1
    (tmp_path / "broken.zip").write_bytes(packed(found | {name: found[name][:-40]}))
    assert main(["evidence", "verify", str(tmp_path / "broken.zip")]) == 2
    (tmp_path / "empty.zip").write_bytes(packed({"一覧.csv": b""}))
    with pytest.raises(EvidenceError):
        unbundle((tmp_path / "empty.zip").read_bytes())


def test_the_paper_and_the_table_say_the_same_of_every_unit(
    full_street: Street, person: Enter, need: Any, tmp_path: Path
) -> None:
    went_elsewhere(full_street, timezone.now(), "20261101000001", number="1370299999")
    found = members(made(person(full_street.care_manager), month="202612"))
    assert found["一覧.csv"].startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(found["一覧.csv"].decode("utf-8-sig"))))
    (tmp_path / "paper.pdf").write_bytes(found["記録.pdf"])
    done = subprocess.run([need("pdftotext"), tmp_path / "paper.pdf", "-"], capture_output=True, check=True)
    text = "".join(done.stdout.decode().split()).replace("\u200b", "")
    assert "鈴木一さん" in text and "令和8年12月" in text and f"一覧({len(rows)}件)" in text
    for row in rows:
        assert row["連番"] in text and "".join(row["相手の名前"].split()) in text
        is_proved = row["証拠のファイル"] in found
        assert is_proved is (row["届け方"] == "Renkei")
    assert sum(row["届け方"] == "ファクス" for row in rows) == 1


def test_making_it_is_a_look_at_everybody_in_it(full_street: Street, person: Enter) -> None:
    from renkei.hub.exchange.models import Subject

    made(person(full_street.care_manager))
    service = service_of(full_street.care_manager)
    units = {*service.sent.values_list("pk", flat=True), *service.received.values_list("pk", flat=True)}
    assert {look.purpose for look in looks()} == {"evidence"}
    assert {look.about for look in looks()} == {f"transmission:{unit}" for unit in units}
    seen = set().union(*(seen_subjects(look) for look in looks()))
    assert seen == set(Subject.objects.filter(transmission__in=units).values_list("subject", flat=True))


def test_it_holds_no_more_than_the_selection_and_no_unit_of_others(full_street: Street, person: Enter) -> None:
    browser = person(full_street.stranger)
    service = service_of(full_street.stranger)
    data = browser.post("/ledger/evidence/", {"service": service.service, "direction": "received"}).content
    own = {f"evidence/{one}.zip" for one in service.received.values_list("pk", flat=True)}
    assert unbundle(data).keys() == own
    assert browser.post("/ledger/evidence/", {"service": "43"}).status_code == 404


def test_more_than_fits_is_said_and_nothing_is_made(
    full_street: Street, person: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.conf import settings

    browser, service = person(full_street.care_manager), service_of(full_street.care_manager)
    many = service.sent.count() + service.received.count()
    monkeypatch.setitem(settings.RENKEI, "LIMIT_PROOF_UNITS", many - 1)
    answer = browser.post("/ledger/evidence/", {"service": "43"}, follow=True)
    assert f"一度に作れるのは{many - 1}件までです" in answer.content.decode() and looks() == []
    monkeypatch.setitem(settings.RENKEI, "LIMIT_PROOF_UNITS", many)
    assert len(unbundle(made(browser))) == many


def test_a_cell_that_a_spreadsheet_would_reckon_with_stays_a_text() -> None:
    from renkei.hub.workspace.ledger.tables import harmless

    assert harmless("=1+1") == "'=1+1" and harmless("-5") == "'-5" and harmless("提供票") == "提供票"
