"""Findings and their catalogue."""

from __future__ import annotations

import json
import re

import pytest

from renkei.standard.checking import check
from renkei.standard.findings import CATALOGUE, Basis, Finding, Role, Severity, finding

from .month import NAMES

KEYS = ["code", "severity", "file", "record", "field", "value", "message", "remedy"]
_CODE = re.compile(r"[EW]-(?:NAME|FILE|UNIT|CHAR|CSV|FIELD|CODE|CROSS)(?:-[A-Z0-9]+)+")


@pytest.mark.parametrize("code", CATALOGUE)
def test_every_rule_has_a_stable_code_and_japanese_words(code: str):
    rule = CATALOGUE[code]
    assert _CODE.fullmatch(code)
    assert not rule.message.isascii()
    assert rule.remedy.endswith("。")


@pytest.mark.parametrize("code", CATALOGUE)
def test_a_warning_is_never_an_error_and_the_sender_is_told_strictly(code: str):
    rule = CATALOGUE[code]
    severities = {role: rule.severity(role) for role in Role}
    if code.startswith("W-"):
        assert set(severities.values()) == {Severity.WARNING}
        return
    assert severities[Role.SENDER] is Severity.ERROR
    assert (severities[Role.HUB] is Severity.ERROR) == (rule.basis is Basis.STANDARD)
    assert (severities[Role.RECIPIENT] is Severity.ERROR) == rule.unreadable


def test_an_item_that_is_only_inferred_weakens_the_rule_at_the_hub():
    rule = CATALOGUE["E-FIELD-LENGTH"]
    assert rule.severity(Role.HUB) is Severity.ERROR
    assert rule.severity(Role.HUB, Basis.INFERRED) is Severity.WARNING
    assert rule.severity(Role.SENDER, Basis.OURS) is Severity.ERROR


def test_a_finding_goes_into_json_with_its_eight_keys():
    made = finding("E-FIELD-REQUIRED", Role.SENDER, "a/b.CSV", record=2, field="被保険者番号", value="")
    assert list(made.as_dict()) == KEYS
    assert json.loads(json.dumps(made.as_dict(), ensure_ascii=False))["severity"] == "error"
    assert isinstance(made, Finding)


def test_braces_in_a_file_do_not_disturb_the_words():
    report = check([(NAMES["DLTPLAN"], b"202407,{field},{0},{x}\r\n")])
    assert {found.field for found in report.findings if found.code == "E-FIELD-TYPE"} <= {"保険者番号", "被保険者番号"}
    assert all("{" not in found.message for found in report.findings if found.code != "E-CROSS-MONTH")
