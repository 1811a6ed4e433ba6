"""Imported, or not and why."""

from __future__ import annotations

import shutil

import pytest

from renkei.client import Outcome, SetupError, State
from renkei.standard.findings import Finding, Severity
from renkei.trust import receipts

from .conftest import FakeHub, Pair

FINDING = Finding("E-CSV-COLUMNS", Severity.ERROR, "x.CSV", 1, None, None, "列の数がちがいます。", "直してください。")


@pytest.fixture
def collected(sent: Pair) -> Pair:
    sent.recipient.collect()
    return sent


def states(pair: Pair) -> list[State]:
    return [entry.state for entry in pair.recipient.ledger()]


def test_everything_collected_is_reported_imported(collected: Pair, hub: FakeHub) -> None:
    results = collected.recipient.report()
    assert [(result.outcome, result.imported) for result in results] == [(Outcome.DONE, True)] * 2
    assert states(collected) == [State.IMPORTED] * 2
    assert len(hub.of_step("imported")) == 2
    assert collected.recipient.report() == []


def test_one_unit_is_reported_failed_with_what_was_found(collected: Pair, hub: FakeHub) -> None:
    first = collected.recipient.ledger()[0]
    [result] = collected.recipient.report([str(first.transmission)], findings=[FINDING])
    assert (result.outcome, result.imported, result.findings) == (Outcome.DONE, False, (FINDING,))
    assert sorted(states(collected)) == [State.COLLECTED, State.IMPORT_FAILED]
    own = result.entry.receipt("import_failed", "recipient")
    assert own and receipts.parse(own.body).findings == 1
    # Mended and imported after all.
    [again] = collected.recipient.report([str(first.transmission)])
    assert again.entry.state is State.IMPORTED


def test_a_number_that_was_never_collected_is_refused(collected: Pair) -> None:
    with pytest.raises(SetupError, match="E-OFFICE-UNKNOWN"):
        collected.recipient.report(["00000000-0000-4000-8000-000000000000"])


def test_without_software_of_its_own_an_office_checks_and_reports(collected: Pair, hub: FakeHub) -> None:
    results = collected.recipient.reference_import()
    assert [(result.outcome, result.imported) for result in results] == [(Outcome.DONE, True)] * 2
    assert len(hub.of_step("imported")) == 2


def test_what_cannot_be_read_is_reported_with_its_findings(
    collected: Pair, hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken:
        findings = [FINDING]

    monkeypatch.setattr("renkei.client.reporting.check", lambda *_: Broken)
    results = collected.recipient.reference_import()
    assert [(result.imported, result.findings) for result in results] == [(False, (FINDING,))] * 2
    assert len(hub.of_step("import_failed")) == 2


def test_files_that_were_moved_away_are_not_reported_imported(collected: Pair, hub: FakeHub) -> None:
    place = collected.recipient.ledger()[0].place
    shutil.rmtree(collected.recipient.folder.root / str(place))
    results = collected.recipient.reference_import()
    assert sorted(result.outcome for result in results) == [Outcome.DONE, Outcome.ERROR]
    assert len(hub.of_step("imported")) == 1


def test_a_lost_answer_leaves_one_report_at_the_hub(collected: Pair, hub: FakeHub) -> None:
    hub.limits["receipts"] = 1
    hub.cut = 4
    assert {result.outcome for result in collected.recipient.report()} == {Outcome.WAITING}
    assert states(collected) == [State.COLLECTED] * 2
    assert {result.outcome for result in collected.recipient.report()} == {Outcome.DONE}
    assert all(held.steps.count("imported") == 1 for held in hub.of_step("imported"))
    assert len(hub.of_step("imported")) == 2
