"""What a form is filled from: what one file of the unit does not say, the others may."""

from __future__ import annotations

from renkei.forms.filling.given import given_of
from renkei.services.table import Service, ServiceTable
from renkei.standard.comparing.papers import Paper
from renkei.standard.layouts import layout
from renkei.standard.names import FileName

CARE, SERVICE = "1379100017", "1379300013"


def paper(kind: str, sequence: str, **items: str) -> Paper:
    month = "_202612" if kind == "UPPLAN" else ""
    name = FileName.parse(f"{kind}{month}_{CARE}_43_{SERVICE}_11_{sequence}.CSV")
    row = dict.fromkeys((field.name for field in layout(kind).fields), "") | items
    return Paper(str(name), name, "202407", (row,))


def test_offices_that_only_plans_name_are_known_to_slips() -> None:
    plan = paper(
        "UP1KYO", "20261115090000", care_management_office_number=CARE, care_management_office_name="架空ケアプラン"
    )
    service = paper("UP2KYO", "20261115090000", service_office_number=SERVICE, service_office_name="もとの名")
    slip = paper("UPPLAN", "20261125090000", service_office_number=SERVICE, service_office_name="いまの名")
    for given in given_of([slip, service, plan]):
        assert given.offices == {CARE: "架空ケアプラン", SERVICE: "いまの名"}


def test_a_name_without_a_number_is_no_offices() -> None:
    (given,) = given_of([paper("UP2KYO", "20261115090000", service_office_name="長女")])
    assert given.offices == {}


def test_services_have_the_names_of_their_month_and_of_the_persons_own_insurer() -> None:
    table = ServiceTable(
        [
            Service("991111", "", "202604", "202611", "先月までの名前"),
            Service("A91111", "132019", "202604", "", "市の名前"),
            Service("A91112", "131016", "202604", "", "ほかの市の名前"),
        ]
    )
    slips = [
        paper(
            "UPPLAN",
            "20261125090000",
            insurer_number="132019",
            insured_person_number="0000000001",
            target_year_month="202612",
            service_code=code,
        )
        for code in ("991111", "A91111", "A91112")
    ]
    for given in given_of(slips, services=table):
        assert given.services == {("202612", "A91111"): "市の名前"}
