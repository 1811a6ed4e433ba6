"""A hub may put a cleaned copy in the place of an attached PDF, and of nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from renkei.attachments import index
from renkei.attachments.index import Attached, Type
from renkei.client import HubAnswerError
from renkei.client._sync import carrying
from renkei.client.papers import Paper, commit
from renkei.client.pieces import received
from renkei.client.protocol import Upload
from renkei.trust import manifest
from renkei.trust.errors import ManifestError
from renkei.trust.receipts import Copy, Receipt

PLAN = "UPPLAN_202612_1379100017_43_1379300013_11_20261125090014.CSV"
LISTED = index.build(
    [
        Attached("01.pdf", "報告.pdf", Type.OTHER, "application/pdf"),
        Attached("02.pdf", "報告.pdf", Type.OTHER, "application/pdf"),
        Attached("03.png", "写真.png", Type.OTHER, "image/png"),
    ]
)
SIGNED = {PLAN: b"plan", index.FILE: LISTED, "01.pdf": b"a", "02.pdf": b"b", "03.png": b"c"}


@pytest.fixture(scope="module")
def unit() -> manifest.Manifest:
    ends = {"sender": "1379100017", "sender_service": "43", "recipient": "1379300013", "recipient_service": "11"}
    given: dict[str, Any] = ends | {"kind": "use_table", "months": ["202612"], "sequence": "20261125090014"}
    data, _ = manifest.build(hub="renkei-test", files=SIGNED, **given)
    return manifest.parse(data)


def receipt(*copies: Copy) -> Receipt:
    at = datetime(2026, 11, 25, tzinfo=UTC)
    return Receipt("renkei-test", "x", "accepted", "0" * 64, at, {"hub": "renkei-test"}, "program", 0, None, copies)


def copy(file: str, made: str, name: str) -> Copy:
    return Copy(file, made, name, 1, "0" * 64)


def test_a_cleaned_copy_lies_under_the_title_of_its_original_and_equal_titles_are_told_apart(
    unit: manifest.Manifest,
) -> None:
    pieces = received(unit, receipt(copy("01.pdf", "cleaned", "01.cleaned.pdf")), LISTED)
    assert {piece.name: piece.place for piece in pieces} == {
        PLAN: PLAN,
        index.FILE: index.FILE,
        "01.cleaned.pdf": "報告.pdf",
        "02.pdf": "報告 (2).pdf",
        "03.png": "写真.png",
    }
    assert [piece.name for piece in pieces if piece.is_standard] == [PLAN]


def test_what_the_hub_converted_lies_beside_what_was_signed_and_the_csv_of_both_is_checked(
    unit: manifest.Manifest,
) -> None:
    made = PLAN.replace(".CSV", ".JSON")
    pieces = received(unit, receipt(copy(PLAN, "converted", made)), LISTED)
    assert {PLAN, made} <= {piece.place for piece in pieces}
    assert [piece.name for piece in pieces if piece.is_standard] == [PLAN]


def test_of_a_unit_that_was_signed_as_json_the_csv_is_checked() -> None:
    document = PLAN.replace(".CSV", ".JSON")
    ends = {"sender": "1379100017", "sender_service": "43", "recipient": "1379300013", "recipient_service": "11"}
    given: dict[str, Any] = ends | {"kind": "use_table", "months": ["202612"], "sequence": "20261125090014"}
    data, _ = manifest.build(hub="renkei-test", files={document: b"{}"}, **given)
    pieces = received(manifest.parse(data), receipt(copy(document, "converted", PLAN)), None)
    assert [(piece.name, piece.is_standard) for piece in pieces] == [(document, False), (PLAN, True)]


LIES = {
    "a file of care software": [copy(PLAN, "cleaned", "EVIL.CSV")],
    "the index": [copy(index.FILE, "cleaned", "EVIL.JSON")],
    "a picture": [copy("03.png", "cleaned", "03.cleaned.png")],
    "a file that was not signed": [copy("nothing", "converted", "EVIL.JSON")],
    "the name of a signed file": [copy(PLAN, "converted", PLAN.lower())],
    "two copies of one": [copy("01.pdf", "cleaned", "a.pdf"), copy("01.pdf", "cleaned", "b.pdf")],
    "a PDF as a converted file": [copy("01.pdf", "converted", "01.JSON")],
}


@pytest.mark.parametrize("copies", LIES.values(), ids=LIES)
def test_a_copy_that_no_hub_may_make_is_not_believed(copies: list[Copy], unit: manifest.Manifest) -> None:
    with pytest.raises(ManifestError):
        received(unit, receipt(*copies), LISTED)


def test_without_an_index_nothing_is_replaced(unit: manifest.Manifest) -> None:
    with pytest.raises(ManifestError):
        received(unit, receipt(copy("01.pdf", "cleaned", "01.cleaned.pdf")), None)


@pytest.mark.parametrize("missing", [((-1, 0),), ((0, 10**17),), ((1, 0),)])
def test_a_hub_that_asks_for_what_no_file_has_gets_nothing(missing: Any, tmp_path: Path) -> None:
    class Asking:
        def announce(self, *_given: Any) -> Upload:
            return Upload("x", "open", 10, missing, ())

    (tmp_path / "01.pdf").write_bytes(b"a" * 15)
    paper: Paper = commit(Attached("01.pdf", "a.pdf", Type.OTHER, "application/pdf"), tmp_path / "01.pdf", b"0" * 32)
    with pytest.raises(HubAnswerError):
        carrying.bring_in(Asking(), paper)  # type: ignore[arg-type]
