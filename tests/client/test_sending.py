from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from renkei.client import Direction, Outcome, SendResult, State
from renkei.client.errors import SetupError
from renkei.standard import records
from renkei.standard.converting import to_json
from renkei.standard.converting.single import document_name

from .conftest import FakeHub, Join, Json, Pair, fill, problem


def outcomes(results: list[SendResult]) -> Counter[str]:
    return Counter(result.outcome.value for result in results)


def outbox(pair: Pair) -> set[str]:
    return {path.name for path in pair.sender.folder.outbox.rglob("*.CSV")}


def kept(pair: Pair) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in pair.sender.folder.sent.rglob("*.CSV")}


def test_everything_in_the_outbox_goes_out_with_receipts(pair: Pair, hub: FakeHub) -> None:
    results = pair.sender.send()
    assert outcomes(results) == {"done": 5}
    assert len(hub.held) == 5
    assert outbox(pair) == set()
    assert kept(pair) == pair.files
    entries = pair.sender.ledger()
    assert {(entry.state, entry.direction) for entry in entries} == {(State.ACCEPTED, Direction.OUTGOING)}
    assert all(entry.receipt("accepted", "hub") for entry in entries)
    assert {Path(entry.place or "").parts[:2] for entry in entries} == {("sent", "計画"), ("sent", "202612")}
    assert all("accepted" in entry.times for entry in entries)


def test_every_file_has_exactly_one_result(pair: Pair) -> None:
    fill(pair.sender, {"memo.txt": b"x", "UPPLAN_202612_1.CSV": b""})
    results = pair.sender.send()
    files = [path for result in results for path in result.files]
    assert len(files) == len(set(files)) == len(pair.files) + 2
    assert outcomes(results) == {"done": 5, "error": 2}
    assert all(result.findings for result in results if result.outcome is Outcome.ERROR)


def test_a_unit_with_errors_stays_and_the_others_go(pair: Pair, hub: FakeHub) -> None:
    bad = next(name for name in pair.files if name.startswith("UPSIKYU"))
    (pair.sender.folder.outbox / bad).unlink()
    results = pair.sender.send()
    assert outcomes(results) == {"done": 4, "error": 1}
    [error] = [result for result in results if result.outcome is Outcome.ERROR]
    assert error.trouble and error.trouble.code == "E-OFFICE-FINDINGS"
    assert "E-UNIT-MISSING" in {finding.code for finding in error.findings}
    assert outbox(pair) == {path.name for path in error.files}
    assert len(hub.held) == 4


def test_a_file_of_another_office_is_not_sent_in_our_name(pair: Pair, join: Join) -> None:
    fill(pair.recipient, pair.files)
    results = pair.recipient.send()
    assert {result.trouble.code for result in results if result.trouble} == {"E-OFFICE-SENDER"}
    assert outcomes(results) == {"error": 5}


def test_a_slip_dropped_twice_arrives_once(pair: Pair, hub: FakeHub) -> None:
    pair.sender.send()
    fill(pair.sender, pair.files)
    again = pair.sender.send()
    assert outcomes(again) == {"done": 5}
    assert all(result.repeated for result in again)
    assert len(hub.held) == 5
    assert outbox(pair) == set()


def test_after_a_lost_answer_the_same_bytes_go_out_and_the_first_receipt_comes_back(pair: Pair, hub: FakeHub) -> None:
    hub.cut = 4
    first = pair.sender.send()
    assert outcomes(first) == {"waiting": 5}
    assert {result.trouble.code for result in first if result.trouble} == {"E-HUB-UNREACHABLE"}
    assert outbox(pair) == set(pair.files)
    assert {entry.state for entry in pair.sender.ledger()} == {State.WAITING}
    again = pair.sender.send()
    assert outcomes(again) == {"done": 5}
    assert all(result.repeated for result in again)
    assert len(hub.held) == 5
    assert len(pair.sender.ledger()) == 5
    assert "GET" not in {call.split()[0] for call in hub.calls if call.endswith("/files")}


def test_one_lost_answer_is_asked_for_again_at_once(pair: Pair, hub: FakeHub) -> None:
    hub.cut = 1
    assert outcomes(pair.sender.send()) == {"done": 5}
    assert len(hub.held) == 5


