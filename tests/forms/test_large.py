"""Large letters: every sheet in them, nothing of it left out, and no letter smaller than 18 points."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.forms.pictures import assert_looks_like
from tests.forms.weeks import LONG_NAME, NOTHING, TYPICAL, service, words

from renkei.forms import render
from renkei.forms.filling import large
from renkei.forms.filling.given import Given
from renkei.standard.layouts import KINDS, Field, layout
from renkei.standard.showing.sheets import contents

PERSON = Given(
    ("139998", "0000000001"), ("1379100017", "43"), ("1379300013", "11"), "", {}, client=("栁澤　春", "ﾔﾅｷﾞｻﾜ ﾊﾙ")
)
MONTH = "202612"


def visit(day: int, start: str = "1000", end: str = "1045", code: str = "111211", **more: str) -> dict[str, str]:
    """A record of 第6表."""
    named = {"service_office_number": "1379300013", "service_office_name": "㈱ホームヘルプすずらん"}
    date = {"target_year_month": MONTH, "service_date": f"{MONTH}{day:02}"}
    times = {"service_start_time": start, "service_end_time": end, "service_code": code}
    return {**named, **date, **times, "count_or_visits": "1", **more}


def token(kind: str, item: Field) -> str:
    return f"第{KINDS.index(kind)}の{item.no}項"


def filled(kind: str) -> dict[str, str]:
    """A record whose every free text is its own."""
    texts = {item.name: token(kind, item) for item in layout(kind).fields if item.type == "text"}
    return texts | ({**visit(3), **texts} if kind in ("UPPLAN", "UPJSK") else {})


def test_every_text_of_every_sheet_is_there(need: Callable[[str], str], tmp_path: Path) -> None:
    everything = replace(PERSON, rows={kind: [filled(kind)] for kind in KINDS if kind.startswith("UP")})
    said = words(large.fill(everything), tmp_path, need("pdftotext"))
    missing = {
        (kind, item.name)
        for kind in everything.rows
        for item in layout(kind).fields
        if item.type == "text" and token(kind, item) not in said
    }
    assert missing == set()


def test_one_sheet_alone_may_be_wanted() -> None:
    both = replace(TYPICAL, rows={**TYPICAL.rows, "UPPLAN": [visit(1)]})
    (sheet,) = large.fill(both, "UPPLAN").data["sheets"]
    assert sheet["title"].startswith("第6表")


def test_the_month_is_told_day_by_day_in_the_order_of_the_clock() -> None:
    rows = [visit(3, "1400", "1500", "151111"), visit(3), visit(1, "9999", "9999", "171003"), visit(3)]
    month = large.fill(replace(PERSON, rows={"UPPLAN": rows})).data["sheets"][0]["month"]
    assert [day["name"] for day in month["days"]] == ["12月1日(火)", "12月3日(木)"]
    told = [(one["time"], one["count"]) for day in month["days"] for one in day["visits"]]
    assert told == [("", 1), ("10:00～10:45", 2), ("14:00～15:00", 1)]
    assert sorted(one["count"] for one in month["services"]) == [1, 1, 2]


def test_what_was_done_stands_beside_what_was_planned() -> None:
    done = replace(PERSON, rows={"UPPLAN": [visit(1)]}, actual=[visit(2)])
    assert [sheet["month"]["days"][0]["name"] for sheet in large.fill(done).data["sheets"]] == [
        "12月1日(火)",
        "12月2日(水)",
    ]


def test_rows_of_a_table_say_which_they_are_and_leave_out_what_is_empty() -> None:
    (sheet,) = large.fill(TYPICAL, "UP2KYO").data["sheets"]
    first = sheet["tables"][0]["rows"][0]
    assert first["name"] == "1 / 4"
    assert {"name": "サービス内容", "value": "身体介護１"} in first["items"]
    assert all(item["value"] for item in first["items"])


def test_sheets_that_were_read_for_the_screen_make_the_same_form() -> None:
    name = "DLTPLAN_202612_1379100017_43_1379300013_11_20261126090000.CSV"
    (person,) = contents({name: b"202407,139998,0000000001,202612"}).people
    assert large.of_sheets(person).data["sheets"][0]["words"] == "令和8年12月分の予定(第6表・第7表)を削除する連絡です。"


def test_values_that_are_none_are_shown_and_never_an_exception(need: Callable[[str], str], tmp_path: Path) -> None:
    odd = visit(1, "2500", "ごご", "XXXXXX") | {"target_year_month": "209913", "service_date": "99999999"}
    said = words(large.fill(replace(PERSON, rows={"UPPLAN": [odd]})), tmp_path, need("pdftotext"))
    assert "XXXXXX" in said and "209913" in said and "ほかの月の日付の行が1行あります" in said


def test_no_letter_is_smaller_than_18_points(need: Callable[[str], str], tmp_path: Path) -> None:
    everything = replace(PERSON, rows={kind: [filled(kind)] for kind in ("UP2KYO", "UPPLAN", "UPSIKYU")})
    (tmp_path / "large.pdf").write_bytes(render(*large.fill(everything)))
    program = Path(need("pdftotext")).with_name("pdftohtml")  # of the same package
    told = subprocess.run(
        [program, "-xml", "-i", "-zoom", "1", "-stdout", tmp_path / "large.pdf"],
        capture_output=True,
        check=True,
    )
    sizes = {int(size) for size in re.findall(r'<fontspec [^>]*size="(\d+)"', told.stdout.decode())}
    assert sizes and min(sizes) >= 18


def test_long_names_and_full_months_go_on_over_pages(need: Callable[[str], str], tmp_path: Path) -> None:
    rows = [visit(day, f"{hour:02}00", f"{hour:02}30") for day in range(1, 32) for hour in range(8, 13)]
    endless = visit(
        2, "2000", "2100", service_office_number="1379300021", service_office_name="長" * 900 + "終わりの印"
    )
    long = replace(
        PERSON,
        client=("𠮷" * 60, ""),
        rows={
            "UPPLAN": [*(row | {"service_office_name": LONG_NAME} for row in rows), endless],
            "UP3KYO": [
                service("A" * 60, "1", "1000", "1100"),
                service("\n".join(map(str, range(60))), "2", "1000", "1100"),
            ],
        },
    )
    said = words(large.fill(long), tmp_path, need("pdftotext"))
    assert said.count(LONG_NAME) == 31 * 5 + 5
    assert "終わりの印" in said
    assert said.count("A") == 60 and "575859" in said
    assert all(f"12月{day}日(" in said for day in range(1, 32))


def test_the_large_sheet_looks_as_it_was_looked_at() -> None:
    rows = [visit(day) for day in (1, 3, 8)] + [
        visit(1, "9999", "9999", "171003", equipment_name="特殊寝台 ３モーター")
    ]
    assert_looks_like("large", large.fill(replace(PERSON, rows={"UPPLAN": rows})))


def test_without_any_sheet_there_is_still_a_page(need: Callable[[str], str], tmp_path: Path) -> None:
    assert "様" in words(large.fill(NOTHING), tmp_path, need("pdftotext"))


@pytest.mark.parametrize("version", ["202208", "202407"])
def test_older_records_are_told_by_their_own_layout(version: str) -> None:
    row = {item.name: "" for item in layout("UPPLAN", version).fields} | visit(1) | {"csv_version": version}
    (sheet,) = large.fill(replace(PERSON, rows={"UPPLAN": [row]})).data["sheets"]
    assert sheet["month"]["days"][0]["name"] == "12月1日(火)"
