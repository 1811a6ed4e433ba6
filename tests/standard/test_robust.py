"""Whatever the bytes: words, never a traceback; and the two paths say the same."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renkei.standard.checking import check, encoding, fast, slow
from renkei.standard.checking.collector import Collector
from renkei.standard.findings import Role, Severity
from renkei.standard.names import FileName
from renkei.standard.records import write

from .month import NAMES, PLANNER, files, rows

_KEYS = sorted(NAMES)
_SPOILERS = [b'"', b",", b"\r\n", b"\r", b"\n", b"\0", b"\x81", b"\xf0\x40", b"\x1a", b"9", b"\xef\xbb\xbf", b"\xff"]


@settings(max_examples=150)
@given(key=st.sampled_from(_KEYS), data=st.binary(max_size=300), role=st.sampled_from(Role))
def test_any_bytes_are_answered_with_findings(key: str, data: bytes, role: Role):
    report = check([(NAMES[key], data)], role)
    assert report.files == 1
    assert all(finding.message and finding.remedy for finding in report.findings)


@settings(max_examples=60)
@given(
    key=st.sampled_from(_KEYS),
    places=st.lists(st.tuples(st.floats(0, 1), st.sampled_from(_SPOILERS), st.integers(0, 3)), min_size=1, max_size=4),
)
def test_a_spoilt_month_is_answered_with_findings(key: str, places: list[tuple[float, bytes, int]]):
    month = files()
    data = month[NAMES[key]]
    for place, spoiler, removed in places:
        at = int(place * len(data))
        data = data[:at] + spoiler + data[at + removed :]
    month[NAMES[key]] = data
    report = check(month.items())
    assert report.files == len(month)
    assert str(report.findings).encode("utf-8")  # nothing that a terminal or JSON could not carry


@settings(max_examples=50)
@given(st.text(max_size=60))
def test_any_name_is_answered_with_findings(name: str):
    report = check([(name, b"202407,132019,0000000001,202612\r\n")])
    assert report.files == 1


@pytest.mark.parametrize("key", _KEYS)
def test_both_paths_read_the_same_table(key: str):
    data = files()[NAMES[key]]
    name = FileName.parse(NAMES[key])
    text = encoding.lenient(data)
    collector = Collector(Role.SENDER)
    quickly = fast.read(text, name.kind, "x", name)
    slowly = slow.read(text, name.kind, "x", name, collector)
    assert collector.findings() == []
    assert quickly is not None
    wanted = [item for span in quickly.spans for item in span.names]
    assert list(quickly.rows(*wanted)) == list(slowly.rows(*wanted))
    assert list(quickly.distinct(*wanted)) == list(slowly.distinct(*wanted))
    assert list(quickly.numbers) == slowly.numbers


def test_a_file_with_every_item_in_quotes_takes_the_fast_path():
    plain = encoding.lenient(files()[NAMES["UPJSK"]])
    quoted = "".join(
        ",".join(f'"{cell}"' if not cell.startswith('"') else cell for cell in line.split(",")) + "\r\n"
        for line in plain.splitlines()
    )
    name = FileName.parse(NAMES["UPJSK"])
    table = fast.read(quoted, "UPJSK", "x", name)
    assert table is not None
    one = ("insured_person_number", "service_date", "service_office_number")
    same = fast.read(plain, "UPJSK", "x", name)
    assert same is not None
    assert list(table.rows(*one)) == list(same.rows(*one))
    assert check([(NAMES["UPJSK"], quoted.encode("cp932"))]).findings == []


def test_a_large_file_is_read_in_chunks_without_losing_a_record(monkeypatch: pytest.MonkeyPatch):
    data = files()[NAMES["UPSIKYU"]]
    whole = check([(NAMES["UPSIKYU"], data)])
    monkeypatch.setattr(fast, "CHUNK", 400)
    name = FileName.parse(NAMES["UPSIKYU"])
    table = fast.read(encoding.lenient(data), "UPSIKYU", "x", name)
    assert table is not None
    assert len(table.numbers) == whole.records == 8


def test_thousands_of_faults_are_summed_up():
    line = f"202407,132019,1,20261125,202612,{PLANNER},\r\n".encode()
    report = check([(NAMES["UPPLAN"], line * 5000)], limit=3)
    columns = [finding for finding in report.findings if finding.code == "E-CSV-COLUMNS"]
    assert [finding.record for finding in columns] == [1, 2, 3, None]
    assert "4997件" in columns[-1].message
    assert columns[-1].severity is Severity.ERROR
    assert report.records == 5000


def test_an_error_is_not_hidden_behind_many_warnings_of_the_same_code():
    # To the hub an empty 単位数 is a warning and an empty サービス利用日 an error; both are E-FIELD-REQUIRED.
    visits = [row | {"unit_points": ""} for row in rows()["UPPLAN"]]
    visits[-1] |= {"service_date": ""}
    found = check(files({"UPPLAN": visits}).items(), Role.HUB, limit=2).findings
    required = [finding for finding in found if finding.code == "E-FIELD-REQUIRED"]
    assert [(finding.record, str(finding.severity)) for finding in required] == [
        (1, "warning"),
        (2, "warning"),
        (6, "error"),
        (None, "warning"),
    ]


def test_findings_come_in_the_order_of_the_files():
    month = files({"DLTPLAN": [{}], "UP1KYO": [{}], "UPPLAN": [{}]})
    order = list(dict.fromkeys(finding.file for finding in check(month.items()).findings))
    assert order == sorted(order, key=list(month).index)


def test_a_long_value_is_cut_and_a_private_one_can_be_printed():
    data = files()[NAMES["UPHOSOKU"]].replace(b"185-8501", b"1" * 500, 1).replace(b"\xfb\xfc", b"\xf0\x40", 1)
    values = {finding.code: finding.value for finding in check([(NAMES["UPHOSOKU"], data)]).findings}
    assert values["E-FIELD-TYPE"] == "1" * 40 + "…"
    assert values["E-CHAR-GAIJI"] == "小野寺　\ufffd子"


def test_a_broken_quote_does_not_hide_the_records_after_it():
    data = files()[NAMES["UPPLAN"]]
    spoilt = data.replace(b'"', b"", 1).replace(b"20261231", b"20261232")
    found = {(finding.code, finding.record) for finding in check([(NAMES["UPPLAN"], spoilt)]).findings}
    assert {("E-CSV-QUOTE", 1), ("E-FIELD-DATE", 5)} <= found


def _unclosed(lines: int) -> tuple[str, bytes]:
    dice = random.Random(2)
    return "DLTPLAN", b"".join(
        b'202407,132019,0000000001,"' + dice.choice([b'""', b'"', b"x"]) + b"\r\n" for _ in range(lines)
    )


def _all_different(lines: int) -> tuple[str, bytes]:
    code = {"service_office_number": "0000000000", "service_date": "20270101"}
    visit = rows()["UPPLAN"][0] | code
    return "UPPLAN", write("UPPLAN", (visit | {"insured_person_number": f"{line:010}"} for line in range(lines)))


def _without_totals(lines: int) -> tuple[str, bytes]:
    line = rows()["UPSIKYU"][0]
    return "UPSIKYU", write("UPSIKYU", (line | {"service_office_number": f"{n:010}"} for n in range(lines)))


@pytest.mark.parametrize("make", [_unclosed, _all_different, _without_totals])
def test_the_worst_file_is_answered_in_time(make: Callable[[int], tuple[str, bytes]]):
    # Work that grew with the square of the records would take minutes here.
    key, data = make(10_000)
    start = time.process_time()
    assert check([(NAMES[key], data)]).has_errors
    assert time.process_time() - start < 15


@pytest.mark.shared
@pytest.mark.parametrize("role", Role)
def test_the_sample_month_is_clean_for_everybody(shared: Path, role: Role):
    paths = sorted((shared / "samples" / "month-202612").rglob("*.CSV"))
    report = check(((str(path), path.read_bytes()) for path in paths), role)
    assert report.findings == []
    assert (report.files, report.records, len(report.units)) == (32, 303, 12)
