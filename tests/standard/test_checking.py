"""Every rule, by files that break it."""

from __future__ import annotations

from collections import Counter

import pytest

from renkei.standard.checking import check
from renkei.standard.findings import CATALOGUE, Role

from .corpus import CORPUS, Wrong
from .month import files

ROLES = (Role.SENDER, Role.HUB, Role.RECIPIENT)


@pytest.mark.parametrize("wrong", CORPUS, ids=str)
def test_a_wrong_file_is_named_with_its_place_and_weighs_as_much_as_the_role_says(wrong: Wrong):
    files = wrong.spoil().items()
    for role, severity in zip(ROLES, wrong.severity, strict=True):
        findings = check(files, role).findings
        found = [finding for finding in findings if finding.code == wrong.code]
        assert {finding.code for finding in findings} == {wrong.code, *wrong.also}
        assert {str(finding.severity) for finding in found} == {severity}, role
        assert found[0].record == wrong.record
        if wrong.item:
            assert found[0].field == wrong.item


def test_the_corpus_breaks_every_rule_at_least_twice_or_says_why():
    # One way only to break these.
    once = {
        "W-CSV-BLANK",
        "W-CSV-NEWLINE",
        "W-CSV-EMPTY",
        "W-UNIT-COPY",
        "E-UNIT-DUPLICATE",
        "E-CROSS-DAYS",
        "E-CHAR-UTF16",
    }
    count = Counter(wrong.code for wrong in CORPUS)
    assert {code for code in CATALOGUE if count[code] < (1 if code in once else 2)} == set()
    assert count.keys() <= CATALOGUE.keys()


@pytest.mark.parametrize("role", ROLES)
def test_the_clean_month_is_clean_for_everybody(role: Role):
    report = check(files().items(), role)
    assert report.findings == []
    assert (report.files, report.records, len(report.units)) == (18, 37, 10)
