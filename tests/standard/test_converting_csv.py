"""What converting says of a CSV file's form, and what it refuses to guess."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renkei.standard.converting import Converted, to_current, to_json

from .month import NAMES, files

NAME = NAMES["DLTPLAN"]
GOOD = b"202407,132019,0000000001,202612\r\n"
TEXT = NAMES["UP3KYO"]
TEXT_ROW = b'202407,132019,0000000001,20261115,20261115,"%s",1,0930,1000,,,,\r\n'


def _converted(data: bytes, name: str = NAME) -> Converted:
    return to_current([(name, data)])


def _codes(result: Converted) -> list[tuple[str, int | None, int]]:
    return [(note.code, note.record, note.count) for note in result.notes]


def test_a_canonical_month_comes_out_as_it_went_in_with_nothing_said():
    month = files()
    result = to_current(month.items())
    assert dict(result.files) == month
    assert result.notes == ()


@pytest.mark.parametrize(
    ("data", "code", "record", "count"),
    [
        (GOOD.replace(b"\r\n", b"\n") * 3, "C-FORM-NEWLINE", 1, 3),
        (GOOD * 2 + GOOD.rstrip(), "C-FORM-LAST-NEWLINE", 3, 1),
        (GOOD + b"\x1a", "C-FORM-END-MARK", None, 1),
        (GOOD + b"\r\n\r\n", "C-FORM-BLANK", 2, 2),
        ("版,保険者,被保険者,月\r\n".encode("cp932") + GOOD, "C-FORM-HEADER", None, 1),
        (b'"202407","132019","0000000001","202612"\r\n' * 2, "C-FORM-QUOTED", 1, 8),
    ],
)
def test_each_other_form_is_told_with_its_places_and_the_values_stay(data: bytes, code: str, record: int, count: int):
    result = _converted(data)
    assert _codes(result) == [(code, record, count)]
    assert set(result.files[0][1].splitlines(keepends=True)) == {GOOD}
    assert not result.has_errors


def test_bare_text_is_quoted_and_an_empty_pair_of_quotes_goes():
    result = _converted(
        '202407,132019,0000000001,20261115,20261115,訪問介護,1,0930,1000,"",,,\r\n'.encode("cp932"), TEXT
    )
    assert sorted(_codes(result)) == [("C-FORM-BARE-TEXT", 1, 1), ("C-FORM-QUOTED-EMPTY", 1, 1)]
    assert result.files[0][1] == TEXT_ROW % "訪問介護".encode("cp932")


def test_the_other_code_of_a_character_is_told_with_an_example():
    result = _converted(TEXT_ROW % b"\xee\xe0\x87\x90\xee\xe0", TEXT)  # 髙≒髙, as NEC machines wrote them
    assert _codes(result) == [("C-FORM-BYTES", None, 3)]
    assert "髙" in result.notes[0].message
    assert result.files[0][1] == TEXT_ROW % b"\xfb\xfc\x81\xe0\xfb\xfc"


def test_quotes_that_a_code_needs_are_canonical():
    data = b'202407,132019,0000000001,"20,612"\r\n'
    assert _converted(data).files[0][1] == data
    assert _codes(_converted(data)) == [("W-VALUE", 1, 1)]


@pytest.mark.parametrize(
    ("data", "code", "record"),
    [
        (GOOD + b"202407,132019,0000000001\r\n", "E-CONVERT-COLUMNS", 2),
        (GOOD + b"202407,132019,0000000001,202612,\r\n", "E-CONVERT-COLUMNS", 2),
        (GOOD + b'202407,13"2019,0000000001,202612\r\n', "E-CONVERT-QUOTE", 2),
        (GOOD + b'202407,"132019,0000000001,202612\r\n', "E-CONVERT-QUOTE", 2),
        (GOOD + b"202407,132019,0000000001,202612\r" + GOOD, "E-CONVERT-NEWLINE", 2),
        (b"202407,132019,\xf0\x40,202612\r\n", "E-CONVERT-CHARACTER", None),
        (b"\xef\xbb\xbf" + GOOD, "E-CONVERT-UTF8", None),
        ("名,前".encode(), "E-CONVERT-CHARACTER", None),
    ],
)
def test_what_cannot_be_carried_over_without_guessing_stops_the_file(data: bytes, code: str, record: int | None):
    result = _converted(data)
    assert result.files == ()
    assert result.has_errors
    assert (code, record, 1) in _codes(result)


def test_the_place_of_a_strange_byte_is_told():
    (note,) = _converted(b"202407,132019,\xf0\x40,202612\r\n").notes
    assert "15バイト目" in note.message
    assert "F040" in note.message


def test_a_file_without_records_is_told_and_stays():
    result = _converted(b"")
    assert _codes(result) == [("W-CONVERT-EMPTY", None, 1)]
    assert result.files == ((NAME, b""),)


def test_a_first_record_with_an_odd_version_is_no_header_row():
    result = _converted(b"2024O7,132019,0000000001,202612\r\n")
    assert _codes(result) == [("W-CONVERT-VERSION", 1, 1)]
    assert "2024O7" not in result.notes[0].message  # might be anything
    assert result.files[0][1] == GOOD


@pytest.mark.parametrize(
    "first",
    [
        '"202407 ","132019 ","0000000001 ","202612 "\r\n',  # a program that fills items up with blanks
        "２０２４０７,１３２０１９,０００００００００１,２０２６１２\r\n",
        " 202407, 132019, H000000001, 2026/12\r\n",
    ],
)
def test_a_first_record_in_an_odd_form_is_no_header_row(first: str):
    result = _converted(first.encode("cp932") + GOOD)
    assert "C-FORM-HEADER" not in [code for code, _, _ in _codes(result)]
    assert result.files[0][1].count(b"\r\n") == 2


def test_records_between_semicolons_are_no_header_rows():
    result = _converted(b"202407;132019;0000000001;202612\r\n")
    assert _codes(result) == [("E-CONVERT-COLUMNS", 1, 1)]


def test_two_files_of_one_name_are_not_made_one():
    other = GOOD.replace(b"01,", b"02,")
    result = to_current([(NAME, GOOD), (NAME, other)])
    assert result.files == ((NAME, GOOD),)
    assert _codes(result) == [("E-CONVERT-TWICE", None, 1)]
    document, notes = to_json([(NAME, GOOD), (NAME, other)])
    assert document is None
    assert [note.code for note in notes] == ["E-CONVERT-TWICE"]


@pytest.mark.parametrize(
    ("stated", "code"), [("202410", "C-VERSION"), ("", "C-VERSION"), ("202701", "W-CONVERT-VERSION")]
)
def test_another_version_value_is_changed_and_told(stated: str, code: str):
    result = _converted(GOOD.replace(b"202407", stated.encode()))
    assert _codes(result) == [(code, 1, 1)]
    assert result.files[0][1] == GOOD


def test_a_file_that_is_none_of_the_standard_is_told_and_the_rest_goes_on():
    result = to_current([("メモ.CSV", b"x"), (NAME, GOOD)])
    assert result.files == ((NAME, GOOD),)
    assert [note.code for note in result.notes] == ["E-CONVERT-NAME"]


_cells = st.sampled_from(["202407", "132019", '"132019"', '""', "", "H000000002", '"20,6"'])
_lines = st.tuples(st.lists(_cells, min_size=4, max_size=4).map(",".join), st.sampled_from(["\r\n", "\n"])).map("".join)
_ends = st.sampled_from(["", "\x1a", "\r\n", "\n"])


@given(lines=st.lists(_lines, max_size=4), end=_ends)
def test_nothing_said_means_the_same_bytes_and_other_bytes_mean_that_something_is_said(lines: list[str], end: str):
    data = ("".join(f"202407,132019,{line.split(',', 2)[2]}" for line in lines) + end).encode()
    result = _converted(data)
    if not result.has_errors:
        is_silent = all(note.code in {"W-CONVERT-EMPTY", "W-VALUE", "W-REQUIRED"} for note in result.notes)
        assert is_silent == (result.files[0][1] == data)
