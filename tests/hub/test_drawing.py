"""Forms drawn beside the hub: what hangs, fails or is waited for too long is told, and the next one is drawn all the same."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace

import pytest

from renkei.forms.choosing import blank
from renkei.hub.core import drawing
from renkei.hub.core.apart import Helper
from renkei.hub.core.problems import Refused

SHEET = blank("benefit-management")


@pytest.fixture
def helper(monkeypatch: pytest.MonkeyPatch) -> Iterator[Helper]:
    own = Helper()
    monkeypatch.setattr(drawing, "_helper", own)
    wait(monkeypatch, 30)
    yield own
    own.end()


def wait(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    monkeypatch.setattr(drawing, "settings", SimpleNamespace(RENKEI={"DRAW_SECONDS": seconds}))


def test_paper_and_pictures_come_from_the_process_beside_the_hub(helper: Helper) -> None:
    assert drawing.pdf([SHEET, SHEET], "給付管理票").startswith(b"%PDF")
    [[page]] = drawing.svgs([SHEET])
    assert page.startswith("<svg")
    assert helper.is_ready()


def test_a_form_that_cannot_be_drawn_keeps_no_other_back(helper: Helper) -> None:
    with pytest.raises(Refused) as refused:
        drawing.pdf([replace(SHEET, how={"山田 太郎": ""})], "")
    assert refused.value.code == "E-HUB-DRAWING" and "山田" not in str(refused.value.__dict__)
    assert drawing.svgs([SHEET])


def test_what_takes_too_long_is_ended(helper: Helper, monkeypatch: pytest.MonkeyPatch) -> None:
    drawing.svgs([SHEET])
    assert helper._process is not None
    helper._process.send_signal(signal.SIGSTOP)
    wait(monkeypatch, 0.2)
    with pytest.raises(Refused):
        drawing.svgs([SHEET])
    wait(monkeypatch, 30)
    assert drawing.svgs([SHEET])


def test_whoever_waits_too_long_for_a_turn_is_told(helper: Helper, monkeypatch: pytest.MonkeyPatch) -> None:
    wait(monkeypatch, 0.05)
    with drawing._turn, pytest.raises(Refused) as refused:
        drawing.svgs([SHEET])
    assert refused.value.retry_after
