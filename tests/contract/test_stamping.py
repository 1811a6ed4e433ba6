"""Time-stamps over seals: taken when the authority answers, and never in anybody's way when it does not."""

from __future__ import annotations

import contextlib
import shutil
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.trust.stamping import Stamper, make_stamper, serving

from renkei.conformance import Month
from renkei.trust import timestamps
from renkei.trust.errors import CertificateError, TrustError

from . import world
from .conftest import Hub
from .plans import is_index_search, plan_of

Use = Callable[..., None]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory, need: Callable[[str], str]) -> Stamper:
    need("openssl")
    return make_stamper(tmp_path_factory.mktemp("tsa") / "here")


@pytest.fixture(autouse=True)
def nothing_kept(hub: Hub) -> Iterator[None]:
    yield
    shutil.rmtree(hub.data / "trust" / "time-stamps", ignore_errors=True)


@pytest.fixture
def use(hub: Hub, authority: Stamper, monkeypatch: pytest.MonkeyPatch) -> Use:
    """`use(address)` makes that the hub's time-stamp authority, with the roots of the real one."""
    from django.conf import settings

    def choose(url: str, **limits: int) -> None:
        values = {"TSA_URL": url, "TSA_CA": str(authority.folder / "root.pem"), **limits}
        for name, value in values.items():
            monkeypatch.setitem(settings.RENKEI, name, value)

    return choose


@pytest.fixture
def served(use: Use, authority: Stamper) -> Iterator[str]:
    """The hub uses openssl's authority."""
    with serving(authority.reply) as url:
        use(url)
        yield url


@pytest.fixture
def next_unit(town: Hub, month: Month) -> Callable[[], Any]:
    """`next_unit()` sends the next unit of the month and returns the hub's answer."""
    sender = town.offices[month.offices[0].number]
    units = iter(world.units_of(month.files[sender.number]))
    return lambda: sender.post("/transmissions", sender.envelope(*next(units)))


def seal() -> Any:
    from renkei.hub.core.sealer import seal_once

    made = seal_once()
    assert made is not None
    return made


def stamps() -> list[Any]:
    from renkei.hub.core.models import TimeStamp

    return list(TimeStamp.objects.order_by("seal_id"))


def test_the_newest_seal_is_stamped_once_and_covers_those_before_it(
    next_unit: Callable[[], Any], served: str, authority: Stamper
) -> None:
    from renkei.hub.core import stamping

    assert stamping.stamp_once() is None
    for _ in range(3):
        next_unit()
        newest = seal()
    stamp = stamping.stamp_once()
    assert stamp is not None and stamping.stamp_once() is None
    [kept] = stamps()
    assert kept.seal_id == newest.pk
    read = timestamps.verify(bytes(kept.token), bytes(newest.statement), [authority.root])
    assert read.at == kept.at
    next_unit()
    assert stamping.waiting_since(kept.at) is None
    assert stamping.newest_stamped() == 3 < seal().number
    assert stamping.stamp_once() is not None and len(stamps()) == 2


def test_an_authority_that_is_used_no_more_is_still_named_in_evidence(
    hub: Hub, next_unit: Callable[[], Any], served: str, authority: Stamper, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.conf import settings

    from renkei.hub.core import stamping

    next_unit()
    seal()
    assert stamping.stamp_once()
    for name in ("TSA_URL", "TSA_CA"):
        monkeypatch.setitem(settings.RENKEI, name, "")
    assert stamping.authorities() == () and stamping.authorities_ever() == (authority.root,)


def test_no_write_is_open_while_the_authority_thinks(
    next_unit: Callable[[], Any], use: Use, authority: Stamper
) -> None:
    from renkei.hub.core import stamping

    def slow(query: bytes) -> bytes:
        # A whole unit comes in meanwhile, from another connection.
        thread = threading.Thread(target=come_in)
        thread.start()
        thread.join(timeout=20)
        return authority.reply(query)

    came: list[int] = []

    def come_in() -> None:
        from django.db import connections

        came.append(next_unit().status_code)
        connections.close_all()

    next_unit()
    seal()
    with serving(slow) as url:
        use(url)
        assert stamping.stamp_once() is not None
    assert came == [201]


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"<html>busy</html>",
        b"\x30\x05\x30\x03\x02\x01\x02",
        b"\x00" * 200_000,
    ],
    ids=["nothing", "a page", "a refusal", "too much"],
)
def test_an_answer_that_is_none_is_not_kept(next_unit: Callable[[], Any], use: Use, answer: bytes) -> None:
    from renkei.hub.core import stamping

    next_unit()
    seal()
    with serving(lambda _: answer) as url:
        use(url)
        with pytest.raises((TrustError, OSError)):
            stamping.stamp_once()
    assert stamps() == []


