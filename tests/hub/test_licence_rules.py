"""What a licence costs and how long it holds, by date: both sides of every limit of the list that we ship."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renkei.hub.membership import prices, rules
from renkei.hub.membership.rules import Basis, Days, Kind, NoOffer, PriceRow, Term

LIST = prices.default()
DAY = timedelta(days=1)


def term(applied_on: date, months: int = 12) -> Term:
    return Term(applied_on, applied_on, rules.last_day(applied_on, months))


@pytest.mark.parametrize(
    ("applied", "code", "price", "automatic"),
    [
        (date(2025, 5, 31), "fee-by-hand", 21000, False),
        (date(2025, 6, 1), "free-pass", 0, True),
        (date(2026, 5, 31), "free-pass", 0, True),
        (date(2026, 6, 1), "fiscal-2026", 0, True),
        (date(2026, 12, 31), "fiscal-2026", 0, True),
        (date(2027, 1, 1), "merged", 0, True),
        (date(2027, 3, 31), "merged", 0, True),
        (date(2027, 4, 1), "merged", 0, True),
    ],
)
def test_a_new_office_pays_what_the_day_says(applied: date, code: str, price: int, automatic: bool) -> None:
    found = rules.offer(LIST, applied, None)
    assert (found.kind, found.row.code, found.row.price, found.row.automatic) == (Kind.NEW, code, price, automatic)


@pytest.mark.parametrize(
    ("applied_2025", "renewed_2026", "code"),
    [
        (date(2025, 3, 31), date(2026, 3, 31), "free-pass"),
        (date(2025, 4, 1), date(2026, 4, 1), "spring-2025"),
        (date(2025, 5, 31), date(2026, 5, 31), "spring-2025"),
        (date(2025, 6, 1), date(2026, 6, 1), "fiscal-2026"),
    ],
)
def test_who_applied_in_april_or_may_2025_gets_the_free_year_at_their_renewal(
    applied_2025: date, renewed_2026: date, code: str
) -> None:
    found = rules.offer(LIST, renewed_2026, term(applied_2025))
    assert (found.kind, found.row.code, found.row.price) == (Kind.RENEWAL, code, 0)
    assert found.term.from_on == renewed_2026


@pytest.mark.parametrize(("day", "kind"), [(date(2026, 5, 31), Kind.RENEWAL), (date(2026, 6, 1), Kind.RETURNING)])
def test_a_renewal_is_one_until_the_day_after_the_end(day: date, kind: Kind) -> None:
    assert rules.offer(LIST, day, term(date(2025, 5, 31))).kind is kind


def test_a_renewal_before_the_end_loses_no_day_and_one_who_returns_begins_that_day() -> None:
    held = term(date(2025, 6, 1))
    early = rules.offer(LIST, date(2026, 5, 1), held)
    assert (early.row.code, early.term.from_on, early.term.until) == ("free-pass", date(2026, 6, 1), date(2027, 5, 31))
    assert rules.offer(LIST, date(2026, 9, 1), held).term.from_on == date(2026, 9, 1)


def test_a_renewal_opens_sixty_days_before_the_end() -> None:
    held = term(date(2025, 6, 1))
    with pytest.raises(NoOffer, match="2026年4月1日から"):
        rules.offer(LIST, date(2026, 3, 31), held)
    assert rules.offer(LIST, date(2026, 4, 1), held).kind is Kind.RENEWAL


@pytest.mark.parametrize(
    ("first", "months", "last"),
    [
        (date(2025, 6, 1), 12, date(2026, 5, 31)),
        (date(2027, 3, 1), 12, date(2028, 2, 29)),
        (date(2028, 2, 28), 12, date(2029, 2, 27)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2028, 2, 29), 48, date(2032, 2, 28)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 1, 30), 1, date(2026, 2, 28)),
        (date(2026, 1, 29), 1, date(2026, 2, 28)),
        (date(2026, 1, 28), 1, date(2026, 2, 27)),
        (date(2026, 10, 31), 1, date(2026, 11, 30)),
        (date(2026, 12, 31), 12, date(2027, 12, 30)),
    ],
)
def test_a_year_ends_on_the_day_before_its_like_or_at_the_end_of_the_month(
    first: date, months: int, last: date
) -> None:
    assert rules.last_day(first, months) == last


def test_without_a_row_for_the_day_the_reason_is_told() -> None:
    with pytest.raises(NoOffer, match=r"2025年6月1日の新規の料金が、料金表にありません"):
        rules.offer([row for row in LIST if row.code == "fee-by-hand"], date(2025, 6, 1), None)


def test_two_sources_overlap_and_the_upper_row_wins() -> None:
    day = date(2027, 2, 1)
    fitting = [row.code for row in LIST if row.fits(Kind.NEW, day, None)]
    assert fitting == ["merged", "fiscal-2026", "fee"]
    assert rules.offer(LIST, day, None).row.code == "merged"
    assert rules.offer(LIST[::-1], day, None).row.code == "fee"


def test_the_list_that_we_ship_leaves_no_day_without_a_price() -> None:
    assert list(rules.gaps(LIST, date(2023, 1, 1), date(2035, 12, 31))) == []


def test_a_gap_in_a_list_is_found_with_its_days() -> None:
    rows = [row for row in LIST if row.code in ("fee-by-hand", "merged")]
    found = list(rules.gaps(rows, date(2025, 5, 1), date(2027, 2, 1)))
    assert found == [rules.Gap(kind, Days(date(2025, 6, 1), date(2026, 12, 31))) for kind in Kind]


days = st.dates(date(2024, 1, 1), date(2029, 12, 31))
spans = st.tuples(st.none() | days, st.none() | days).map(
    lambda ends: Days(*ends) if None in ends or ends[0] <= ends[1] else Days(ends[1], ends[0])  # type: ignore[operator]
)
price_rows = st.builds(
    PriceRow,
    code=st.uuids().map(str),
    label=st.just("名前"),
    kinds=st.frozensets(st.sampled_from(Kind), min_size=1),
    applied=spans,
    previous=st.none() | spans.filter(lambda span: span != Days()),
    price=st.integers(0, prices.MOST_YEN),
    months=st.integers(1, prices.MOST_MONTHS),
    automatic=st.booleans(),
    basis=st.sampled_from(Basis),
    source=st.just("出典"),
)
lists = st.lists(price_rows, max_size=6)


@given(lists, days, st.none() | st.builds(term, days, st.integers(1, 24)))
def test_the_first_row_that_fits_wins_or_there_is_none_and_a_reason(
    rows: list[PriceRow], applied_on: date, previous: Term | None
) -> None:
    kind = rules.kind_of(applied_on, previous)
    fitting = [row for row in rows if row.fits(kind, applied_on, previous)]
    too_early = kind is Kind.RENEWAL and previous is not None and applied_on < rules.opens_on(previous)
    if too_early or not fitting:
        with pytest.raises(NoOffer, match=r"。$"):
            rules.offer(rows, applied_on, previous)
        return
    found = rules.offer(rows, applied_on, previous)
    assert found.row is fitting[0]
    if previous is not None:
        assert found.term.from_on > previous.until  # no two licences on one day
    assert found.term.from_on <= found.term.until
    assert found.term.applied_on <= found.term.from_on


@given(days, st.integers(1, 120))
def test_terms_that_follow_each_other_leave_no_day_out(first: date, months: int) -> None:
    last = rules.last_day(first, months)
    assert (last.year - first.year) * 12 + last.month - first.month in (months - 1, months)
    assert rules.last_day(last + DAY, months) > last


@given(st.lists(price_rows, min_size=1, max_size=6, unique_by=lambda row: row.code))
def test_a_list_that_was_written_reads_the_same(rows: list[PriceRow]) -> None:
    assert prices.parse(prices.write(rows)) == rows


GOOD = prices.write(LIST[-1:])


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("記号\t名前", "名前\t記号", "1行目"),
        ("\t21000\t", "\t-1\t", "「料金」の「-1」"),
        ("\t21000\t", "\t2万円\t", "「料金」の「2万円」"),
        ("\t12\t", "\t0\t", "「月数」の「0」"),
        ("\t12\t", "\t121\t", "「月数」の「121」"),
        ("あり", "はい", "「自動更新」の「はい」"),
        ("新規", "新人", "「区分」"),
        ("2025-06-01\t", "2025-02-30\t", "「申請日から」の「2025-02-30」"),
        ("2025-06-01\t", "2025-06-01\t2025-05-31", "終わりの日が"),
        ("\t公表", "", "列が 11"),
        ("年間利用料\t", "\t", "「名前」の「」"),
    ],
)
def test_a_list_with_a_mistake_is_refused_with_its_place(old: str, new: str, words: str) -> None:
    assert old in GOOD
    with pytest.raises(prices.BadPrices, match=words):
        prices.parse(GOOD.replace(old, new, 1))


def test_the_same_code_twice_no_rows_and_too_many_rows_are_refused() -> None:
    head, row = GOOD.splitlines()
    for text, words in (
        (f"{head}\n{row}\n{row}\n", "記号が同じ"),
        (head, "料金の行がありません"),
        ("", "1行目"),
        ("\n".join([head, *(row.replace("fee", f"fee{n}") for n in range(201))]), "200 行まで"),
    ):
        with pytest.raises(prices.BadPrices, match=words):
            prices.parse(text)
