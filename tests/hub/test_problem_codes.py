"""No refusal carries a code or a status that the catalogue does not know, and none in it is a dead letter."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from renkei.hub.core.problem_codes import catalogue
from renkei.hub.core.problems import Refused
from renkei.standard.findings import CATALOGUE as FINDINGS
from renkei.trust.errors import EXPLANATIONS

CODE = re.compile(r"E-[A-Z]+(-[A-Z]+)*")


@pytest.fixture(scope="module")
def trees(root: Path) -> list[ast.Module]:
    # What the hub asks of a file before it is brought in, it asks of the library of attachments.
    asked = [*(root / "src/renkei/hub").rglob("*.py"), root / "src/renkei/attachments/inspecting.py"]
    return [ast.parse(path.read_text(encoding="utf-8")) for path in asked]


def texts(trees: list[ast.Module]) -> set[str]:
    nodes = (node for tree in trees for node in ast.walk(tree))
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def refusals(trees: list[ast.Module]) -> Iterator[tuple[int, str]]:
    """Status and code of each `Refused(404, "E-…", …)` and `Refused.known(404, "E-…")`."""
    for node in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("Refused"):
            said = [one.value for one in node.args[:2] if isinstance(one, ast.Constant)]
            if len(said) == 2 and isinstance(said[0], int) and isinstance(said[1], str):
                yield said[0], said[1]


def found_here(trees: list[ast.Module]) -> set[str]:
    """Codes of findings that the hub makes itself: they stand in a refusal's list, and are none."""
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    firsts = [call.args[0] for call in calls if ast.unparse(call.func) == "Finding" and call.args]
    return {str(one.value) for one in firsts if isinstance(one, ast.Constant)}


def test_every_code_that_is_raised_is_listed(trees: list[ast.Module]) -> None:
    named = {text for text in texts(trees) if CODE.fullmatch(text)}
    refused = {code for _, code in refusals(trees)}
    attached = {code for code in named if code.startswith("E-ATTACH-")}
    assert len(named) > 60
    assert sorted(named - catalogue().keys() - ((FINDINGS.keys() | attached | found_here(trees)) - refused)) == []


def test_every_status_that_is_raised_is_listed_with_its_code(trees: list[ast.Module]) -> None:
    found = {(status, code) for status, code in refusals(trees)}
    assert len(found) > 60
    listed = {(status, code) for code, known in catalogue().items() for status in known.statuses}
    assert sorted(found - listed) == []


def test_nothing_is_listed_that_nobody_raises(trees: list[ast.Module]) -> None:
    assert sorted(catalogue().keys() - texts(trees) - EXPLANATIONS.keys()) == []


def test_every_code_says_what_happened_and_what_to_do() -> None:
    for code, known in catalogue().items():
        assert CODE.fullmatch(code)
        assert all(400 <= status < 600 for status in known.statuses)
        assert known.title.endswith("。"), code
        assert known.remedy.endswith("。"), code
    assert list(catalogue()) == sorted(catalogue())


def test_a_refusal_in_the_catalogues_words_says_them() -> None:
    refused = Refused.known(429, "E-LIMIT-RATE", retry_after=3)
    assert (refused.title, refused.retry_after) == (catalogue()["E-LIMIT-RATE"].title, 3)
    assert refused.code == "E-LIMIT-RATE"
