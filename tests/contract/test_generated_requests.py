"""Requests made up from the API's own description: nothing answers 500, and every answer is one that it promises."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings, strategies
from schemathesis.checks import CHECKS
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode

from renkei.conformance import Month
from renkei.trust.authority import Authority

from . import kept, world

A_FEW, MANY = 4, 150
schemathesis.openapi.format("base64", strategies.binary(max_size=60).map(world.b64))


@dataclass
class Stage:
    """A hub with one unit on its way, and the schema of its API."""

    schema: Any
    token: str
    service: str
    unit: str


@pytest.fixture(scope="module")
def stage(prepared: tuple[Path, Authority], settled: tuple[world.TestOffice, ...], month: Month) -> Iterator[Stage]:
    from django.db import connections

    from renkei.hub.config.wsgi import application

    data, _authority = prepared
    kept.go_back(data, kept.TOWN)
    offices = {office.number: replace(office, client=Client()) for office in settled}
    sender = offices[month.offices[0].number]
    unit, files = world.units_of(month.files[sender.number])[0]
    sent = sender.post("/transmissions", sender.envelope(unit, files)).json()
    schema = schemathesis.openapi.from_wsgi("/v1/openapi.json", application, config=config())
    yield Stage(schema, sender.token, sender.service, sent["id"])
    connections.close_all()


def config() -> SchemathesisConfig:
    return SchemathesisConfig.from_dict(
        {
            # Below, in our own words: a request may be well put, and its signed bytes still be none.
            "checks": {"positive_data_acceptance": {"enabled": False}},
            "generation": {"allow-extra-parameters": False, "with-security-parameters": False},
        }
    )


@pytest.mark.parametrize(
    "mode",
    [
        pytest.param(GenerationMode.POSITIVE, id="positive"),
        pytest.param(GenerationMode.NEGATIVE, id="negative", marks=pytest.mark.long),
    ],
)
def test_made_up_requests_get_answers_that_were_promised(
    stage: Stage, mode: GenerationMode, subtests: pytest.Subtests
) -> None:
    for operation in operations(stage, mode):
        with subtests.test(operation.label):
            check(operation, stage, mode, A_FEW)


@pytest.mark.long
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_many_made_up_requests_get_answers_that_were_promised(
    stage: Stage, mode: GenerationMode, subtests: pytest.Subtests
) -> None:
    for operation in operations(stage, mode):
        with subtests.test(operation.label):
            check(operation, stage, mode, MANY)


def test_an_answer_that_nobody_promised_would_be_noticed(
    once: None, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    from renkei.hub.exchange import evidence

    seals = stage.schema["/v1/seals"]["GET"]
    for wrong in ({"seals": "none", "more": False}, None):
        monkeypatch.setattr(evidence, "seals_after", lambda *_given, wrong=wrong: wrong)
        with pytest.raises(FailureGroup):
            check(seals, stage, GenerationMode.POSITIVE, 1)


def operations(stage: Stage, mode: GenerationMode) -> list[Any]:
    """All; nothing can be wrong with a request that says nothing."""
    found = [one.ok() for one in stage.schema.get_all_operations()]
    if mode is GenerationMode.POSITIVE:
        return found
    return [one for one in found if one.body or one.query or one.path_parameters]


def check(operation: Any, stage: Stage, mode: GenerationMode, examples: int) -> None:
    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        # The first that fails is enough to go by: to find the least one takes minutes.
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def run(case: Any) -> None:
        if mode is GenerationMode.POSITIVE:
            put_something_real(case, stage)
        # To end a sign-in is never refused, and this one is wanted for what follows.
        is_ending = case.path == "/v1/logout"
        # That every call needs its token is tried in test_attacks_api; here it would be two more requests each time.
        excluded = [CHECKS.get_one("ignored_auth")] if is_ending or examples < MANY else []
        token = "over" if is_ending else stage.token
        answer = case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, excluded_checks=excluded)
        if mode is GenerationMode.POSITIVE:
            is_refused = answer.status_code in (400, 415) and answer.json()["code"].startswith("E-REQUEST")
            assert not is_refused, answer.json()
            assert answer.status_code != 401 or {"token": []} not in operation.definition.raw.get("security", [])

    run()


def put_something_real(case: Any, stage: Stage) -> None:
    """Numbers that nobody has lead nowhere: every other well put request names what is there."""
    if "id" in case.path_parameters and "transmissions" in case.path:
        case.path_parameters["id"] = stage.unit
    if "service" in (case.query or {}):
        case.query["service"] = stage.service
    if "from" in (case.query or {}):
        # What makes a period, and what a cursor is, no schema tells.
        case.query |= {"from": "2026-11-01", "to": "2026-12-31", "cursor": ""}
