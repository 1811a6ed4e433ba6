"""Files that can be read but not trusted: what a spreadsheet saved, what was cut off."""

from __future__ import annotations

import doctest
import importlib

import pytest
from tests.standard import month

from renkei.standard.comparing.faults import Faulty, fault_lines, faults_of
from renkei.standard.layouts import layout
from renkei.standard.records import write
from renkei.standard.showing.as_html import as_html
from renkei.standard.showing.as_text import as_text
from renkei.standard.showing.sheets import contents


def spoilt(key: str, **items: str) -> Faulty | None:
    rows = month.rows()[key]
    rows[0] |= items
    return faults_of(month.NAMES[key], write(month.kind_of(key), rows))


@pytest.mark.parametrize("key", month.NAMES)
def test_a_clean_file_is_not_faulted(key: str) -> None:
    assert spoilt(key) is None


def test_a_file_of_the_third_edition_is_not_faulted() -> None:
    known = {field.name for field in layout("UPPLAN", "202208").fields}
    old = [{name: value for name, value in row.items() if name in known} for row in month.rows()["UPPLAN"]]
    name = f"UPPLAN_{month.MONTH}_{month.PLANNER}_{month.HELPER}_{month.TABLE_SEQUENCE}.CSV"
    assert faults_of(name, write("UPPLAN", old, "202208")) is None


@pytest.mark.parametrize(
    ("key", "item", "value"),
    [
        ("UPPLAN", "insured_person_number", "1"),
        ("UPPLAN", "service_date", "2026/12/2"),
        ("UPPLAN", "service_start_time", "930"),
        ("UPPLAN", "service_date", ""),
        ("UPJSK", "service_office_number", "1.37E+09"),
        ("UPHOSOKU", "client_birth_date", "1940/2/29"),
        ("DLTPLAN", "delete_target_year_month", "2026/12"),
    ],
)
def test_numbers_dates_and_times_out_of_form_are_faults(key: str, item: str, value: str) -> None:
    found = spoilt(key, **{item: value})
    assert found and found.places == 1


@pytest.mark.parametrize(
    ("key", "item", "value"), [("UPPLAN", "care_manager_name", ""), ("UPHOSOKU", "client_postal_code", "1858501")]
)
def test_what_no_comparison_hangs_on_is_left_to_the_check(key: str, item: str, value: str) -> None:
    assert spoilt(key, **{item: value}) is None


def test_every_place_is_counted_beyond_what_a_check_would_tell() -> None:
    rows = [row | {"insured_person_number": "1"} for row in month.rows()["UPPLAN"] * 100]
    found = faults_of(month.NAMES["UPPLAN"], write("UPPLAN", rows))
    assert found and (found.places, found.has_more) == (len(rows), False)


def test_more_than_can_be_counted_is_said_to_be_more() -> None:
    rows = [row | {"insured_person_number": "1", "service_date": "x"} for row in month.rows()["UPPLAN"] * 1_000]
    found = faults_of(month.NAMES["UPPLAN"], write("UPPLAN", rows))
    assert found and found.has_more and "か所より多くの誤り" in found.label


def test_a_name_that_is_none_and_a_picture_are_left_to_others() -> None:
    assert faults_of("メモ.CSV", b"\x00") is None
    assert faults_of(f"UPKIHON_IMAGE_{month.TO_HELPER}_20261126090014_0001.jpg", b"\xff") is None


def test_what_is_shown_of_a_faulty_file_begins_with_that() -> None:
    rows = month.rows()["UPPLAN"]
    rows[0]["insured_person_number"] = "1"
    found = contents({month.NAMES["UPPLAN"]: write("UPPLAN", rows)})
    words = "1 か所の誤りがあります。この結果は当てになりません。先に renkei check で確かめてください。"
    first = as_text(found, 200).split("\n\n")[0].replace("\n", "")
    assert first.startswith("! UPPLAN_") and first.endswith(words)
    assert as_html(found).index(words) < as_html(found).index("<h1>")


def test_many_faulty_files_do_not_push_the_result_away() -> None:
    lines = fault_lines([Faulty(f"{number}.CSV", 1) for number in range(500)])
    assert len(lines) == 6 and "495個" in lines[-1]


@pytest.mark.parametrize("module", ["faults", "file_rows"])
def test_the_examples_in_the_docstrings_are_true(module: str) -> None:
    found = doctest.testmod(importlib.import_module(f"renkei.standard.comparing.{module}"))
    assert (found.failed, found.attempted > 0) == (0, True)