def test_what_another_computer_sent_is_proved_before_it_is_believed(pair: Pair, hub: FakeHub, join: Join) -> None:
    pair.sender.send()
    second = join(pair.sender.settings.office, "43", folder="second")
    fill(second, pair.files)
    results = second.send()
    assert outcomes(results) == {"done": 5}
    assert all(result.repeated for result in results)
    assert {entry.manifest for entry in second.ledger()} == {held.manifest for held in hub.held}
    assert not [result for result in second.verify() if result.troubles]


def test_the_same_key_with_other_content_is_refused_and_the_first_stays(pair: Pair, hub: FakeHub) -> None:
    pair.sender.send()
    name = next(name for name in pair.files if name.startswith("UP1KYO"))
    rows = records.read(pair.files[name], "UP1KYO")
    changed = [row | {"overall_support_policy": "ちがう方針"} for row in rows]
    unit = {other: data for other, data in pair.files.items() if other.endswith(name[-18:])}
    fill(pair.sender, unit | {name: records.write("UP1KYO", changed)})
    before = pair.sender.ledger()
    results = pair.sender.send()
    errors = [result for result in results if result.outcome is Outcome.ERROR]
    assert {result.trouble.code for result in errors if result.trouble} == {"E-UNIT-SEQUENCE-USED"}
    assert {path.name for result in errors for path in result.files} == set(unit)
    assert before == pair.sender.ledger()
    assert name in outbox(pair)
    assert len(hub.held) == 5


def test_the_hubs_refusal_is_told_in_its_words(pair: Pair, hub: FakeHub) -> None:
    hub.refuse = problem("E-DEST-UNKNOWN")
    results = pair.sender.send()
    assert {result.trouble.code for result in results if result.trouble} == {"E-DEST-UNKNOWN"}
    assert outbox(pair) == set(pair.files)
    assert {entry.state for entry in pair.sender.ledger()} == {State.REFUSED}
    hub.refuse = None
    assert outcomes(pair.sender.send()) == {"done": 5}


def test_a_hub_that_is_down_keeps_everything_waiting(pair: Pair, hub: FakeHub) -> None:
    hub.down = True
    results = pair.sender.send()
    assert outcomes(results) == {"waiting": 5}
    assert outbox(pair) == set(pair.files)
    assert len(hub.calls) < 10  # bounded patience


def test_a_token_that_ran_out_is_renewed_once(pair: Pair, hub: FakeHub) -> None:
    hub.limits["batch_units"] = 1
    handle = hub._accept

    def forget(unit: Json) -> Json:
        hub.tokens.clear()
        return handle(unit)

    hub._accept = forget  # type: ignore[method-assign]
    assert outcomes(pair.sender.send()) == {"done": 5}
    assert hub.calls.count("POST /v1/tokens") == 5


def test_a_token_that_is_never_good_ends_in_an_error(pair: Pair, hub: FakeHub) -> None:
    hub.tamper = lambda path, answer: {"access_token": "other"} if path == "/v1/tokens" else answer
    results = pair.sender.send()
    assert {result.trouble.code for result in results if result.trouble} == {"E-AUTH-TOKEN"}
    assert hub.calls.count("POST /v1/tokens") == 2


def test_batches_keep_to_the_hubs_count(pair: Pair, hub: FakeHub) -> None:
    hub.limits["batch_units"] = 2
    assert outcomes(pair.sender.send()) == {"done": 5}
    assert hub.batches == [2, 2, 1]


