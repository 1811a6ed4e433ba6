"""File names of V4.1, V4.0 and the third edition."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renkei.standard.layouts import KINDS
from renkei.standard.names import IMAGE, MONTH_KINDS, BadName, Edition, FileName

from .month import NAMES

_office = st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=10, max_size=10)
_service = st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=2).filter(lambda s: not s.isspace())


@st.composite
def _names(draw: st.DrawFn) -> FileName:
    kind = draw(st.sampled_from((*KINDS, IMAGE)))
    month = draw(st.sampled_from(["202612", "199901"])) if kind in MONTH_KINDS else None
    if kind == "UPHOSOKU" and draw(st.booleans()):
        month = "000000"
    sequence = f"{draw(st.integers(0, 10**14 - 1)):014}"
    address = (draw(_office), draw(_service), draw(_office), draw(_service))
    is_image = kind == IMAGE
    return FileName(kind, month, *address, sequence, "0001" if is_image else None, "jpg" if is_image else "CSV")


@given(_names())
def test_a_name_is_read_and_given_back(name: FileName):
    assert FileName.parse(str(name)) == name


@pytest.mark.parametrize("name", NAMES.values())
def test_the_names_of_the_month_are_given_back(name: str):
    assert str(FileName.parse(name)) == name


def test_the_parts_have_their_meaning():
    name = FileName.parse("UPHOSOKU_000000_1370100016_43_13702A0014_A2_20261125090007.CSV")
    assert (name.kind, name.month) == ("UPHOSOKU", "000000")
    assert (name.sender, name.sender_service) == ("1370100016", "43")
    assert (name.recipient, name.recipient_service) == ("13702A0014", "A2")
    assert name.sequence == "20261125090007"


def test_a_kind_with_an_underscore_is_read_whole():
    assert FileName.parse(NAMES["UPKIHON_SUB1"]).kind == "UPKIHON_SUB1"
    assert FileName.parse(NAMES["UPYOBO_SUB"]).kind == "UPYOBO_SUB"


def test_the_case_of_the_extension_is_kept():
    assert str(FileName.parse("DLT1KYO_1370100016_43_1370200014_11_20261126090000.csv")).endswith(".csv")


@given(st.text(alphabet="UPLANJSKHO_0123456789A.CSVjpg ", max_size=90) | st.text(max_size=40))
def test_any_other_text_is_a_bad_name(text: str):
    try:
        parsed = FileName.parse(text)
    except BadName as bad:
        found = bad.code
    else:
        found = "E-NAME-" if str(parsed) == text else "not given back"
    assert found.startswith("E-NAME-")


def test_a_name_of_the_third_edition_has_no_service_types_until_somebody_says_them():
    text = "UPPLAN_202612_1370100016_1370200014_20261125090014.CSV"
    name = FileName.parse(text)
    assert (name.edition, name.month, name.sender_service, name.recipient_service) == (Edition.V3, "202612", "", "")
    assert name.edition.version == "202208"
    assert str(name) == str(name.with_services("43", "11")) == text
    assert (
        str(name.with_services("43", "11").current()) == "UPPLAN_202612_1370100016_43_1370200014_11_20261125090014.CSV"
    )


def test_a_kind_that_the_third_edition_did_not_have_has_no_such_name():
    with pytest.raises(BadName):
        FileName.parse("UP3KYO_1370100016_1370200014_20261125090014.CSV")


def test_of_three_digits_the_first_two_are_the_service_type():
    text = "UPPLAN_202612_1370100016_431_1370200014_111_20261125090014.CSV"
    name = FileName.parse(text)
    assert (name.edition, name.sender_service, name.recipient_service) == (Edition.V4_0, "43", "11")
    assert str(name) == text
    assert str(name.current()) == "UPPLAN_202612_1370100016_43_1370200014_11_20261125090014.CSV"
