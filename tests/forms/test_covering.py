"""From files to cover sheets: what is compared with what, and what is said of it in a word."""

from __future__ import annotations

from renkei.conformance import make_month
from renkei.conformance.varied import make_varied_month
from renkei.forms.covering import covers
from renkei.forms.filling.cover_sheet import Client, Cover, Office, Standing
from renkei.forms.kinds import Family
from renkei.forms.pile import Pile
from renkei.standard.comparing.papers import Paper, read_papers
from renkei.standard.layouts import layout
from renkei.standard.names import FileName

MANAGER, HELPERS, DAY = ("1370100016", "43"), ("1370200014", "11"), ("1370200030", "15")
Address = tuple[str, str]
Items = dict[str, str]


def paper(kind: str, sequence: int, *rows: Items, sender: Address = MANAGER, to: Address = HELPERS) -> Paper:
    month = "" if kind in ("UP1KYO", "UP2KYO") else "_202612"
    name = FileName.parse(f"{kind}{month}_{'_'.join((*sender, *to))}_{20261125090000 + sequence}.CSV")
    empty = dict.fromkeys((field.name for field in layout(kind).fields), "")
    person = {"insurer_number": "132019", "insured_person_number": "0000000001"}
    return Paper(str(name), name, "202407", tuple(empty | person | row for row in rows))


def visit(day: int, start: str = "0930", end: str = "1000", code: str = "111111", **items: str) -> Items:
    where = {"service_office_number": HELPERS[0], "target_year_month": "202612", "service_count": "1"}
    when = {"service_date": f"202612{day:02}", "service_start_time": start, "service_end_time": end}
    return where | when | {"service_code": code, "care_management_office_number": MANAGER[0]} | items


def report(sequence: int, *rows: Items) -> Paper:
    return paper("UPJSK", sequence, *rows, sender=HELPERS, to=MANAGER)


def only(*papers: Paper, family: Family = Family.USE_TABLE) -> Client:
    (client,) = (client for cover in covers(Pile(papers)) if cover.family is family for client in cover.people)
    return client


def test_a_slip_with_nothing_older_beside_it_is_new() -> None:
    assert only(paper("UPPLAN", 1, visit(2))).standing is Standing.NEW


def test_a_slip_for_another_office_or_month_is_nothing_older() -> None:
    elsewhere = paper("UPPLAN", 0, visit(2), to=DAY)
    (first, second) = covers(Pile([elsewhere, paper("UPPLAN", 1, visit(2))]))
    assert {client.standing for cover in (first, second) for client in cover.people} == {Standing.NEW}


def test_a_slip_sent_again_unchanged_is_unchanged() -> None:
    assert only(paper("UPPLAN", 1, visit(2)), paper("UPPLAN", 2, visit(2))).standing is Standing.UNCHANGED


def test_a_slip_that_replaces_another_says_what_is_different() -> None:
    older = paper("UPPLAN", 1, visit(2), visit(9), visit(16), visit(23))
    newer = paper("UPPLAN", 2, visit(2), visit(9, "1000", "1030"), visit(16), visit(30))
    client = only(newer, older)
    assert client.standing is Standing.CHANGED
    assert client.words == ("訪問介護 時間の変更 1回", "訪問介護 取りやめ 1回", "訪問介護 追加 1回")


def test_only_the_slip_before_is_compared() -> None:
    papers = [paper("UPPLAN", n, visit(day)) for n, day in ((1, 2), (2, 9), (3, 9))]
    assert only(*papers).standing is Standing.UNCHANGED


def test_a_visit_and_its_add_on_are_told_as_one() -> None:
    planned = paper("UPPLAN", 1, visit(2), visit(9), visit(9, code="116121"), visit(9, "9999", "9999", "114000"))
    client = only(planned, report(5, visit(2)), family=Family.ACTUAL)
    assert client == Client("", Standing.CHANGED, ("訪問介護 実施なし 1回",), "0000000001")


def test_actuals_as_planned_are_unchanged_and_without_a_plan_not_compared() -> None:
    planned, done = paper("UPPLAN", 1, visit(2)), report(5, visit(2))
    assert only(planned, done, family=Family.ACTUAL).standing is Standing.UNCHANGED
    assert only(done, family=Family.ACTUAL).standing is Standing.NEW


def test_actuals_of_a_service_that_the_plan_does_not_have_are_changed() -> None:
    elsewhere = visit(2, code="151111") | {"service_office_number": DAY[0]}
    client = only(paper("UPPLAN", 1, elsewhere), report(5, visit(2)), family=Family.ACTUAL)
    assert client.words == ("訪問介護 予定外の実施 1回",)


def test_a_care_plan_names_the_sheets_that_changed() -> None:
    second = {"need_no": "1", "need": "歩く"}
    older = [paper("UP1KYO", 1, {"overall_support_policy": "まえ"}), paper("UP2KYO", 1, second)]
    newer = [paper("UP1KYO", 2, {"overall_support_policy": "あと"}), paper("UP2KYO", 2, second)]
    assert only(*older, *newer, family=Family.CARE_PLAN).words == ("第1表",)


def test_what_changed_of_the_supplement_is_named_by_item() -> None:
    at = {"target_year_month": "202612"}
    older = [paper("UPPLAN", 1, visit(2)), paper("UPHOSOKU", 1, at | {"client_phone": "042-000-0001"})]
    newer = [paper("UPPLAN", 2, visit(2)), paper("UPHOSOKU", 2, at | {"client_phone": "042-000-0002"})]
    assert only(*older, *newer).words == ("利用者補足情報(利用者電話番号)",)


def test_more_words_than_anybody_reads_end_in_one_word() -> None:
    older = paper("UPPLAN", 1, *(visit(2, code=f"{kind}1111") for kind in ("11", "12", "13", "14", "15", "16")))
    newer = paper("UPPLAN", 2, visit(3))
    assert only(older, newer).words[-1] == "ほか" and len(only(older, newer).words) == 5


def test_offices_are_addressed_from_what_is_known_alone() -> None:
    told = paper("UPPLAN", 1, visit(2, service_office_name="訪問介護ひまわり"))
    (cover,) = covers(Pile([told]))
    assert (cover.sender, cover.recipient) == (Office(MANAGER[0]), Office(HELPERS[0], "訪問介護ひまわり"))
    known = Office(HELPERS[0], "㈱ひまわり", "042-000-0011", "042-000-0012")
    (cover,) = covers(Pile([told]), offices={known.number: known})
    assert cover.recipient == known


def test_the_counts_of_an_invented_month_are_those_of_its_truth() -> None:
    month = make_month(seed=7, clients=20)
    files = [(name, data) for own in month.files.values() for name, data in own.items()]
    found = covers(Pile(read_papers(files)[0]))
    changed = {(one.office, one.insured) for one in month.truth.differences}
    told = {
        (cover.sender.number, client.insured): client.standing is Standing.CHANGED
        for cover in found
        if cover.family is Family.ACTUAL
        for client in cover.people
    }
    assert {key for key, is_changed in told.items() if is_changed} == changed


def test_every_family_of_the_varied_month_gets_its_cover_sheet() -> None:
    files = make_varied_month().files
    papers, _ = read_papers((f"{office}/{name}", data) for office, own in files.items() for name, data in own.items())
    found: list[Cover] = covers(Pile(papers))
    assert {cover.family for cover in found} == set(Family)
    (sumi,) = [client for cover in found for client in cover.people if client.words and client.name == "山﨑　スミ"]
    assert sumi.words == ("訪問介護 取りやめ 10回", "訪問介護 追加 8回")
