"""Every case that the varied month promises is really in its files."""

from __future__ import annotations

import pytest

from renkei.conformance.varied import offices
from renkei.conformance.varied.picture import FAMILY_CHART, jpeg
from renkei.standard.names import IMAGE, Edition, FileName
from renkei.standard.older_names import complete, types_in_records

from .finding import Found, with_code

TAKASAKI, AOZORA, CENTRE = offices.TAKASAKI.number, offices.AOZORA.number, offices.CENTRE.number


# Who takes part ------------------------------------------------------------------------------------------------------


def test_two_care_managers_a_centre_and_two_insurers_send(found: Found) -> None:
    senders = {(u["sender"], u["sender_service"]) for u in found.month.truth["units"]}
    assert senders >= {(TAKASAKI, "43"), (AOZORA, "43"), (CENTRE, "46"), (CENTRE, "AF")}
    assert {row["insurer_number"] for row in found.all_rows("UPPLAN")} == {"139998", "139980"}


def test_one_number_with_home_help_and_day_service_is_two_addresses(found: Found) -> None:
    tables = found.units("two-types-one-number", "use_table")
    assert [(u["recipient"], u["recipient_service"]) for u in tables] == [("1379400011", "11"), ("1379400011", "15")]
    one, other = (found.rows(unit, "UPPLAN") for unit in tables)
    assert one == other


def test_actuals_of_two_types_of_one_number_come_as_one_file_a_type(found: Found) -> None:
    actuals = found.units("two-types-one-number", "actual")
    types = [{row["service_code"][:2] for row in found.rows(unit, "UPJSK")} for unit in actuals]
    assert types == [{"11"}, {"15"}]
    assert [unit["sender_service"] for unit in actuals] == ["11", "15"]


def test_a_use_table_lists_the_services_of_all_offices_of_the_person(found: Found) -> None:
    table = found.units("category-limit", "use_table")[0]
    assert {row["service_code"][:2] for row in found.rows(table, "UPPLAN")} == {"11", "15"}
    moved = found.units("moved-to-another-office", "use_table")[-1]
    assert len({row["service_office_number"] for row in found.rows(moved, "UPPLAN")}) == 2


def test_a_satellite_has_its_branch_in_plan_annex_and_actuals(found: Found) -> None:
    table = found.units("satellite", "use_table")[0]
    actual = found.units("satellite", "actual")[0]
    for unit, kind in ((table, "UPPLAN"), (table, "UPSIKYU"), (actual, "UPJSK")):
        rows = [row for row in found.rows(unit, kind) if row["service_office_number"] == "1379400029"]
        assert {row["satellite_branch_no"] for row in rows} == {"", "01"}


# Sending again, deleting ----------------------------------------------------------------------------------------------


def test_a_changed_use_table_replaces_and_an_older_one_that_arrives_late_does_not(found: Found) -> None:
    tables = found.units("use-table-replaced", "use_table")
    sequences = [unit["sequence"] for unit in tables]
    assert sequences == ["20261125130000", "20261208130000", "20261205130000"]  # as they arrived
    days = [{row["service_date"] for row in found.rows(unit, "UPPLAN")} for unit in tables]
    assert len({frozenset(one) for one in days}) == 3
    (held,) = found.in_force(insured="0000001051", kind="use_table")
    assert held["sequence"] == "20261208130000"


def test_corrected_actuals_come_again_with_all_sites(found: Found) -> None:
    first, second = found.units("satellite", "actual")
    before, after = found.rows(first, "UPJSK"), found.rows(second, "UPJSK")
    assert {row["satellite_branch_no"] for row in after} == {"", "01"}
    assert len(after) == len(before) - 2
    (held,) = found.in_force(insured="0000001011", kind="actual")
    assert held["sequence"] == second["sequence"] > first["sequence"]


def test_two_kinds_of_unit_have_one_sequence_number(found: Found) -> None:
    units = [u for u in found.units("equal-sequence-numbers") if u["sequence"] == "20261125133000"]
    assert [(u["recipient"], u["kind"]) for u in units] == [
        ("1379400029", "care_plan"),
        ("1379400029", "use_table"),
        ("1379400037", "use_table"),
    ]


