"""The pages of a large office, alone and while a big send runs on the same hub: 400 clients, 100 partners, one month.

Real `renkei serve` on loopback. Beside each page a file of the same server that asks nothing of the database: the floor.

    .venv/bin/python bench/pages.py [--rounds N] [--postgres]
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from exchanges import postgres
from hubs import SENDER, Hub, hub
from measuring import spread, table
from office_month import CLIENTS, MONTH, PARTNERS
from offices import Office
from units import Supply

FLOOR = {"床(静的なファイル)": "/static/core/base.css"}
PAGES = {
    "今月": f"/overview/{MONTH}/",
    "まだ開かれていない(相手ごと)": f"/overview/{MONTH}/unopened/",
    "実績待ち(相手ごと)": f"/overview/{MONTH}/waiting/",
    "実績待ち(利用者ごと)": f"/overview/{MONTH}/waiting/people/",
    "送るもの": "/outbox/",
    "送ったもの": "/sent/",
    "受け取ったもの": "/received/",
    "相手": "/partners/",
    "記録": "/ledger/",
    "予定と実績(全員)": f"/months/{MONTH}/",
    "請求の前に(全員)": f"/claim/{MONTH}/",
    "委託": "/relay/",
}
_BATCH = 20
_PREPARED = 400  # batches, signed before anything is measured


def main() -> None:
    """Prints one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--postgres", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder, contextlib.ExitStack() as stack:
        Path(folder).chmod(0o755)  # PostgreSQL runs as somebody else
        home = Path(folder) / "bench"
        database = stack.enter_context(postgres.running(Path(folder) / "postgres")) if options.postgres else {}
        limits = {"LIMIT_RATE_PARTY": "0", "LIMIT_RATE_ADDRESS": "0"}
        ready = stack.enter_context(hub(home, database, Path(__file__).with_name("office_month.py"), **limits))
        cookie = (home / "session.txt").read_text(encoding="ascii")
        pages = {name: path for name, path in (FLOOR | PAGES).items() if _is_there(ready, cookie, path)}
        alone = _timed(ready, cookie, pages, options.rounds)
        with _sending(ready) as rate:
            busy = _timed(ready, cookie, pages, options.rounds)
            print(
                f"利用者 {CLIENTS}人、相手 {PARTNERS}か所。送っているとき、1秒に {rate():.0f} 送信単位を受け付けた。\n"
            )
        lines = [
            [name, *(cell for times in (alone[name], busy[name]) for cell in (_spread(times), _p95(times)))]
            for name in pages
        ]
        table(["ページ", "静かなとき ms", "95% ms", "送っているとき ms", "95% ms"], lines)


def _timed(ready: Hub, cookie: str, pages: dict[str, str], rounds: int) -> dict[str, list[float]]:
    """Milliseconds of each page, in interleaved rounds."""
    times: dict[str, list[float]] = {name: [] for name in pages}
    for _ in range(rounds):
        for name, path in pages.items():
            started = time.perf_counter()
            _get(ready, cookie, path)
            times[name].append((time.perf_counter() - started) * 1000)
    return times


def _get(ready: Hub, cookie: str, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", ready.port, timeout=60)
    connection.request("GET", path, headers={"Cookie": f"sessionid={cookie}"})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


def _is_there(ready: Hub, cookie: str, path: str) -> bool:
    status = _get(ready, cookie, path)
    if status not in (200, 404):
        raise SystemExit(f"{path}: {status}")
    return status == 200


@contextlib.contextmanager
def _sending(ready: Hub) -> Iterator[Callable[[], float]]:
    """Batches of another office, one after the other, as fast as the hub takes them; gives how many units a second."""
    office, supply = Office(ready, *SENDER), Supply(7_000)
    batches = [
        {"units": [supply.envelope(office.key, office.certificate) for _ in range(_BATCH)]} for _ in range(_PREPARED)
    ]
    stop, done = threading.Event(), 0
    started = time.perf_counter()

    def send() -> None:
        nonlocal done
        with office.line() as line:
            for batch in batches:
                if stop.is_set():
                    return
                line.post("/v1/transmissions/batch", batch)
                done += _BATCH

    thread = threading.Thread(target=send)
    thread.start()
    try:
        yield lambda: done / (time.perf_counter() - started)
    finally:
        stop.set()
        thread.join()
    if done == _BATCH * _PREPARED:
        print("送るものが先に尽きました。_PREPARED をふやしてください。")


def _spread(times: list[float]) -> str:
    return spread(times, 0)


def _p95(times: list[float]) -> str:
    return f"{statistics.quantiles(times, n=20)[-1]:,.0f}"


if __name__ == "__main__":
    main()
