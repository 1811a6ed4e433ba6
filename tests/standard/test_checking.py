"""Every rule, by files that break it."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from renkei.standard.checking import check, examining
from renkei.standard.findings import CATALOGUE, Role

from .corpus import CORPUS, Wrong
from .month import files

ROLES = (Role.SENDER, Role.HUB, Role.RECIPIENT)


CLEAN = files()
SEQUENCE = re.compile(r"\d{14}")


def _concerned(spoilt: Mapping[str, bytes | Path]) -> dict[str, bytes | Path]:
    """The spoilt files with those of the same sequence numbers: the others are clean and only take time."""
    changed = {name for name in CLEAN.keys() | spoilt.keys() if CLEAN.get(name) != spoilt.get(name)}
    numbers = {number for name in changed for number in SEQUENCE.findall(name)}
    return {name: data for name, data in spoilt.items() if name in changed or numbers & set(SEQUENCE.findall(name))}


# What was read before decides when the fast path begins: said here, so that each file takes both.
@pytest.mark.parametrize("small", [0, sys.maxsize], ids=["large files", "small files"])
@pytest.mark.parametrize("wrong", CORPUS, ids=str)
def test_a_wrong_file_is_named_with_its_place_and_weighs_as_much_as_the_role_says(
    wrong: Wrong, small: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(examining, "SMALL", small)  # both paths must say the same
    given = wrong.spoil()
    spoilt = (given if wrong.together else _concerned(given)).items()
    for role, severity in zip(ROLES, wrong.severity, strict=True):
        findings = check(spoilt, role, sums=wrong.sums, knows_service=wrong.knows_service).findings
        found = [finding for finding in findings if finding.code == wrong.code]
        assert {finding.code for finding in findings} == {wrong.code, *wrong.also}
        assert {str(finding.severity) for finding in found} == {severity}, role
        assert found[0].record == wrong.record
        if wrong.item:
            assert found[0].field == wrong.item


# There is one way only to break these, or two.
ONCE = {"W-CSV-BLANK", "W-CSV-NEWLINE", "W-CSV-EMPTY", "W-UNIT-COPY", "E-UNIT-DUPLICATE", "E-CHAR-UTF16"}
TWICE = {
    "E-UNIT-FOREIGN",
    "W-UNIT-SITES",
    "W-UNIT-SUB",
    "W-UNIT-PICTURE-SIZE",
    "E-CROSS-DAYS",
    "E-CROSS-SUBTOTAL",
    "W-CROSS-DISCRIMINATOR",
    "W-CROSS-PART",
    "W-CROSS-PICTURE",
    "W-CROSS-SLOT",
    "W-CROSS-STAY",
    "W-CROSS-TYPE-LIMIT",
    "W-CROSS-UNRELATED",
}


def test_the_corpus_breaks_every_rule_in_three_ways_where_there_are_three():
    count = Counter(wrong.code for wrong in CORPUS)
    wanted = {code: 1 if code in ONCE else 2 if code in TWICE else 3 for code in CATALOGUE}
    lacking = [f"{code} (has {count[code]}, wants {number})" for code, number in wanted.items() if count[code] < number]
    assert not lacking, (
        f"broken examples are missing for {', '.join(lacking)}: add them to tests/standard/corpus, two at least "
        "(where there are not three ways to break a rule, name its code in TWICE)"
    )
    unknown = sorted(count.keys() - CATALOGUE.keys())
    assert not unknown, f"tests/standard/corpus has examples of codes that are not in the catalogue: {unknown}"


@pytest.mark.parametrize("role", ROLES)
def test_the_clean_month_is_clean_for_everybody(role: Role):
    report = check(files().items(), role)
    assert report.findings == []
    assert (report.files, report.records, len(report.units)) == (18, 37, 10)