def test_no_other_units_share_their_natural_key(found: Found) -> None:
    keys = [
        (u["sender"], u["sender_service"], u["recipient"], u["recipient_service"], u["kind"], u["sequence"])
        for u in found.month.truth["units"]
    ]
    assert len(set(keys)) == len(keys)


def test_a_care_plan_is_taken_back_by_its_date(found: Found) -> None:
    (deletion,) = found.units("care-plan-deletion", "care_plan_deletion")
    (row,) = found.rows(deletion, "DLT1KYO")
    assert row["care_plan_creation_or_change_date"] == "20261118"
    (held,) = found.in_force(insured="0000001053", kind="care_plan")
    assert held["what"] == "20261119"


def test_a_client_moves_from_one_office_to_another_inside_the_month(found: Found) -> None:
    (deletion,) = found.units("moved-to-another-office", "use_table_deletion")
    assert (deletion["recipient"], deletion["recipient_service"]) == ("1379400011", "11")
    held = found.in_force(insured="0000001052", kind="use_table")
    assert {(one["recipient"], one["recipient_service"]) for one in held} == {
        ("1379400011", "15"),
        ("1379400045", "11"),
    }
    new = next(u for u in found.units("moved-to-another-office", "use_table") if u["recipient"] == "1379400045")
    assert {row["service_code"][:2] for row in found.rows(new, "UPPLAN")} == {"11", "15"}


def test_one_of_two_service_types_of_an_actual_file_is_taken_back(found: Found) -> None:
    (actual,) = found.units("actual-deletion", "actual")
    assert {row["service_code"][:2] for row in found.rows(actual, "UPJSK")} == {"11", "17"}
    (deletion,) = found.units("actual-deletion", "actual_deletion")
    (row,) = found.rows(deletion, "DLTJSK")
    assert (row["service_office_number"], row["service_type_code"]) == ("1379400037", "17")
    held = found.in_force(insured="0000001022", kind="actual")
    assert [one["what"] for one in held] == ["1379400037 11"]


def test_basics_and_prevention_plan_are_taken_back_and_nothing_is_left(found: Found) -> None:
    (basics,) = found.units("prevention-deletions", "client_basics_deletion")
    (plan,) = found.units("prevention-deletions", "prevention_plan_deletion")
    assert found.rows(basics, "DLTKIHON")[0]["consultation_date"] == "20261116"
    assert found.rows(plan, "DLTYOBO")[0]["plan_creation_or_change_date"] == "20261117"
    assert found.in_force(insured="0000001074") == []


# Rows of 第6表 ---------------------------------------------------------------------------------------------------------


def test_home_help_and_rental_of_one_number_are_in_one_actual_file(found: Found) -> None:
    (actual,) = found.units("two-types-in-one-actual-file", "actual")
    assert actual["sender_service"] == "11"
    assert {row["service_code"][:2] for row in found.rows(actual, "UPJSK")} == {"11", "17"}


def test_rented_things_have_tais_or_notification_code_and_equal_ones_a_discriminator(found: Found) -> None:
    table = found.units("two-types-in-one-actual-file", "use_table")[0]
    things = [row for row in found.rows(table, "UPPLAN") if row["service_code"].startswith("17")]
    assert {bool(row["tais_code"]) for row in things} == {True, False}
    assert all(bool(row["tais_code"]) != bool(row["equipment_notification_code"]) for row in things)
    assert [row["detail_discriminator"] for row in with_code(things, "171007")] == ["1", "2", "3"]
    assert {row["detail_discriminator"] for row in things if row["service_code"] != "171007"} == {""}


def test_two_visits_on_one_day_are_two_rows(found: Found) -> None:
    table = found.units("two-types-one-number", "use_table")[0]
    rows = [r for r in found.rows(table, "UPPLAN") if r["service_date"] == "20261202" and r["service_code"][:2] == "11"]
    assert [(r["service_start_time"], r["service_code"]) for r in rows] == [("0830", "111111"), ("1800", "111112")]


