"""The OpenAPI document: whole, current, with examples that a hub took and gave, and never less than was promised.

After a change of examples: RENKEI_TEST_RECORD=1 python -m pytest tests/contract/test_openapi.py, then `make docs`.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from django.conf import settings

from renkei.hub.core.problem_codes import catalogue
from renkei.trust import manifest

from . import recording, world
from .conftest import Hub
from .streets import Street, street

__all__ = ["street"]  # fixtures
pytestmark = pytest.mark.usefixtures("once")
NAME = re.compile(r"[a-z]+([A-Z][a-z]+)*")


@pytest.fixture(scope="module")
def document(prepared: Any) -> Any:
    from renkei.hub.config.api import openapi_text

    return json.loads(openapi_text())


def operations(document: Any) -> Iterator[tuple[str, Any]]:
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            yield f"{method.upper()} {path}", told


def test_the_document_in_the_docs_is_the_one_that_goes_out(root: Path, prepared: Any) -> None:
    from django.test import Client

    from renkei.hub.config.api import openapi_text

    assert (root / "docs/api/openapi.json").read_text(encoding="utf-8") == openapi_text(), "make docs"
    assert Client().get("/v1/openapi.json").content.decode() == openapi_text()


def test_the_document_is_one_of_openapi_3_1(document: Any) -> None:
    from jsonschema_rs import Draft202012Validator

    assert document["openapi"] == "3.1.0"
    for name, schema in document["components"]["schemas"].items():
        Draft202012Validator(schema | {"components": document["components"]}), name
    text = json.dumps(document)
    for reference in set(re.findall(r'"\$ref": "#/([^"]+)"', text)):
        found = document
        for part in reference.split("/"):
            found = found[part]


def test_every_operation_is_told_in_full(document: Any) -> None:
    names = []
    for call, told in operations(document):
        names.append(told["operationId"])
        assert NAME.fullmatch(told["operationId"]), call
        assert told["summary"], call
        assert told["description"].endswith("。"), call
        assert told["tags"], call
        refusals = {int(status) for status in told["responses"] if int(status) >= 400}
        assert {400, 406, 429, 500, 503} <= refusals, call
        assert ("401" in told["responses"]) or not told.get("security"), call
        answers = {status: resolved(document, answer) for status, answer in told["responses"].items()}
        for status in refusals:
            assert list(answers[str(status)]["content"]) == ["application/problem+json"], call
        for answer in answers.values():
            assert {"RateLimit", "RateLimit-Policy", "X-Request-Id"} <= answer["headers"].keys(), call
    assert len(names) == len(set(names)) > 30


def test_every_operation_that_is_promised_is_there(document: Any) -> None:
    from renkei.hub.config.describing.table import promises

    assert promises().keys() == {call for call, _ in operations(document)}
    for call, promise in promises().items():
        for status, codes in promise.problems.items():
            for code in codes:
                known = catalogue()[code]
                assert status in known.statuses, (call, code)
                assert known.on_api, (call, code)


def test_every_operation_has_true_examples(document: Any) -> None:
    """One of what it takes, and one of each good answer, wherever JSON goes either way."""
    for call, told in operations(document):
        for where, content in contents(told):
            shown = content.get("examples", {})
            assert shown, f"{call} {where}: play it in tests/contract/recording.py"
            for example in shown.values():
                validate(document, content["schema"], example["value"])


def resolved(document: Any, told: Any) -> Any:
    return document["components"]["responses"][told["$ref"].rpartition("/")[2]] if "$ref" in told else told


def contents(told: Any) -> Iterator[tuple[str, Any]]:
    found = [("request", told.get("requestBody", {}))]
    found += [(status, answer) for status, answer in told["responses"].items() if int(status) < 300]
    for where, one in found:
        if "application/json" in one.get("content", {}):
            yield where, one["content"]["application/json"]


def validate(document: Any, schema: Any, value: Any) -> None:
    jsonschema_rs.validate(schema | {"components": document["components"]}, value)


def test_the_examples_of_problems_are_what_the_hub_says(document: Any) -> None:
    problem = document["components"]["schemas"]["Problem"]
    for name, example in document["components"]["examples"].items():
        validate(document, problem, example["value"])
        assert name == f"{example['value']['code']}.{example['value']['status']}"


def test_the_examples_are_what_a_hub_takes_and_gives_today(
    street: Street, issuing: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    from renkei.hub.config.describing import document as describing

    tape = recording.Tape()
    recording.play(street, tape)
    recording.enrol(street, tape)
    monkeypatch.setitem(settings.RENKEI, "AUTHORITY", "")
    recording.enrol(street, tape)
    if os.environ.get("RENKEI_TEST_RECORD") and recording.masked(tape.kept) != recording.masked(describing.examples()):
        text = json.dumps(tape.kept, ensure_ascii=False, indent=1, sort_keys=True)
        describing.EXAMPLES.write_text(text + "\n", encoding="utf-8")
        describing.examples.cache_clear()
    assert recording.masked(tape.kept) == recording.masked(describing.examples())


def test_the_unit_in_the_examples_is_whole() -> None:
    """Whoever takes the example apart finds what the manual promises."""
    import base64

    from renkei.hub.config.describing.document import examples

    given = examples()["sendUnit"]["request"]
    files = {name: base64.b64decode(data) for name, data in given["files"].items()}
    salts = {name: bytes.fromhex(salt) for name, salt in given["salts"].items()}
    said = manifest.parse(base64.b64decode(given["manifest"]))
    manifest.check_files(said, files, salts)
    assert said.hub == world.HUB_ID