def test_a_token_of_an_earlier_request_is_not_kept(next_unit: Callable[[], Any], use: Use, authority: Stamper) -> None:
    """Same statement, right signature, but an answer that somebody kept: only the nonce tells."""
    from renkei.hub.core import stamping

    next_unit()
    made = seal()
    kept = authority.reply(timestamps.request(bytes(made.statement), 1))
    with serving(lambda _: kept) as url:
        use(url)
        with pytest.raises(TrustError, match="E-STAMP-OTHER"):
            stamping.stamp_once()
    assert stamps() == []


def test_a_token_over_other_bytes_is_not_kept(next_unit: Callable[[], Any], use: Use, authority: Stamper) -> None:
    from renkei.hub.core import stamping

    def other_imprint(query: bytes) -> bytes:
        return authority.reply(query[:24] + bytes(32) + query[56:])

    next_unit()
    seal()
    with serving(other_imprint) as url:
        use(url)
        with pytest.raises(TrustError, match="E-STAMP-OTHER"):
            stamping.stamp_once()
    assert stamps() == []


def test_a_stranger_is_not_believed(next_unit: Callable[[], Any], use: Use, tmp_path: Path) -> None:
    from renkei.hub.core import stamping

    next_unit()
    seal()
    with serving(make_stamper(tmp_path / "stranger").reply) as url:
        use(url)
        with pytest.raises(CertificateError, match="E-CERT-AUTHORITY"):
            stamping.stamp_once()
    assert stamps() == []


@contextlib.contextmanager
def at(monkeypatch: pytest.MonkeyPatch, hours: float) -> Iterator[None]:
    """The hub's clock so many hours ahead."""
    from django.utils import timezone

    real = timezone.now
    with monkeypatch.context() as patch:
        patch.setattr(timezone, "now", lambda: real() + timedelta(hours=hours))
        yield


def test_an_authority_that_sends_the_hub_elsewhere_is_not_followed(next_unit: Callable[[], Any], use: Use) -> None:
    from renkei.hub.core import stamping

    asked: list[bytes] = []
    next_unit()
    seal()
    with serving(lambda query: asked.append(query) or b"") as inner, serving(lambda _: b"", 302, inner) as url:
        use(url)
        with pytest.raises(OSError, match="302"):
            stamping.stamp_once()
    assert asked == [] and stamps() == []


def test_an_authority_that_is_down_warns_and_stops_nobody(
    next_unit: Callable[[], Any], use: Use, monkeypatch: pytest.MonkeyPatch
) -> None:
    from renkei.hub.core import stamping

    use("http://127.0.0.1:9/", TSA_WARN_HOURS=24)
    next_unit()
    seal()
    with pytest.raises(OSError):  # noqa: PT011  (any kind of no answer)
        stamping.stamp_once()
    assert Client().get("/v1/health").json() == {"status": "ok", "warnings": []}
    with at(monkeypatch, 25):
        health = Client().get("/v1/health").json()
        assert health["status"] == "ok" and "時刻の証明をもらえていません" in health["warnings"][0]
        assert "送受信はそのまま続きます" in health["warnings"][0]
    with at(monkeypatch, 0.1):
        assert next_unit().status_code == 201 and seal().number == 2