def test_times_pass_midnight_and_end_at_2400(found: Found) -> None:
    (table,) = found.units("past-midnight", "use_table")
    times = {(row["service_start_time"], row["service_end_time"]) for row in found.rows(table, "UPPLAN")}
    assert ("2350", "0020") in times
    assert ("2330", "2400") in times
    last = [row for row in found.rows(table, "UPPLAN") if row["service_date"] == "20261231"]
    assert [(row["service_start_time"], row["service_end_time"]) for row in last] == [("2350", "0020")]


def test_add_ons_share_the_time_of_their_service_and_percentages_have_none(found: Found) -> None:
    table = found.units("two-types-one-number", "use_table")[0]
    rows = found.rows(table, "UPPLAN")
    day = {(r["service_date"], r["service_start_time"], r["service_end_time"]) for r in with_code(rows, "152442")}
    bath = {(r["service_date"], r["service_start_time"], r["service_end_time"]) for r in with_code(rows, "155301")}
    assert day == bath
    (share,) = with_code(rows, "116275")
    assert (share["service_start_time"], share["service_end_time"], share["unit_points"]) == ("9999", "9999", "2169")
    (told,) = with_code(found.rows(found.units("two-types-one-number", "actual")[0], "UPJSK"), "116275")
    assert told["unit_points"] == "0"


def test_a_service_without_a_time_has_a_count_above_one(found: Found) -> None:
    (table,) = found.units("count-and-discount", "use_table")
    rides = with_code(found.rows(table, "UPPLAN"), "118111")
    assert {(r["service_start_time"], r["service_count"]) for r in rides} == {("9999", "2")}
    (actual,) = found.units("count-and-discount", "actual")
    assert sorted(r["service_count"] for r in with_code(found.rows(actual, "UPJSK"), "118111")) == ["1", "2"]


def test_a_discount_stands_in_both_tables(found: Found) -> None:
    (table,) = found.units("count-and-discount", "use_table")
    assert {row["unit_points"] for row in with_code(found.rows(table, "UPPLAN"), "111211")} == {"368"}
    (row,) = with_code(found.rows(table, "UPSIKYU"), "111211")
    assert (row["unit_points"], row["discount_rate"], row["discounted_unit_points"]) == ("387", "95", "368")


def test_kyosei_has_its_reduction_on_the_first_day_and_zero_on_the_others(found: Found) -> None:
    (table,) = found.units("kyosei", "use_table")
    rows = with_code(found.rows(table, "UPPLAN"), "156364")
    assert [row["unit_points"] for row in rows] == ["-359"] + ["0"] * 8


def test_a_large_day_service_is_managed_by_ordinary_units(found: Found) -> None:
    (table,) = found.units("large-day-service", "use_table")
    (row,) = with_code(found.rows(table, "UPSIKYU"), "153667")
    assert (row["service_units_or_amount"], row["benefit_management_units"]) == ("6696", "6993")


@pytest.mark.parametrize(
    ("case", "code", "first", "days"), [("per-diem", "133112", 16, 16), ("community-programme", "A22111", 10, 22)]
)
def test_a_service_begun_in_the_middle_of_the_month_has_its_days(
    found: Found, case: str, code: str, first: int, days: int
) -> None:
    table = found.units(case, "use_table")[0]
    (row,) = with_code(found.rows(table, "UPPLAN"), code)
    assert row["per_diem_days_bitmap"] == "0" * (first - 1) + "1" * (32 - first)
    assert row["service_date"] == f"202612{first:02}"
    (line,) = with_code(found.rows(table, "UPSIKYU"), code)
    assert line["count_or_days"] == str(days)


# 短期入所 and limits ---------------------------------------------------------------------------------------------------


