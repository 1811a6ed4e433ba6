"""Forms drawn beside the hub: what hangs, fails or is waited for too long is told, and the next one is drawn all the same."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from dataclasses import dataclass, replace
from types import SimpleNamespace

import pytest

from renkei.forms import Form
from renkei.forms.choosing import blank
from renkei.hub.core import drawing, drawing_work
from renkei.hub.core.apart import Helper
from renkei.hub.core.problems import Refused
from renkei.standard.comparing.papers import Person

SHEET = blank("benefit-management")


@dataclass(frozen=True)
class Bad:
    """A sheet that typst cannot draw."""

    person: Person = ("132019", "0000000001")
    title: str = "第3表"

    def form(self) -> Form:
        return Form("week", {})


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


def test_a_form_that_cannot_be_drawn_is_told_by_its_place_and_keeps_no_other_back(helper: Helper) -> None:
    bad = replace(SHEET, how={"山田 太郎": ""})
    with pytest.raises(drawing.CannotDraw) as undrawn:
        drawing.pdf([SHEET, bad], "")
    assert undrawn.value.places == [1] and "山田" not in str(undrawn.value)
    assert [bool(pages) for pages in drawing.svgs([bad, SHEET])] == [False, True]


def test_every_form_that_cannot_be_drawn_is_told_whatever_the_reason() -> None:
    not_filled = replace(SHEET, how={"no such": ""})
    assert drawing_work.pdf(([SHEET, not_filled, SHEET, Bad()], "")) == [1, 3]
    assert [bool(pages) for pages in drawing_work.svgs([Bad(), SHEET])] == [False, True]


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
