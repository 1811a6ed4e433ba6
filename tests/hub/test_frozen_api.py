"""v1 is frozen: what it promised stays. A change that breaks a program fails here, and says which promise it breaks."""

from __future__ import annotations

import copy
import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

Change = Callable[[dict[str, Any]], Any]


@pytest.fixture(scope="module")
def freeze(root: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("freeze", root / "scripts/freeze.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def document(root: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((root / "docs/api/openapi.json").read_text(encoding="utf-8"))
    return found


def test_v1_keeps_what_it_promised(freeze: ModuleType, document: dict[str, Any]) -> None:
    frozen = json.loads(freeze.FROZEN.read_text(encoding="utf-8"))
    assert len(frozen) > 30
    assert freeze.broken(frozen, freeze.shape(document)) == []


def of(document: dict[str, Any], schema: str) -> dict[str, Any]:
    found: dict[str, Any] = document["components"]["schemas"][schema]
    return found


def parameters(document: dict[str, Any], path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = document["paths"][path]["get"]["parameters"]
    return found


BREAKING: dict[str, tuple[Change, str]] = {
    "a call is gone": (lambda d: d["paths"].pop("/v1/seals"), "GET /v1/seals: operation removed"),
    "a call has another name": (lambda d: d["paths"]["/v1/hub"]["get"].update(operationId="x"), "operationId changed"),
    "a call needs a token": (lambda d: d["paths"]["/v1/hub"]["get"].update(security=[{"token": []}]), "security"),
    "a call has lost an answer": (lambda d: d["paths"]["/v1/transmissions"]["post"]["responses"].pop("200"), "answer 200"),
    "a parameter is gone": (lambda d: parameters(d, "/v1/events").pop(), "removed"),
    "a parameter is wanted": (lambda d: parameters(d, "/v1/events")[1].update(required=True), "became required"),
    "a bound is tighter": (lambda d: parameters(d, "/v1/events")[-1]["schema"].update(maximum=10), "became smaller"),
    "a pattern is another": (lambda d: parameters(d, "/v1/events")[0]["schema"].update(pattern="^x$"), "pattern changed"),
    "a new field is wanted": (
        lambda d: (of(d, "UnitIn")["properties"].update(x={"type": "string"}), of(d, "UnitIn")["required"].append("x")),
        "request.x became required",
    ),
    "a field is not taken": (lambda d: of(d, "UnitIn")["properties"].pop("salts"), "request.salts removed"),
    "an answer has lost a field": (lambda d: of(d, "AcceptedOut")["properties"].pop("receipt"), ".receipt removed"),
    "a field may be missing": (lambda d: of(d, "AcceptedOut")["required"].remove("id"), "not always there"),
    "a field is of another type": (
        lambda d: of(d, "TransmissionOut")["properties"]["mailbox_number"].update(type="string"),
        "type changed",
    ),
    "a field may be nothing": (
        lambda d: of(d, "AcceptedOut")["properties"].update(state={"anyOf": [{"type": "string"}, {"type": "null"}]}),
        "another choice",
    ),
}  # fmt: skip
HARMLESS: dict[str, Change] = {
    "a new call": lambda d: d["paths"].update({"/v1/new": d["paths"]["/v1/hub"]}),
    "a new field in an answer": lambda d: of(d, "AcceptedOut")["properties"].update(x={"type": "string"}),
    "a new field that may be left out": lambda d: of(d, "UnitIn")["properties"].update(x={"type": "string"}),
    "a new parameter that may be left out": lambda d: parameters(d, "/v1/events").append(
        {"in": "query", "name": "x", "required": False, "schema": {"type": "string"}}
    ),
    "a wider bound": lambda d: parameters(d, "/v1/events")[-1]["schema"].update(maximum=10_000),
    "other words": lambda d: d["paths"]["/v1/hub"]["get"].update(summary="x", description="y"),
    "one more refusal": lambda d: d["paths"]["/v1/hub"]["get"]["responses"].update({"418": {"description": "x"}}),
}


@pytest.mark.parametrize("name", BREAKING)
def test_a_change_that_breaks_programs_is_noticed(freeze: ModuleType, document: dict[str, Any], name: str) -> None:
    change, told = BREAKING[name]
    changed = copy.deepcopy(document)
    change(changed)
    faults = freeze.broken(freeze.shape(document), freeze.shape(changed))
    assert any(told in fault for fault in faults), faults


@pytest.mark.parametrize("name", HARMLESS)
def test_what_only_adds_breaks_nothing(freeze: ModuleType, document: dict[str, Any], name: str) -> None:
    changed = copy.deepcopy(document)
    HARMLESS[name](changed)
    assert freeze.broken(freeze.shape(document), freeze.shape(changed)) == []