def test_a_short_stay_beyond_thirty_days_is_flagged_and_paid_by_the_person(found: Found) -> None:
    (table,) = found.units("over-30-days", "use_table")
    flagged = [row["service_date"][6:] for row in found.rows(table, "UPPLAN") if row["over_30_days_flag"] == "1"]
    assert flagged == ["12", "13", "14"]
    (subtotal,) = with_code(found.rows(table, "UPSIKYU"), "21ZZZZ")
    assert (subtotal["over_30_days_flag"], subtotal["copay_full_self_pay"]) == ("1", "21268")


def test_days_of_short_stay_before_stand_in_all_three_files(found: Found) -> None:
    (table,) = found.units("over-30-days", "use_table")
    assert {r["short_stay_days_through_previous_month"] for r in found.rows(table, "UPPLAN")} == {"47"}
    (supplement,) = found.rows(table, "UPHOSOKU")
    told = (supplement["short_stay_days_through_previous_month"], supplement["short_stay_cumulative_days"])
    assert told == ("47", "61")
    annex = found.rows(table, "UPSIKYU")
    days = ("days_used_through_previous_month", "planned_days_this_month", "cumulative_days")
    assert {tuple(row[key] for key in days) for row in annex} == {("47", "14", "61")}


def test_medical_short_stays_of_two_kinds_are_managed_in_slot_22(found: Found) -> None:
    table = found.units("type-limit", "use_table")[0]
    assert {row["service_code"][:2] for row in found.rows(table, "UPPLAN")} == {"22", "23"}
    (supplement,) = found.rows(table, "UPHOSOKU")
    slot = ("service_type_code", "limit_units", "total_units", "excess_units")
    assert [supplement[f"type_limit_1_{key}"] for key in slot] == ["22", "9000", "10468", "1468"]
    assert supplement["type_limit_total_excess_units"] == "1468"
    assert supplement["type_limit_2_service_type_code"] == ""
    total = found.rows(table, "UPSIKYU")[-1]
    assert (total["units_over_type_limit"], total["units_within_type_limit"]) == ("1468", "9000")
    assert total["copay_full_self_pay"] == "15340"


def test_what_is_beyond_the_category_limit_is_paid_by_the_person(found: Found) -> None:
    table = found.units("category-limit", "use_table")[0]
    total = found.rows(table, "UPSIKYU")[-1]
    assert (total["units_over_category_limit"], total["units_within_category_limit"]) == ("1414", "16765")
    assert total["copay_full_self_pay"] == "14776"  # 1,414 × 10.45 = 14,776.30


def test_services_outside_the_limit_have_a_subtotal_of_their_own(found: Found) -> None:
    table = found.units("outside-the-limit", "use_table")[0]
    annex = found.rows(table, "UPSIKYU")
    (subtotal,) = with_code(annex, "31EEEE")
    assert subtotal["benefit_management_units"] == ""
    assert annex[-1]["benefit_management_units"] == "2196"


# People ---------------------------------------------------------------------------------------------------------------


def test_a_person_on_public_assistance_alone_has_a_number_with_h(found: Found) -> None:
    (table,) = found.units("three-people-in-one-unit", "use_table")
    assert table["people"] == ["H139990001", "0000001061", "0000001062"]
    rows = [row for row in found.rows(table, "UPSIKYU") if row["insured_person_number"] == "H139990001"]
    assert rows[-1]["copay_insured"] == "0"


def test_a_person_who_has_applied_has_no_certification_yet(found: Found) -> None:
    (table,) = found.units("three-people-in-one-unit", "use_table")
    (row,) = [r for r in found.rows(table, "UPHOSOKU") if r["insured_person_number"] == "0000001061"]
    assert row["certification_status"] == "1"
    assert row["certification_date"] == row["care_level"] == row["category_benefit_limit_units"] == ""


def test_a_level_changes_inside_the_month(found: Found) -> None:
    (table,) = found.units("three-people-in-one-unit", "use_table")
    (row,) = [r for r in found.rows(table, "UPHOSOKU") if r["insured_person_number"] == "0000001062"]
    told = (row["care_level_change_date"], row["care_level"], row["previous_care_level"])
    assert told == ("20261216", "23", "22")
    assert row["category_benefit_limit_units"] == "27048"
    days = {r["service_code"]: r["service_date"] for r in found.rows(table, "UPPLAN") if r["service_code"][:2] == "15"}
    assert days["152343"] > "20261216"


