"""Every kind of deed has a name that the operator can read."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.usefixtures("once", "prepared")
HUB = Path(__file__).resolve().parents[2] / "src/renkei/hub"


@pytest.fixture(scope="module")
def kinds(prepared: object) -> set[str]:
    """The words that stand for a kind in a call of a `record` or `_record` that writes a deed; and what two people do."""
    from renkei.hub.operation.proposing import KINDS

    found = {kind for proposed in KINDS for kind in (proposed, f"propose-{proposed}", f"refuse-{proposed}")}
    for path in HUB.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"deeds.record", "_record"}:
                if len(node.args) < 2:
                    continue  # something else of that name
                kind = node.args[1]
                either = [kind.body, kind.orelse] if isinstance(kind, ast.IfExp) else [kind]
                found |= {str(one.value) for one in either if isinstance(one, ast.Constant)}
    return found


def test_every_deed_on_record_has_a_name(kinds: set[str]) -> None:
    from renkei.hub.core.deeds import words

    assert len(kinds) > 50
    assert {kind for kind in kinds if words(kind) == kind} == set()


def test_kinds_are_spelled_in_one_way(kinds: set[str]) -> None:
    assert {kind for kind in kinds if not re.fullmatch(r"[a-z]+(-[a-z]+)*", kind)} == set()
