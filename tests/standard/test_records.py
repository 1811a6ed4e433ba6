"""Reading and writing records."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renkei.standard.cp932 import CharacterError, decode, encode
from renkei.standard.layouts import KINDS, layout
from renkei.standard.names import FileName
from renkei.standard.records import read, write

from .month import Row, files

HOME_CARE = ("UPHOSOKU", "UP1KYO", "UP2KYO", "UP3KYO", "UPPLAN", "UPSIKYU", "UPJSK", "DLT1KYO", "DLTPLAN", "DLTJSK")


def _is_carried(text: str) -> bool:
    try:
        return decode(encode(text)) == text
    except CharacterError:
        return False


_pieces = st.sampled_from(
    ["㈱", "①", "髙", "﨑", "ｶﾞ", "\r\n", "\n", ",", '"', '""', "　", "あ", "A", "1", "'", "\t", "〒"]
)
_text = st.lists(_pieces, max_size=6).map("".join) | st.text(max_size=8).filter(_is_carried)
_bare = st.text("0123456789ABCDEFH-.", max_size=12)


@st.composite
def _rows(draw: st.DrawFn, kind: str) -> list[Row]:
    fields = layout(kind).fields[1:]
    # Only some items: a record of 63 independent texts is slow to draw and tells no more.
    chosen = draw(st.lists(st.sampled_from(fields), unique=True, max_size=8))
    several = st.fixed_dictionaries({f.name: _text if f.type == "text" else _bare for f in chosen})
    return draw(st.lists(several, max_size=3))


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=20)
@given(data=st.data())
def test_what_is_written_is_read_and_written_again_byte_for_byte(kind: str, data: st.DataObject):
    rows = data.draw(_rows(kind))
    written = write(kind, rows)
    back = read(written, kind)
    assert [{name: row[name] for name in given} for row, given in zip(back, rows, strict=True)] == rows
    assert write(kind, back) == written


def test_the_home_care_kinds_are_among_those():
    assert set(HOME_CARE) <= set(KINDS)


def test_free_text_is_quoted_and_the_rest_is_bare():
    row = {"insurer_number": "132019", "client_name": '髙 "ﾊﾙ", 様'}
    line = write("UPHOSOKU", [row]).decode("cp932")
    assert line.startswith('202407,132019,,,,"髙 ""ﾊﾙ"", 様",,')
    assert line.endswith(",\r\n")
    assert line.encode("cp932") != write("UPHOSOKU", [row])  # 髙 as Windows writes it


def test_a_version_that_is_there_is_kept():
    assert write("DLTPLAN", [{"csv_version": "202504"}]) == b"202504,,,\r\n"


def test_an_unknown_item_is_refused():
    with pytest.raises(KeyError, match="DLTPLAN"):
        write("DLTPLAN", [{"insurer": "132019"}])


@pytest.mark.parametrize(
    "data",
    [
        b"202407,132019,0000000001,202612\r\n",
        b"202407,132019,0000000001,202612\n",
        b"202407,132019,0000000001,202612",
        b"202407,132019,0000000001,202612\r\n\x1a",
        b"202407,132019,0000000001,202612\r\n\r\n\r\n",
        b'"202407","132019","0000000001","202612"\r\n',
        "版,保険者,被保険者,月\r\n202407,132019,0000000001,202612\r\n".encode("cp932"),
    ],
)
def test_every_usual_form_reads_the_same(data: bytes):
    assert write("DLTPLAN", read(data, "DLTPLAN")) == b"202407,132019,0000000001,202612\r\n"


def test_a_short_or_long_record_is_read_as_far_as_it_goes():
    assert read(b"202407,132019\r\n202407,132019,1,202612,more\r\n", "DLTPLAN") == [
        {
            "csv_version": "202407",
            "insurer_number": "132019",
            "insured_person_number": "",
            "delete_target_year_month": "",
        },
        {
            "csv_version": "202407",
            "insurer_number": "132019",
            "insured_person_number": "1",
            "delete_target_year_month": "202612",
        },
    ]


def test_a_line_break_inside_quotes_is_kept_as_it_is():
    data = write("UP1KYO", [{"overall_support_policy": "一\n二\r\n三\r四"}])
    assert read(data, "UP1KYO")[0]["overall_support_policy"] == "一\n二\r\n三\r四"


@pytest.mark.parametrize("name", files())
def test_the_month_is_given_back_byte_for_byte(name: str):
    data, kind = files()[name], FileName.parse(name).kind
    assert write(kind, read(data, kind)) == data


@pytest.mark.shared
def test_the_sample_month_is_given_back_byte_for_byte(shared: Path):
    paths = list((shared / "samples" / "month-202612").rglob("*.CSV"))
    assert len(paths) == 32
    for path in paths:
        data, kind = path.read_bytes(), FileName.parse(path.name).kind
        assert write(kind, read(data, kind)) == data