def test_one_person_is_known_under_two_insurers(found: Found) -> None:
    (table,), (actual,) = found.units("two-insurers", "use_table"), found.units("two-insurers", "actual")
    assert {(r["insurer_number"], r["insured_person_number"]) for r in found.rows(table, "UPPLAN")} == {
        ("139998", "0000001063")
    }
    assert {(r["insurer_number"], r["insured_person_number"]) for r in found.rows(actual, "UPJSK")} == {
        ("139980", "0000001063")
    }
    assert found.month.truth["same_person"] == [{"insured": "0000001063", "insurers": ["139980", "139998"]}]


def test_two_care_managers_have_a_part_of_the_month_each(found: Found) -> None:
    tables = found.units("care-manager-changed", "use_table")
    assert [unit["sender"] for unit in tables] == [TAKASAKI, AOZORA]
    days = [{row["service_date"] for row in found.rows(unit, "UPPLAN")} for unit in tables]
    assert max(days[0]) < "20261216" <= min(days[1])


# Texts ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("piece", [",", '"', "\r\n", "\r\n\r\n", "ﾏｺﾞ", "ﾀｶｻｷ", "①", "㈱", "髙", "﨑", "ⅰ", "～"])
def test_texts_hold_what_breaks_careless_software(found: Found, piece: str) -> None:
    told = [value for kind in ("UP1KYO", "UPHOSOKU") for row in found.all_rows(kind) for value in row.values()]
    assert any(piece in value for value in told)


def test_need_and_goal_are_printed_once_or_on_every_row(found: Found) -> None:
    once = found.rows(found.units("two-types-one-number", "care_plan")[0], "UP2KYO")
    assert [bool(row["need"]) for row in once] == [True, False, False, False, True]
    assert [row["goal_no"] for row in once] == ["1", "1", "1", "2", "1"]
    assert {row["insurance_coverage"] for row in once} == {"Y", "N", ""}
    always = found.rows(found.units("care-plan-deletion", "care_plan")[0], "UP2KYO")
    assert [bool(row["need"]) for row in always] == [True, True]


def test_the_week_has_its_three_kinds_of_row(found: Found) -> None:
    rows = found.rows(found.units("two-types-one-number", "care_plan")[0], "UP3KYO")
    kinds = {(bool(r["weekly_service"]), bool(r["daily_activity"]), bool(r["non_weekly_service"])) for r in rows}
    assert kinds == {(True, False, False), (False, True, False), (False, False, True)}


# 介護予防 ---------------------------------------------------------------------------------------------------------------


def test_centre_and_entrusted_office_send_in_both_directions(found: Found) -> None:
    ways = [(u["sender_service"], u["recipient_service"], u["kind"]) for u in found.units("entrusted")]
    assert ways[:2] == [("46", "43", "client_basics"), ("43", "46", "prevention_plan")]
    assert {("43", "63", "use_table"), ("43", "67", "use_table"), ("63", "43", "actual")} <= set(ways)
    assert ways[-2:] == [("43", "46", "use_table"), ("43", "46", "actual")]


def test_forwarded_actuals_are_those_of_both_service_offices(found: Found) -> None:
    *received, forwarded = found.units("entrusted", "actual")
    services = {(row["service_office_number"], row["service_code"][:2]) for row in found.rows(forwarded, "UPJSK")}
    assert services == {("1369400013", "63"), ("1379400037", "67")}
    assert len(found.rows(forwarded, "UPJSK")) == sum(len(found.rows(unit, "UPJSK")) for unit in received)


