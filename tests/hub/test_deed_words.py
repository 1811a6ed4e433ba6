"""Every kind of deed has a name that the operator can read."""

from __future__ import annotations

import ast
from pathlib import Path

from renkei.hub.operation.words import deed_words

HUB = Path(__file__).resolve().parents[2] / "src/renkei/hub"


def kinds() -> set[str]:
    """The words that stand for a kind in a call of a `record` or `_record` that writes a deed."""
    found = set()
    for path in HUB.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"deeds.record", "_record"}:
                found |= {one.value for one in ast.walk(node.args[1]) if isinstance(one, ast.Constant)}
    return {kind for kind in found if isinstance(kind, str) and kind[-1] != "-" and kind[0] != "-"}


def test_every_deed_on_record_has_a_name() -> None:
    assert len(kinds()) > 30
    assert {kind for kind in kinds() if deed_words(kind) == kind} == set()
