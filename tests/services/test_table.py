from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renkei.services.table import ITEMS, NotAServiceTable, Service, ServiceTable, parse, written

OLD = Service("991111", "", "202404", "", "前の名前")
NEW = Service("991111", "", "202704", "", "新しい名前")


@pytest.mark.parametrize(
    ("month", "name"), [("202403", ""), ("202404", "前の名前"), ("202703", "前の名前"), ("202704", "新しい名前")]
)
def test_a_month_has_the_names_of_that_month(month: str, name: str):
    assert ServiceTable([NEW, OLD]).name("991111", month) == name


def test_a_name_that_ended_is_no_name():
    assert ServiceTable([OLD._replace(valid_until="202603")]).name("991111", "202604") == ""


def test_the_own_code_of_an_insurer_counts_before_that_of_the_country_and_for_nobody_else():
    table = ServiceTable([NEW, OLD._replace(insurer="132019", name="市の名前")])

    assert table.name("991111", "202712", "132019") == "市の名前"
    assert table.name("991111", "202712", "131016") == "新しい名前"


def test_a_later_import_adds_and_corrects_and_leaves_the_rest():
    merged = ServiceTable([OLD, NEW]).merged([OLD, NEW._replace(name="直した名前"), OLD._replace(code="991112")])

    assert merged[1:] == (1, 1, 1)
    assert [one.name for one in merged.table] == ["前の名前", "直した名前", "前の名前"]


_words = st.text(st.characters(exclude_categories=["C", "Z"]), max_size=9)


@given(st.lists(st.builds(Service, *[_words] * len(ITEMS))))
def test_what_is_written_is_read_again(services: list[Service]):
    table = ServiceTable(services)

    assert list(parse(written(table))) == list(table)


@pytest.mark.parametrize("data", [b"", b"a,b\n", written(ServiceTable([OLD])) + b"x\n", b"\xff", b"\x00"])
def test_another_file_is_refused(data: bytes):
    with pytest.raises(NotAServiceTable):
        parse(data)


def test_a_code_is_unknown_only_where_the_table_has_its_type_in_that_month_for_that_insurer():
    table = ServiceTable([OLD, OLD._replace(code="A91111", insurer="132019")])

    assert not table.knows("991112", "202612")
    assert table.knows("991112", "202403")
    assert table.knows("A91112", "202612", "131016") and not table.knows("A91112", "202612", "132019")