def test_the_planner_of_an_entrusted_client_is_the_centre(found: Found) -> None:
    for unit in found.units("entrusted", "use_table"):
        assert {row["care_management_office_number"] for row in found.rows(unit, "UPPLAN")} == {CENTRE}
        assert {row["updated_by_office_number"] for row in found.rows(unit, "UPPLAN")} == {AOZORA}


def test_basics_travel_with_their_tables_and_a_real_picture(found: Found) -> None:
    unit = found.units("entrusted", "client_basics")[0]
    kinds = [FileName.parse(name).kind for name in unit["files"]]
    assert kinds == ["UPKIHON", "UPKIHON_SUB1", "UPKIHON_SUB2", IMAGE]
    (basics,) = found.rows(unit, "UPKIHON")
    assert basics["family_chart_image_file"] == unit["files"][-1]
    assert unit["files"][-1].endswith("_0001.jpg")
    assert found.files[unit["files"][-1]] == jpeg(FAMILY_CHART)
    assert len(found.rows(unit, "UPKIHON_SUB1")) == 4
    assert len(found.rows(unit, "UPKIHON_SUB2")) == 2


def test_the_prevention_plan_comes_alone_and_with_the_basics(found: Found) -> None:
    together, alone = found.units("entrusted", "prevention_plan")
    assert [FileName.parse(name).kind for name in alone["files"]] == ["UPYOBO", "UPYOBO_SUB"]
    assert {"UPYOBO", "UPYOBO_SUB", "UPKIHON", IMAGE} <= {FileName.parse(name).kind for name in together["files"]}
    rows = found.rows(alone, "UPYOBO_SUB")
    numbers = [(row["issue_no"], row["support_plan_no"], row["used_service_no"]) for row in rows]
    assert numbers == [("1", "1", "1"), ("1", "1", "2"), ("1", "2", "1"), ("2", "1", "1")]
    assert [bool(row["overall_issue"]) for row in rows] == [True, False, False, True]


@pytest.mark.parametrize(
    ("case", "level", "types"),
    [
        ("entrusted", "13", {"63", "67"}),
        ("own-prevention", "12", {"62", "A2"}),
        ("community-programme", "06", {"A2", "A6"}),
    ],
)
def test_levels_and_services_of_prevention(found: Found, case: str, level: str, types: set[str]) -> None:
    table = found.units(case, "use_table")[0]
    assert {row["care_level"] for row in found.rows(table, "UPHOSOKU")} == {level}
    assert {row["service_code"][:2] for row in found.rows(table, "UPPLAN")} == types
    assert found.units(case, "actual")


# The third edition ----------------------------------------------------------------------------------------------------


def test_the_rows_of_one_third_edition_file_tell_the_service_type(found: Found) -> None:
    units = found.units("third-edition-type-from-rows")
    assert [unit["recipient_service"] for unit in units] == ["11", "11", "17", "43"]
    for unit in units[1:]:
        file_kind = "UPJSK" if unit["kind"] == "actual" else "UPPLAN"
        name = FileName.parse(unit["files"][0])
        whole = complete(name, types_in_records(file_kind, found.rows(unit, file_kind)))
        assert name.edition is Edition.V3
        assert whole.sender_service == unit["sender_service"]
        assert whole.recipient_service == unit["recipient_service"]


@pytest.mark.parametrize(("kind", "file_kind"), [("use_table", "UPPLAN"), ("use_table_deletion", "DLTPLAN")])
def test_only_an_option_tells_the_service_type_of_another(found: Found, kind: str, file_kind: str) -> None:
    (unit,) = found.units("third-edition-type-from-option", kind)
    name = FileName.parse(unit["files"][0])
    types = types_in_records(file_kind, found.rows(unit, file_kind))
    assert complete(name, types).recipient_service == ""
    assert complete(name, types, to_type="11").recipient_service == unit["recipient_service"] == "11"


def test_a_third_edition_care_plan_has_no_weekly_table(found: Found) -> None:
    (unit,) = found.units("third-edition-type-from-rows", "care_plan")
    assert [FileName.parse(name).kind for name in unit["files"]] == ["UP1KYO", "UP2KYO", "UPHOSOKU"]
