"""Whatever the bytes: words, never a traceback; and the two paths say the same."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renkei.standard.checking import check, examining, fast, slow, sources
from renkei.standard.checking.collector import MOST_KEPT, Collector
from renkei.standard.checking.sources import Source
from renkei.standard.checking.table import Repeats, Table
from renkei.standard.findings import Role, Severity
from renkei.standard.layouts import layout
from renkei.standard.names import FileName
from renkei.standard.records import write

from .month import MONTH, NAMES, PLANNER, files, rows

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


def _table(key: str, data: bytes) -> Table:
    name = FileName.parse(NAMES[key])
    return Table(name.kind, Source(NAMES[key], data), name)


def _quickly(key: str, data: bytes) -> Table:
    table = _table(key, data)
    assert fast.read(table)
    return table


def _slowly(key: str, data: bytes) -> Table:
    table, collector = _table(key, data), Collector(Role.SENDER)
    slow.read(table, collector)
    assert collector.findings() == []
    return table


def _in_quotes(data: bytes) -> bytes:
    text = data.decode("cp932")
    cells = ([f'"{cell}"' if cell[:1] != '"' else cell for cell in line.split(",")] for line in text.splitlines())
    return "".join(",".join(line) + "\r\n" for line in cells).encode("cp932")


@pytest.mark.parametrize("key", _KEYS)
def test_both_paths_read_the_same_table(key: str):
    quickly, slowly = _quickly(key, files()[NAMES[key]]), _slowly(key, files()[NAMES[key]])
    names = [item for segment in quickly.segments for item in segment.names]
    assert list(quickly.numbered(*names)) == list(slowly.numbered(*names))
    assert set(quickly.distinct(*names)) == set(slowly.distinct(*names)) == set(slowly.rows(*names))
    assert (quickly.records, quickly.version, quickly.stated) == (slowly.records, slowly.version, slowly.stated)


def test_a_file_with_every_item_in_quotes_takes_the_fast_path():
    data = files()[NAMES["UPJSK"]]
    one = ("insured_person_number", "service_date", "service_office_number")
    assert list(_quickly("UPJSK", _in_quotes(data)).rows(*one)) == list(_quickly("UPJSK", data).rows(*one))
    assert check([(NAMES["UPJSK"], _in_quotes(data))]).findings == []


@pytest.mark.parametrize("chunk", [100, 400, 1_000])
@pytest.mark.parametrize("key", ["UPSIKYU", "UPPLAN", "UP1KYO"])
def test_a_large_file_is_read_in_chunks_without_losing_a_record(key: str, chunk: int, monkeypatch: pytest.MonkeyPatch):
    # What goes on in the next chunk waits; what goes on for longer than a chunk is for the slow path.
    data = files()[NAMES[key]]
    whole = _slowly(key, data)
    names = [item for segment in whole.segments for item in segment.names]
    monkeypatch.setattr(sources, "CHUNK", chunk)
    assert list(_slowly(key, data).numbered(*names)) == list(whole.numbered(*names))
    assert list(_quickly(key, data).numbered(*names)) == list(whole.numbered(*names))


@pytest.mark.parametrize("order", ["by client", "by day"])
def test_equal_records_are_found_wherever_they_stand(order: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sources, "CHUNK", 3_000)
    visit = rows()["UPPLAN"][0]
    visits = [
        visit | {"insured_person_number": f"{client:010}", "service_date": f"{MONTH}{day:02}"}
        for client in range(20)
        for day in range(1, 29)
    ]
    if order == "by day":
        visits.sort(key=lambda row: row["service_date"])
    assert list(_with_repeats(visits).equal_records()) == []
    assert list(_with_repeats([*visits, visits[3]]).equal_records()) == [len(visits) + 1]
    assert list(_with_repeats([visits[0], *visits, visits[-1]]).equal_records()) == [2, len(visits) + 2]


@pytest.mark.parametrize("small", [0, 1 << 40], ids=["fast", "slow"])
def test_records_are_equal_whether_an_empty_text_is_in_quotes_or_not(small: int, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(examining, "SMALL", small)
    name, data = NAMES["UPPLAN"], files()[NAMES["UPPLAN"]]
    first = data.split(b"\r\n")[0]
    place = layout("UPPLAN").field("equipment_name").no - 1
    cells = first.split(b",")
    assert cells[place] == b""
    cells[place] = b'""'
    report = check([(name, data + b",".join(cells) + b"\r\n")], sums=False)
    assert [found.record for found in report.findings if found.code == "W-CROSS-SAME"] == [data.count(b"\r\n") + 1]


def _with_repeats(visits: list[dict[str, str]]) -> Table:
    table = _table("UPPLAN", write("UPPLAN", visits))
    table.repeats = Repeats()
    assert fast.read(table)
    return table


def test_thousands_of_faults_are_summed_up():
    line = f"202407,132019,1,20261125,202612,{PLANNER},\r\n".encode()
    report = check([(NAMES["UPPLAN"], line * 5000)], limit=3)
    columns = [finding for finding in report.findings if finding.code == "E-CSV-COLUMNS"]
    assert [finding.record for finding in columns] == [1, 2, 3, None]
    assert "4997件" in columns[-1].message
    assert columns[-1].severity is Severity.ERROR
    assert report.records == 5000


def test_what_is_wrong_with_thousands_of_files_is_summed_up_in_one_line():
    report = check([(f"{number}.CSV", b"") for number in range(MOST_KEPT + 2_000)])
    assert report.errors == MOST_KEPT + 2_000
    assert len(report.findings) == MOST_KEPT + 1
    last = report.findings[-1]
    assert (last.file, last.code, last.record) == (f"{MOST_KEPT}.CSV", report.findings[0].code, None)
    assert "ほかの2000ファイルに2000件" in last.message


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


def test_a_record_that_breaks_in_its_first_item_is_passed():
    # The next record may not be sought where the broken one begins: that would never end.
    line = b'\r\n"202407,132019,0000000001"x,202612\r\n202407,132019,0000000001,202612\r\n'
    found = [finding.code for finding in check([(NAMES["DLTPLAN"], files()[NAMES["DLTPLAN"]] + line)]).findings]
    assert "E-CSV-QUOTE" in found


def test_a_file_of_nothing_but_end_marks_is_looked_at_once():
    """Marks are counted, not kept: four times as many may not take sixteen times as long."""

    def seconds(size: int) -> float:
        began = time.process_time()
        report = check([(NAMES["UPPLAN"], b"\x1a" * size)])
        assert {"W-CSV-END", "E-CSV-EMPTY"} <= {finding.code for finding in report.findings}
        return time.process_time() - began

    seconds(1000)
    assert seconds(8_000_000) < 9 * max(seconds(2_000_000), 0.1)


def test_end_marks_between_records_stay_part_of_the_text():
    data = files()[NAMES["UPPLAN"]]
    report = check([(NAMES["UPPLAN"], data + b"\x1a" * 100_000 + data)])
    assert "W-CSV-END" not in {finding.code for finding in report.findings}
    assert "E-CHAR-CONTROL" in {finding.code for finding in report.findings}


def test_many_wrong_files_take_no_longer_each():
    def seconds(count: int) -> float:
        began = time.process_time()
        report = check([(f"{number}.CSV", b"") for number in range(count)])
        assert (report.files, report.errors) == (count, count)
        return time.process_time() - began

    # The quickest of some: whatever else the machine does at one moment falls on one of them.
    assert min(seconds(12_000) for _ in range(3)) < 9 * min(seconds(3_000) for _ in range(3))
