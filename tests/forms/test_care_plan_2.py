"""第2表: cells merged by need, goals and support; what goes on on the next page says so, and nothing is cut."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as drawn_from
from hypothesis import strategies as some
from tests.forms.drawn_pages import assert_nothing_sticks_out, pages_of
from tests.forms.pictures import assert_looks_like

from renkei.forms import Form
from renkei.forms.filling.care_plan_2 import fill
from renkei.forms.filling.given import Given, Row
from renkei.standard.layouts import layout

NEED = (
    "転倒の不安があり、外に出るのがおっくうになっている。もう一度、近くの商店街まで歩いて買い物に行けるようになりたい。"
)
LONG = {"long_term_goal": "杖を使って商店街まで歩いて行くことができる。", "long_term_period": "R8.11.1～R9.10.31"}
SHORT = {"short_term_goal": "家の中を手すりで安全に移動できる。", "short_term_period": "R8.11.1～R9.4.30"}
SUPPORT = {
    "service_content": "①下肢の筋力をつける体操\n②歩行の見守り\n③外出のときの付き添いと声かけ",
    "insurance_coverage": "Y",
    "service_type_name": "通所介護",
    "service_office_name": "デイサービス「ゆう・あい」",
    "frequency": "週2回",
    "implementation_period": "R8.11.1～R9.4.30",
}


def row(need: int, goal: int, support: int, /, **texts: str) -> Row:
    numbers = {"need_no": str(need), "goal_no": str(goal), "support_no": str(support)}
    dates = {"document_created_date": "20261115", "care_plan_creation_or_change_date": "20261116"}
    return dict.fromkeys((field.name for field in layout("UP2KYO").fields), "") | dates | numbers | texts


def given(rows: Sequence[Row], person: str = "0000000001") -> Given:
    offices = {"1370200014": "訪問介護ひまわり"}
    return Given(("139998", person), ("1379100017", "43"), ("", ""), "", {"UP2KYO": rows}, ("栁澤　春", ""), offices)


def opened(*rows: Row) -> list[int]:
    """The level that each support opens: 0 a need, 1 a long-term goal, 2 a short-term goal, 3 none."""
    return [leaf["opens"] for leaf in fill(given(rows)).data["sheets"][0]["leaves"]]


def many(needs: int) -> list[Row]:
    """Needs of two long-term goals with three supports each, the last of them under a second short-term goal."""
    return [
        row(
            need,
            goal,
            support,
            **({"need": f"〔{need}〕{NEED}"} if (goal, support) == (1, 1) else {}),
            **(LONG if support == 1 else {}),
            **(SHORT if support == 1 else {"short_term_goal": "家族と出かける。"} if support == 3 else {}),
            **SUPPORT,
        )
        for need in range(1, needs + 1)
        for goal in (1, 2)
        for support in (1, 2, 3)
    ]


def test_texts_left_out_go_on_with_the_row_above() -> None:
    assert opened(*many(1)) == [0, 3, 2, 1, 3, 2]


def test_texts_written_again_on_every_row_merge_all_the_same() -> None:
    again = {"need": NEED, **LONG, **SHORT}
    assert opened(row(1, 1, 1, **again), row(1, 1, 2, **again), row(1, 2, 1, **again)) == [0, 3, 1]


def test_another_text_under_the_same_number_is_not_lost() -> None:
    rows = (row(1, 1, 1, need="甲", long_term_goal="子"), row(1, 1, 2, need="乙"), row(1, 1, 3, long_term_goal="丑"))
    assert opened(*rows) == [0, 0, 1]
    assert fill(given(rows)).data["sheets"][0]["leaves"][2]["texts"][:2] == ["乙", "丑"]


def test_needs_stand_in_the_order_of_their_numbers() -> None:
    rows = [row(10, 1, 1, need="十"), row(2, 1, 1, need="二"), row(2, 1, 10, service_content="あと"), row(2, 1, 9)]
    leaves = fill(given([*rows, row(0, 1, 1, need="零") | {"need_no": "?"}])).data["sheets"][0]["leaves"]
    assert [leaf["texts"][0] for leaf in leaves] == ["二", "二", "二", "十", "零"]
    assert [leaf["texts"][5] for leaf in leaves[:3]] == ["", "", "あと"]


def test_two_plans_of_a_person_are_two_sheets() -> None:
    sheets = fill(given([row(1, 1, 1), row(1, 1, 1) | {"care_plan_creation_or_change_date": "20270101"}])).data[
        "sheets"
    ]
    assert [len(sheet["leaves"]) for sheet in sheets] == [1, 1]


@pytest.mark.parametrize(("code", "mark"), [("Y", "○"), ("N", ""), ("", ""), ("?", "?")])
def test_what_the_insurance_covers_has_a_ring(code: str, mark: str) -> None:
    assert fill(given([row(1, 1, 1, insurance_coverage=code)])).data["sheets"][0]["leaves"][0]["texts"][6] == mark


def test_an_office_without_a_name_is_shown_by_what_is_known_of_it() -> None:
    rows = [row(1, 1, 1, service_office_number="1370200014"), row(1, 1, 2, service_office_number="1379999999")]
    leaves = fill(given(rows)).data["sheets"][0]["leaves"]
    assert [leaf["texts"][8] for leaf in leaves] == ["訪問介護ひまわり", "1379999999"]


def test_every_item_is_on_the_paper(need: Callable[[str], str], tmp_path: Path) -> None:
    # Numbers make the order; the office stands with its name.
    unseen = {"csv_version", "need_no", "goal_no", "support_no", "service_office_number", "record_identifier_unused"}
    texts = {field.name: f"項{field.no}" for field in layout("UP2KYO").fields}
    (page,) = pages_of(fill(given([texts], person="0000000001")), need("pdftotext"), tmp_path)
    for name, text in (texts | {"insurer_number": "139998", "insured_person_number": "0000000001"}).items():
        assert name in unseen or text in page.text, name
    assert "栁澤春" in page.text and "※２" in page.text


def test_what_goes_on_on_the_next_page_is_said_again(need: Callable[[str], str], tmp_path: Path) -> None:
    pages = pages_of(fill(given(many(14))), need("pdftotext"), tmp_path)
    assert_nothing_sticks_out(pages)
    assert len(pages) > 5
    assert f"第2表({len(pages)}/{len(pages)})" in pages[-1].text
    for page in pages:
        assert "生活全般の解決すべき" in page.text and "栁澤春" in page.text
    for number in range(1, 15):
        told = [page.text for page in pages if f"〔{number}〕転倒の不安があり" in page.text]
        assert told and all(f"(つづき)〔{number}〕" in text for text in told[1:])
    supports = Counter(line for page in pages for line in page.text.split("①")[1:] if line)
    assert supports.total() == 14 * 6


def test_a_very_long_name_stays_in_its_row(need: Callable[[str], str], tmp_path: Path) -> None:
    for letters in (60, 100):
        rows = {"UP2KYO": [row(1, 1, 1)]}
        form = fill(Given(("139998", "0000000001"), ("", ""), ("", ""), "", rows, ("䠖" * letters, "")))
        (page,) = pages_of(form, need("pdftotext"), tmp_path)
        assert_nothing_sticks_out([page])
        assert page.text.count("䠖") == letters


def test_a_cell_higher_than_a_page_goes_on_whole(need: Callable[[str], str], tmp_path: Path) -> None:
    rows = [
        row(1, 1, 1, need="課" * 1000, **LONG, **SHORT, **SUPPORT | {"service_content": "支" * 2000}),
        row(1, 1, 2, service_content="改\n" * 60, service_office_name="A" * 60, frequency="ー" * 30),
        row(1, 2, 1, long_term_goal="長" * 300, implementation_period="https://example.jp/aaaaaaaaaaaaaaa"),
    ]
    pages = pages_of(fill(given(rows)), need("pdftotext"), tmp_path)
    assert_nothing_sticks_out(pages)
    drawn = Counter("".join(page.text for page in pages))
    assert (drawn["課"] - len(pages), drawn["支"], drawn["改"]) == (1000, 2000, 60)
    # The office stands again where its support goes on
    assert drawn["A"] == 2 * 60 and drawn["長"] == 300 + len(pages)  # 長期目標


def test_rows_of_signs_stay_in_their_cells(need: Callable[[str], str], tmp_path: Path) -> None:
    names = ("need", *LONG, *SHORT, *(name for name in SUPPORT if name != "insurance_coverage"))
    signs = "Aｱー○→①Ⅰα─ぁ々"
    rows = [row(number, 1, 1, **dict.fromkeys(names, sign * 30)) for number, sign in enumerate(signs)]
    pages = pages_of(fill(given(rows)), need("pdftotext"), tmp_path)
    assert_nothing_sticks_out(pages)
    assert Counter("".join(page.text for page in pages))["①"] == 30 * len(names)


@settings(max_examples=6, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@drawn_from(some.lists(some.tuples(*[some.sampled_from((0, 0, 1, 8, 60, 500))] * 6), min_size=1, max_size=6))
def test_no_text_is_ever_cut(need: Callable[[str], str], tmp_path: Path, lengths: list[tuple[int, ...]]) -> None:
    names = ("need", "long_term_goal", "long_term_period", "short_term_goal", "service_content", "service_office_name")
    letters = "亜伊宇江於加"
    rows = [
        row(1 + place // 3, 1, place, **{n: w * many for n, w, many in zip(names, letters, one, strict=True)})
        for place, one in enumerate(lengths)
    ]
    form = fill(given(rows))
    pages = pages_of(form, need("pdftotext"), tmp_path)
    assert_nothing_sticks_out(pages)
    drawn = Counter("".join(page.text for page in pages))
    for letter, wanted in told(form).items():
        assert drawn[letter] >= wanted, letter


def told(form: Form) -> Counter[str]:
    """How often each letter must be drawn at least: merged texts once."""
    levels = (0, 1, 1, 2, 2, 3)
    letters: Counter[str] = Counter()
    for leaf in form.data["sheets"][0]["leaves"]:
        for column, text in enumerate(leaf["texts"]):
            if leaf["opens"] <= (levels[column] if column < len(levels) else 3):
                letters.update(text)
    return letters


def test_it_looks_like_the_form() -> None:
    assert_looks_like("care-plan-2", fill(given(many(4))), page=1)


def test_the_empty_form_has_rows_to_write_in() -> None:
    assert_looks_like("care-plan-2-blank", fill(Given(("", ""), ("", ""), ("", ""), "", {})))
