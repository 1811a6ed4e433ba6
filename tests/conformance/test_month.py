"""The invented month is what it says it is: the standard's files, sums that add up, and a truth that comes out."""

from __future__ import annotations

import json
import time
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from renkei.conformance import Month, OfficeKind, make_month
from renkei.conformance.offices import INSURERS, check_digit
from renkei.standard import records
from renkei.standard.comparing import merge_actuals, merge_use_tables, reconcile
from renkei.standard.names import FileName
from renkei.standard.units import UnitKind

Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def month() -> Month:
    return make_month(seed=3, care_managers=2, service_offices=9, clients=40)


def rows(month: Month, kind: str) -> Rows:
    """The rows of every file of one kind."""
    found: Rows = []
    for files in month.files.values():
        for name, data in files.items():
            if name.startswith(f"{kind}_"):
                found += records.read(data, kind)
    return found


def received(month: Month, kind: str) -> list[tuple[str, str, Rows]]:
    """Every file of one kind as (sequence, sender, rows)."""
    names = [(FileName.parse(name), data) for files in month.files.values() for name, data in files.items()]
    return [(n.sequence, n.sender, records.read(data, kind)) for n, data in names if n.kind == kind]


def test_the_same_seed_gives_the_same_bytes() -> None:
    assert make_month(seed=5, clients=9) == make_month(seed=5, clients=9)


def test_another_seed_gives_another_month_with_the_same_offices() -> None:
    one, other = make_month(seed=5), make_month(seed=6)
    assert one.offices == other.offices
    assert one.files != other.files


def test_every_unit_has_exactly_its_files_under_one_sequence_number(month: Month) -> None:
    kinds = {
        UnitKind.CARE_PLAN: ["UP1KYO", "UP2KYO", "UP3KYO", "UPHOSOKU"],
        UnitKind.USE_TABLE: ["UPPLAN", "UPSIKYU", "UPHOSOKU"],
        UnitKind.ACTUAL: ["UPJSK"],
    }
    listed: Counter[str] = Counter()
    for unit in month.truth.units:
        names = [FileName.parse(name) for name in unit.files]
        assert [name.kind for name in names] == kinds[unit.kind]
        assert {(n.sender, n.recipient, n.sequence) for n in names} == {(unit.sender, unit.recipient, unit.sequence)}
        assert set(unit.files) <= month.files[unit.sender].keys()
        listed.update(unit.files)
    assert listed == Counter(name for files in month.files.values() for name in files)


def test_sequence_numbers_of_a_sender_rise_and_never_repeat(month: Month) -> None:
    by_sender: defaultdict[str, list[str]] = defaultdict(list)
    for unit in month.truth.units:
        by_sender[unit.sender].append(unit.sequence)
    for numbers in by_sender.values():
        assert numbers == sorted(set(numbers))


def test_a_service_office_gets_the_use_tables_of_its_clients_and_of_nobody_else(month: Month) -> None:
    for unit in month.truth.units:
        if unit.kind is UnitKind.USE_TABLE:
            plan = records.read(month.files[unit.sender][unit.files[0]], "UPPLAN")
            served = {r["insured_person_number"] for r in plan if r["service_office_number"] == unit.recipient}
            assert served == set(unit.people) == {r["insured_person_number"] for r in plan}


def test_a_use_table_lists_the_services_of_all_offices_of_the_person(month: Month) -> None:
    copies: defaultdict[tuple[str, str], list[Rows]] = defaultdict(list)
    for _, sender, plan in received(month, "UPPLAN"):
        for insured in {r["insured_person_number"] for r in plan}:
            copies[sender, insured].append([r for r in plan if r["insured_person_number"] == insured])
    offices = {insured: {r["service_office_number"] for r in copy[0]} for (_, insured), copy in copies.items()}
    assert max(map(len, offices.values())) >= 3
    for (_, insured), copy in copies.items():
        assert len(copy) == len(offices[insured])
        assert all(one == copy[0] for one in copy)