def test_batches_keep_to_a_number_of_bytes(pair: Pair, hub: FakeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("renkei.client.batches.BATCH_BYTES", 50_000)
    assert outcomes(pair.sender.send()) == {"done": 5}
    assert sum(hub.batches) == 5
    assert max(hub.batches) == 2


def test_a_unit_over_the_limit_is_not_sent(pair: Pair, hub: FakeHub) -> None:
    hub.limits["file_bytes"] = 1000
    results = pair.sender.send()
    assert outcomes(results) == {"done": 2, "error": 3}
    assert {result.trouble.code for result in results if result.trouble} == {"E-LIMIT"}


def test_files_elsewhere_are_sent_and_left_where_they_are(pair: Pair, tmp_path: Path) -> None:
    for path in pair.sender.folder.outbox.iterdir():
        path.rename(tmp_path / path.name)
    results = pair.sender.send([tmp_path / name for name in pair.files])
    assert outcomes(results) == {"done": 5}
    assert {path.name for path in tmp_path.glob("*.CSV")} == set(pair.files)
    assert kept(pair) == pair.files


def test_a_copy_of_a_file_goes_with_its_unit(pair: Pair) -> None:
    name = next(iter(pair.files))
    (pair.sender.folder.outbox / "copy").mkdir()
    (pair.sender.folder.outbox / "copy" / name).write_bytes(pair.files[name])
    assert outcomes(pair.sender.send()) == {"done": 5}
    assert outbox(pair) == set()


def test_of_two_different_files_with_one_name_neither_goes(pair: Pair) -> None:
    name = next(iter(pair.files))
    (pair.sender.folder.outbox / "copy").mkdir()
    (pair.sender.folder.outbox / "copy" / name).write_bytes(pair.files[name] + b"\r\n")
    assert outcomes(pair.sender.send()) == {"done": 4, "error": 1}


def test_without_a_certificate_nothing_is_tried(pair: Pair, hub: FakeHub) -> None:
    pair.sender.folder.certificate.unlink()
    hub.calls.clear()
    with pytest.raises(SetupError, match="E-OFFICE-CERTIFICATE"):
        pair.sender.send()
    assert hub.calls == []


def documents(files: dict[str, bytes]) -> dict[str, bytes]:
    """The same in the JSON form, one document a file."""
    made = {}
    for name, data in files.items():
        text, _ = to_json([(name, data)])
        assert text
        made[document_name(name)] = text.encode()
    return made


def test_units_in_the_json_form_are_checked_and_go_out_as_they_are(pair: Pair, hub: FakeHub, join: Join) -> None:
    office = join(pair.sender.settings.office, "43", folder="json")
    given = documents(pair.files)
    fill(office, given)
    assert outcomes(office.send()) == {"done": 5}
    assert {name for held in hub.held for name in held.files} == set(given)
    kept = {path.name: path.read_bytes() for path in office.folder.sent.rglob("*.JSON")}
    assert kept == given and not list(office.folder.outbox.rglob("*.JSON"))
    assert not [one for one in office.verify() if one.troubles]
    fill(office, given)
    calls = len(hub.calls)
    again = office.send()
    assert (outcomes(again), all(one.repeated for one in again), len(hub.calls)) == ({"done": 5}, True, calls)


def test_what_is_wrong_in_json_is_told_of_the_document_and_the_others_go(pair: Pair, join: Join) -> None:
    office = join(pair.sender.settings.office, "43", folder="json")
    given = documents(pair.files)
    plan = next(name for name in given if name.startswith("UPPLAN"))
    read = json.loads(given[plan])
    read["files"][0]["records"][0]["insured_number"] = "x"
    broken = next(name for name in given if name.startswith("UPPLAN") and name != plan)
    fill(office, given | {plan: json.dumps(read).encode(), broken: b"{", "memo.json": b"{}"})
    results = office.send()
    errors = [one for one in results if one.outcome is Outcome.ERROR]
    said = {Path(finding.file).name: finding.code for one in errors for finding in one.findings}
    assert outcomes(results)["done"] == 3
    assert said[broken] == "E-JSON-SYNTAX" and plan in said and set(said) <= {*given, "memo.json"}
    assert sorted(path for one in errors for path in one.files) == sorted({p for one in errors for p in one.files})


def test_csv_and_json_in_one_unit_stay(pair: Pair, hub: FakeHub) -> None:
    plan = next(name for name in pair.files if name.startswith("UPPLAN"))
    (pair.sender.folder.outbox / plan).unlink()
    fill(pair.sender, documents({plan: pair.files[plan]}))
    results = pair.sender.send()
    assert {one.trouble.code for one in results if one.trouble} == {"E-UNIT-FORM"}
    assert (outcomes(results), len(hub.held)) == ({"done": 4, "error": 1}, 4)


def test_a_document_that_would_be_too_long_in_csv_stays(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = next(name for name in pair.files if name.startswith("UPPLAN"))
    monkeypatch.setattr("renkei.client.sorting.MAX_FILE_BYTES", len(pair.files[plan]) - 1)
    (pair.sender.folder.outbox / plan).unlink()
    fill(pair.sender, documents({plan: pair.files[plan]}))
    assert "E-LIMIT" in {one.trouble.code for one in pair.sender.send() if one.trouble}
