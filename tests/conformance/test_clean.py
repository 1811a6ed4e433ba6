"""No check has anything to say about the invented month, whoever asks."""

from __future__ import annotations

import pytest

from renkei.conformance import Month, make_month
from renkei.standard.checking import check
from renkei.standard.findings import Role


@pytest.fixture(scope="module")
def month() -> Month:
    return make_month(seed=4, month="202702", care_managers=2, service_offices=9, clients=30)


@pytest.mark.parametrize("role", list(Role))
def test_every_outbox_is_clean_for_sender_hub_and_recipient(month: Month, role: Role) -> None:
    for files in month.files.values():
        report = check(files.items(), role)
        assert report.findings == []
        assert report.files == len(files)


@pytest.mark.parametrize("role", list(Role))
def test_the_example_is_clean_for_sender_hub_and_recipient(role: Role) -> None:
    for files in make_month().files.values():
        assert check(files.items(), role).findings == []


def test_the_check_sees_the_units_that_were_sent(month: Month) -> None:
    seen = set()
    for files in month.files.values():
        for checked in check(files.items()).units:
            unit = checked.unit
            people = tuple(sorted(insured for _, insured in checked.people))
            seen.add((unit.sender, unit.recipient, unit.kind, unit.sequence, unit.files, people))
    told = {(u.sender, u.recipient, u.kind, u.sequence, u.files, u.people) for u in month.truth.units}
    assert seen == told