def test_comparing_plan_and_actual_finds_the_truth_and_nothing_else(month: Month) -> None:
    plan = merge_use_tables(received(month, "UPPLAN"))
    actual = merge_actuals(received(month, "UPJSK"))
    found = Counter(
        (d.kind, d.office, r.insurer, r.insured, d.date, d.service_code)
        for r in reconcile(plan, actual)
        for d in r.differences
    )
    told = Counter((d.kind, d.office, d.insurer, d.insured, d.date, d.service_code) for d in month.truth.differences)
    assert found == told
    assert {kind for kind, *_ in told} == {"missing", "time_changed", "unplanned"}


def test_the_default_month_has_a_difference_of_each_kind() -> None:
    assert {d.kind for d in make_month().truth.differences} == {"missing", "time_changed", "unplanned"}


def test_the_sums_of_the_annex_add_up_to_the_yen(month: Month) -> None:
    people: defaultdict[tuple[str, str], Rows] = defaultdict(list)
    for _, sender, table in received(month, "UPSIKYU")[:12]:
        for row in table:
            people[sender, row["insured_person_number"]].append(row)
    for table in people.values():
        one = table[: next(n for n, r in enumerate(table, 1) if r["service_code"] == "999999")]
        total, priced = one[-1], [r for r in one[:-1] if r["unit_price_yen"]]
        assert total["service_office_number"] == "9999999999"
        lines = [r for r in one if r["discounted_unit_points"]]
        for r in lines:
            assert int(r["service_units_or_amount"]) == int(r["unit_points"]) * int(r["count_or_days"])
        assert int(total["service_units_or_amount"]) == sum(int(r["service_units_or_amount"]) for r in lines)
        for r in priced:
            cost = int(int(r["units_within_category_limit"]) * Decimal(r["unit_price_yen"]))
            assert int(r["total_cost_insured"]) == cost
            assert int(r["insurance_claim_amount"]) == cost * 9 // 10
            assert int(r["copay_insured"]) == cost - cost * 9 // 10
        for item in ("total_cost_insured", "insurance_claim_amount", "copay_insured", "units_within_category_limit"):
            assert int(total[item]) == sum(int(r[item]) for r in priced)


def test_an_office_with_several_lines_has_a_subtotal_and_one_with_a_single_line_has_none(month: Month) -> None:
    seen: Counter[str] = Counter()
    for _, _, table in received(month, "UPSIKYU"):
        lines: Counter[tuple[str, str]] = Counter()
        subtotals: Counter[tuple[str, str]] = Counter()
        for row in table:
            key = (row["insured_person_number"], row["service_office_number"])
            (subtotals if row["service_code"].endswith("AAAA") else lines)[key] += 1
            seen[row["service_code"]] += 1
        assert set(subtotals.elements()) == {key for key, count in lines.items() if count > 1}
    assert seen["15AAAA"] and seen["17AAAA"]


def test_the_planned_units_are_those_of_the_annex_and_within_the_limit(month: Month) -> None:
    limits = {r["insured_person_number"]: int(r["category_benefit_limit_units"]) for r in rows(month, "UPHOSOKU")}
    planned: Counter[str] = Counter()
    for row in merge_use_tables(received(month, "UPPLAN")):
        planned[row["insured_person_number"]] += int(row["unit_points"])
    totals = {
        r["insured_person_number"]: int(r["service_units_or_amount"])
        for r in rows(month, "UPSIKYU")
        if r["service_code"] == "999999"
    }
    assert planned == totals
    assert all(units <= limits[insured] for insured, units in planned.items())


