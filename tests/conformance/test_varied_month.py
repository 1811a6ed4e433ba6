"""The varied month as a whole: the same bytes, clean where it says so, and a truth that comes out."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from renkei.conformance.offices import INSURERS, check_digit
from renkei.conformance.varied import make_varied_month
from renkei.conformance.varied.prices import LIMITS, SERVICES
from renkei.standard import records
from renkei.standard.checking import check
from renkei.standard.comparing.months import reconcile_papers
from renkei.standard.comparing.papers import Paper, read_papers
from renkei.standard.layouts import KINDS
from renkei.standard.names import IMAGE, Edition, FileName
from renkei.standard.units import UnitKind, group

from .finding import Found

# Of all names and bytes. Somebody's reader may be tested against this month, so that a change of it is a decision: put
# the new digest here in the same commit, and say in CHANGELOG.md what changed.
DIGEST = "f145fc28cb03f40a762a0d2996f0216ae16ce8ef1e6b3730d7f230c6e5952fc1"


def test_the_month_is_the_same_bytes_everywhere_and_always(found: Found) -> None:
    digest = hashlib.sha256()
    for name, data in sorted(found.files.items()):
        digest.update(f"{name}\0{len(data)}\0".encode() + data)
    assert digest.hexdigest() == DIGEST


def test_making_it_twice_gives_the_same(found: Found) -> None:
    assert make_varied_month() == found.month


def test_a_check_says_what_the_cases_are_there_to_show_and_nothing_else(found: Found) -> None:
    said: Counter[tuple[str, str]] = Counter()
    for files in found.current().values():
        said.update((finding.file, finding.code) for finding in check(files.items()).findings)
    told = {(e["file"], e["code"]): e["count"] for e in found.month.truth["expected_findings"]}
    assert said == told


def test_every_expected_finding_says_why(found: Found) -> None:
    expected = found.month.truth["expected_findings"]
    assert {e["code"] for e in expected} == {"W-FIELD-SIGN", "W-UNIT-FOREIGN", "W-UNIT-REPLACED"}
    assert all(e["why"] and e["file"] in found.files for e in expected)


def test_every_file_is_in_canonical_form(found: Found) -> None:
    for name, data in found.files.items():
        parsed = FileName.parse(name)
        if parsed.kind != IMAGE:
            version = records.version(data, parsed.kind)
            assert records.write(parsed.kind, records.read(data, parsed.kind), version) == data
            assert version == parsed.edition.version


def test_every_kind_of_file_and_of_unit_is_there(found: Found) -> None:
    current = {FileName.parse(name).kind for files in found.current().values() for name in files}
    assert current == {*KINDS, IMAGE}
    assert {unit["kind"] for unit in found.month.truth["units"]} == {str(kind) for kind in UnitKind}


def test_truth_lists_every_file_once_and_the_units_that_their_names_make(found: Found) -> None:
    listed = Counter(name for unit in found.month.truth["units"] for name in unit["files"])
    assert listed == Counter(list(found.files))
    units, _ = group([name for files in found.current().values() for name in files])
    made = {(u.sender, u.recipient, u.recipient_service, u.kind, u.sequence, u.files) for u in units}
    told = {
        (u["sender"], u["recipient"], u["recipient_service"], u["kind"], u["sequence"], tuple(u["files"]))
        for u in found.month.truth["units"]
        if u["version"] == "202407"
    }
    assert made == told


def test_truth_names_the_people_of_every_unit(found: Found) -> None:
    for unit in found.month.truth["units"]:
        for name in unit["files"]:
            kind = FileName.parse(name).kind
            if kind != IMAGE:
                people = {row["insured_person_number"] for row in found.all_rows(kind, [name])}
                assert people <= set(unit["people"])


def test_every_case_has_a_name_words_and_people(found: Found) -> None:
    cases = found.month.truth["cases"]
    assert len({case["id"] for case in cases}) == len(cases) >= 29
    assert all(case["title"] and case["shows"] and case["people"] for case in cases)
    assert {unit["case"] for unit in found.month.truth["units"]} <= {case["id"] for case in cases}


def test_comparing_plan_and_actual_finds_the_truth_and_nothing_else(found: Found) -> None:
    papers, unread = read_papers(found.files.items())
    assert {FileName.parse(one.path).kind for one in unread} == {IMAGE}
    said: Counter[tuple[str, ...]] = Counter()
    for manager in {d["care_manager"] for d in found.month.truth["differences"]}:
        plans = [p for p in papers if manager in {p.name.sender, p.name.recipient}]
        actuals = [p for p in plans if p.name.recipient == manager]
        for person in reconcile_papers(plans, actuals).people:
            said.update(
                (d.kind, manager, d.office, person.insurer, person.insured, d.date, d.service_code)
                for d in person.result.differences
            )
    told = Counter(tuple(d.values()) for d in found.month.truth["differences"])
    assert said == told
    assert {kind for kind, *_ in told} == {"missing", "unplanned", "time_changed", "fewer"}


def test_who_has_not_reported_is_waited_for(found: Found) -> None:
    papers, _ = read_papers(found.files.items())
    managers = {unit["recipient"] for unit in found.month.truth["units"] if unit["kind"] == "actual"}
    assert len(managers) == 4
    said = {one for manager in managers for one in _waiting(papers, manager)}
    assert said == {tuple(one.values()) for one in found.month.truth["waiting"]}
    assert len(said) == 1


def _waiting(papers: list[Paper], manager: str) -> Iterator[tuple[str, ...]]:
    """Care manager, office, service type and person whose actuals have not come."""
    mine = [paper for paper in papers if manager in {paper.name.sender, paper.name.recipient}]
    for person in reconcile_papers(mine, mine).people:
        for office, service in person.waiting:
            yield manager, office, service, person.insurer, person.insured


# File kind → kind of unit and what its rows are known by besides the person.
KEPT = {
    "UP1KYO": ("care_plan", lambda row: row["care_plan_creation_or_change_date"]),
    "UPPLAN": ("use_table", lambda row: row["target_year_month"]),
    "UPJSK": ("actual", lambda row: f"{row['service_office_number']} {row['service_code'][:2]}"),
    "UPKIHON": ("client_basics", lambda row: row["consultation_date"]),
    "UPYOBO": ("prevention_plan", lambda row: row["plan_creation_or_change_date"]),
}
TAKEN_BACK = {
    "DLT1KYO": ("care_plan", lambda row: row["care_plan_creation_or_change_date"]),
    "DLTPLAN": ("use_table", lambda row: row["delete_target_year_month"]),
    "DLTJSK": ("actual", lambda row: f"{row['service_office_number']} {row['service_type_code']}"),
    "DLTKIHON": ("client_basics", lambda row: row["consultation_date"]),
    "DLTYOBO": ("prevention_plan", lambda row: row["plan_creation_or_change_date"]),
}


def test_reading_the_files_by_sequence_number_leaves_what_is_in_force(found: Found) -> None:
    held: dict[tuple[str, ...], str] = {}
    for unit in sorted(found.month.truth["units"], key=lambda unit: unit["sequence"]):
        address = (unit["sender"], unit["recipient"], unit["recipient_service"])
        for name in unit["files"]:
            file_kind = FileName.parse(name).kind
            kind, what = {**KEPT, **TAKEN_BACK}.get(file_kind, ("", None))
            for row in found.all_rows(file_kind, [name]) if what else ():
                key = (*address, kind, row["insurer_number"], row["insured_person_number"], what(row))
                if file_kind in TAKEN_BACK:
                    del held[key]
                else:
                    held[key] = unit["sequence"]
    told = [tuple(one.values()) for one in found.month.truth["in_force"]]
    assert sorted(told) == sorted((*key, sequence) for key, sequence in held.items())


def test_office_numbers_and_insurers_have_valid_check_digits(found: Found) -> None:
    for office in found.month.offices:
        if not office.number.startswith("13A"):
            assert office.number[-1] == check_digit(office.number[:-1])
        assert office.insurer in INSURERS
    addresses = [(office.number, office.service) for office in found.month.offices]
    assert len(set(addresses)) == len(addresses)


def test_the_folder_holds_the_files_the_offices_and_the_truth(found: Found, tmp_path: Path) -> None:
    found.month.write(tmp_path)
    written = {p.name: p.read_bytes() for p in tmp_path.glob("*/*")}
    assert written == found.files
    lines = (tmp_path / "offices.tsv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "office_number\tservice_type\tname\tinsurer_number"
    assert len(lines) == 1 + len(found.month.offices)
    truth = json.loads((tmp_path / "truth.json").read_text(encoding="utf-8"))
    assert truth["month"] == "202612"
    assert truth["units"] == found.month.truth["units"]


def test_every_service_of_the_price_list_is_used(found: Found) -> None:
    used = {row["service_code"] for row in found.all_rows("UPPLAN")}
    assert used == SERVICES.keys()
    assert {row["care_level"] for row in found.all_rows("UPHOSOKU")} <= LIMITS.keys() | {""}


@pytest.mark.shared
def test_codes_names_and_units_are_those_of_the_national_table(shared: Path) -> None:
    table = {}
    for line in (shared / "reference/service-codes.csv").read_text(encoding="utf-8-sig").splitlines()[1:]:
        code, _, name, units, *_ = line.split(",")
        table[code] = (name, int(units))
    known = {code: service for code, service in SERVICES.items() if code in table}
    assert len(known) >= 20
    for code, service in known.items():
        name, units = table[code]
        assert service.name == name
        # The table gives 0 for percentages and rents; of a large day service it repeats the ordinary units.
        assert units in {0, service.units, service.managed}


def test_the_third_edition_has_its_own_names_and_columns(found: Found) -> None:
    old = {name: data for name, data in found.files.items() if FileName.parse(name).edition is Edition.V3}
    columns = {"UPPLAN": 22, "UPJSK": 22, "UPSIKYU": 34, "UPHOSOKU": 63}
    assert {FileName.parse(name).kind for name in old} == {*columns, "UP1KYO", "UP2KYO", "DLTPLAN"}
    for name, data in old.items():
        kind = FileName.parse(name).kind
        if kind in columns:
            assert all(len(row) == columns[kind] for row in records.read(data, kind))
        assert data.startswith(b"202208,")