def test_beyond_the_stated_limit_new_units_are_refused_until_it_is_back(
    town: Hub, month: Month, next_unit: Callable[[], Any], use: Use, authority: Stamper, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.utils import timezone

    from renkei.hub.core import stamping

    use("http://127.0.0.1:9/", TSA_WARN_HOURS=1, TSA_STOP_HOURS=2)
    monkeypatch.setattr(stamping, "_started_at", timezone.now() - timedelta(hours=3))
    sender = town.offices[month.offices[0].number]
    unit, files = world.units_of(month.files[sender.number])[0]
    assert next_unit().status_code == 201
    with at(monkeypatch, -2.1):
        seal()
    assert sender.post("/transmissions", sender.envelope(unit, files)).status_code == 200, "accepted stays accepted"
    refused = next_unit()
    assert (refused.status_code, refused.json()["code"]) == (503, "E-HUB-TIME-STAMP")
    assert sender.get("/events", service=sender.service).status_code == 200
    assert "新しい送信を受け付けません" in stamping.warnings(timezone.now())[0]
    with serving(authority.reply) as url:
        use(url)
        assert stamping.stamp_once() is not None
    assert next_unit().status_code == 201


def test_without_an_authority_nothing_is_asked_and_nothing_is_said(next_unit: Callable[[], Any]) -> None:
    from django.utils import timezone

    from renkei.hub.core import stamping

    next_unit()
    seal()
    assert not stamping.is_on() and stamping.authorities() == ()
    assert stamping.warnings(timezone.now() + timedelta(days=900)) == []
    stamping.require_stamped_lately(timezone.now() + timedelta(days=900))


def test_before_the_first_token_the_wait_counts_from_when_the_hub_began(
    next_unit: Callable[[], Any], use: Use, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hub that ran for years without an authority must not stop on the day that it gets one."""
    from django.utils import timezone

    from renkei.hub.core import stamping

    next_unit()
    made = seal()
    began = made.at + timedelta(days=900)
    monkeypatch.setattr(stamping, "_started_at", began)
    use("http://127.0.0.1:9/")
    assert stamping.waiting_since(began + timedelta(hours=3)) == began
    assert stamping.waiting_since(timezone.now()) is not None


def test_the_thread_goes_on_after_every_failure_and_recovers(
    next_unit: Callable[[], Any], use: Use, authority: Stamper
) -> None:
    from renkei.hub.core import stamping

    broken = iter([b"", b"garbage", b"\x30\x00"])
    asked = threading.Semaphore(0)

    def answer(query: bytes) -> bytes:
        reply = next(broken, None)
        asked.release()
        return authority.reply(query) if reply is None else reply

    next_unit()
    seal()
    with serving(answer) as url:
        use(url)
        thread = stamping.Stamper(0.02)
        thread.start()
        try:
            for _ in range(4):
                assert asked.acquire(timeout=10)
            done = threading.Event()
            for _ in range(200):
                if stamps():
                    break
                done.wait(0.05)
        finally:
            thread.stop()
    assert not thread.is_alive() and len(stamps()) == 1


def test_the_state_of_the_stamps_is_read_by_index(hub: Hub) -> None:
    from renkei.hub.core.models import Seal, TimeStamp

    newest = TimeStamp.objects.order_by("-seal_id").values_list("seal__number", flat=True)[:1]
    oldest = Seal.objects.filter(number__gt=5).order_by("number").values_list("at", flat=True)[:1]
    assert [plan for plan in map(plan_of, (newest, oldest)) if not is_index_search(plan)] == []


def test_the_operator_sees_how_the_seals_are(
    next_unit: Callable[[], Any], use: Use, authority: Stamper, monkeypatch: pytest.MonkeyPatch
) -> None:
    from renkei.hub.config.operating import perform
    from renkei.hub.core import stamping

    assert "まだありません" in perform("status", {}) and "使っていません" in perform("status", {})
    next_unit()
    assert "封印を待つ記録があります" in perform("status", {})
    seal()
    with serving(authority.reply) as url:
        use(url)
        assert "まだもらっていません" in perform("status", {})
        stamping.stamp_once()
    told = perform("status", {})
    assert "封印: 1 番まで" in told and "時刻の証明: 封印 1 番まで" in told
    next_unit()
    seal()
    assert "時刻の証明をもらえていません" not in told
    with at(monkeypatch, 25):
        assert "注意: " in perform("status", {}) and "時刻の証明をもらえていません" in perform("status", {})