def test_rental_has_no_time_and_its_tais_code_and_the_same_thing_twice_is_told_apart(month: Month) -> None:
    rental = [r for r in merge_use_tables(received(month, "UPPLAN")) if r["service_code"].startswith("17")]
    assert {(r["service_start_time"], r["service_end_time"]) for r in rental} == {("9999", "9999")}
    assert all(len(r["tais_code"]) == 12 for r in rental)
    alike = Counter((r["insured_person_number"], r["service_code"], r["unit_points"]) for r in rental)
    assert max(alike.values()) == 2
    for r in rental:
        twice = alike[r["insured_person_number"], r["service_code"], r["unit_points"]] > 1
        assert r["detail_discriminator"] in ({"1", "2"} if twice else {""})


def test_names_and_texts_hold_what_breaks_careless_software(month: Month) -> None:
    told = "".join(
        value for kind in ("UPHOSOKU", "UP1KYO", "UPPLAN") for row in rows(month, kind) for value in row.values()
    )
    for piece in ("㈱", "①", "髙", "﨑", "ﾀｶﾊｼ", "\r\n", '"', ","):
        assert piece in told
    assert b"\xfb\xfc" in b"".join(next(iter(month.files.values())).values())  # 髙 as Windows writes it


def test_office_numbers_have_a_valid_check_digit_and_are_all_different() -> None:
    offices = make_month(care_managers=3, service_offices=120, clients=1).offices
    assert len({o.number for o in offices}) == len(offices) == 123
    assert all(o.number[-1] == check_digit(o.number[:-1]) for o in offices)
    assert {o.service for o in offices if o.kind is OfficeKind.SERVICE} > {"11", "13", "15", "17"}


def test_the_check_digit_is_that_of_known_insurers_and_ours_have_it_too() -> None:
    assert check_digit("43507") == "3"
    assert check_digit("29453") == "8"
    assert all(number[-1] == check_digit(number[:-1]) for number in INSURERS)


@pytest.mark.parametrize("text", ["202602", "202802", "202501"])
def test_any_month_has_visits_inside_it_only(text: str) -> None:
    month = make_month(month=text, clients=8)
    days = {r["service_date"] for kind in ("UPPLAN", "UPJSK") for r in rows(month, kind)}
    assert {day[:6] for day in days} == {text}


@pytest.mark.parametrize("text", ["2026", "202613", "20261a", "２０２６１２", "202412"])
def test_a_month_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="month"):
        make_month(month=text)


@pytest.mark.parametrize("sizes", [{"clients": 0}, {"care_managers": 0}, {"service_offices": 10_000}])
def test_sizes_that_cannot_be_made_are_refused(sizes: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"at (least|most)"):
        make_month(**sizes)  # type: ignore[arg-type]


def test_nobody_is_in_two_places_at_once(month: Month) -> None:
    for kind, merge in (("UPPLAN", merge_use_tables), ("UPJSK", merge_actuals)):
        where: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        for r in merge(received(month, kind)):
            if r["service_start_time"] != "9999":
                where[r["insured_person_number"], r["service_date"]].add(r["service_office_number"])
        assert {len(offices) for offices in where.values()} == {1}


def test_hundreds_of_clients_are_made_in_seconds() -> None:
    begin = time.process_time()
    big = make_month(care_managers=10, service_offices=60, clients=400)
    assert len({p for unit in big.truth.units for p in unit.people}) == 400
    assert time.process_time() - begin < 10


def test_the_folder_holds_the_files_the_offices_and_the_truth(tmp_path: Path, month: Month) -> None:
    month.write(tmp_path)
    for number, files in month.files.items():
        assert {p.name: p.read_bytes() for p in (tmp_path / number).iterdir()} == files
    units = json.loads((tmp_path / "truth.json").read_text(encoding="utf-8"))["units"]
    told = [(u["sender"], u["recipient"], u["sequence"]) for u in units]
    assert told == [(u.sender, u.recipient, u.sequence) for u in month.truth.units]
    lines = (tmp_path / "offices.tsv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "office_number\tservice_type\tname\tinsurer_number"
    assert len(lines) == 1 + len(month.offices)
