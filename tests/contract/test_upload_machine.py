"""Uploads in whatever order a program, a bad line and two computers at once may make of them."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from renkei.conformance import Month
from renkei.hub.exchange.attachments.rules import chunk_count, holes, size_of_chunk

from . import world
from .conftest import Hub
from .papers import Paper, begin, complete, pdf, put, told

CHUNK = 120


class Uploads(RuleBasedStateMachine):
    """What the hub should know of one file, beside what it says."""

    office: world.TestOffice

    @initialize(text=st.sampled_from(["1", "2"]))
    def start(self, text: str) -> None:
        self.paper = Paper(pdf(text))
        self.count = chunk_count(len(self.paper.data), CHUNK)
        self.there: dict[int, bool] = {}  # whether the chunk is the right one
        self.state = "none"
        self.announce()

    @rule()
    def announce(self) -> None:
        expected = 200 if self.state != "none" else 201
        assert begin(self.office, self.paper).status_code == expected
        if self.state == "none":
            self.state, self.there = "open", {}

    @rule(place=st.integers(0, 20), right=st.booleans())
    def send(self, place: int, right: bool) -> None:
        number = place % self.count
        size = size_of_chunk(number, len(self.paper.data), CHUNK)
        data = None if right else b"x" * size
        answer = self._put(number, data)
        if self.state == "none":
            assert answer == 404
        elif self.state != "open":
            assert answer == 409
        else:
            assert answer == (204 if self.there.setdefault(number, right) == right else 409)

    @rule()
    def send_all_that_is_missing(self) -> None:
        if self.state == "open":
            for number in set(range(self.count)) - set(self.there):
                assert self._put(number, None) == 204
                self.there[number] = True

    @rule()
    def end(self) -> None:
        answer = complete(self.office, self.paper)
        if self.state == "none":
            assert answer.status_code == 404
        elif self.state == "ready":
            assert answer.status_code == 200
        elif len(self.there) < self.count:
            assert answer.json()["missing"] == holes(self.count, self.there)
        elif not all(self.there.values()):
            assert answer.json()["code"] == "E-UPLOAD-COMMITMENT"
            self.there = {}
        else:
            assert answer.json()["state"] == "ready"
            self.state = "ready"

    @rule()
    def drop(self) -> None:
        path = f"/v1/uploads/{self.paper.id}"
        answer = self.office.client.delete(path, headers=self.office._headers())
        assert answer.status_code == (404 if self.state == "none" else 204)
        self.state, self.there = "none", {}

    @invariant()
    def the_hub_says_what_there_is(self) -> None:
        if self.state == "none":
            return
        said = told(self.office, self.paper)
        assert said["state"] == self.state
        assert said["missing"] == ([] if self.state == "ready" else holes(self.count, self.there))

    def teardown(self) -> None:
        from renkei.hub.core.models import Body, Wrap
        from renkei.hub.exchange.models import Chunk, Upload

        self.drop()
        assert not any(model.objects.exists() for model in (Upload, Chunk, Wrap, Body))

    def _put(self, number: int, data: bytes | None) -> int:
        right = self.paper.data[number * CHUNK : (number + 1) * CHUNK]
        return int(put(self.office, self.paper, number, right if data is None else data).status_code)


def test_whatever_happens_the_hub_knows_what_it_has(town: Hub, month: Month, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.conf import settings as hub_settings

    monkeypatch.setitem(hub_settings.RENKEI, "UPLOAD_CHUNK_BYTES", CHUNK)
    Uploads.office = town.offices[month.offices[0].number]
    few = settings(max_examples=5, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Uploads, settings=few)
