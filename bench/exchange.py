"""The exchange beside its peers, on one machine in one run: what a hub takes on, and whole cycles of send, collect, acknowledge.

Real servers on loopback, real HTTP, SMTP, IMAP and SFTP; the load maker shares the cores with them. Every round measures
each one once, after the other.

    scripts/bench.sh exchange [--rounds N] [--units N] [--parts cycle accept latency tls attachments floor] [--without …]
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import alone
from exchanges import as2, mail, mesh, postgres, sftp
from exchanges.common import Exchange
from exchanges.renkei import Renkei
from hubs import Hub, hub
from measuring import ratios, spread, table
from units import SIZES, Supply

YARDSTICK = "Postfix→Dovecot"
PEERS: dict[str, Callable[[Path, Supply], contextlib.AbstractContextManager[Exchange]]] = {
    YARDSTICK: mail.running,
    "mesh-sandbox": mesh.running,
    "django-pyas2": as2.running,
    "OpenSSH sftp": sftp.running,
}
PARTS = ("cycle", "sizes", "accept", "latency", "tls", "attachments", "floor")


def cycle_seconds(exchanges: Mapping[str, Exchange], units: int, rounds: int) -> dict[str, list[float]]:
    """Seconds of one unit's whole way, by exchange; once before, unmeasured. What a sender prepares is not measured."""
    seconds: dict[str, list[float]] = {name: [] for name in exchanges}
    for number in range(rounds + 1):
        for name, one in exchanges.items():
            # A slow one gets fewer units: each round is to take a few seconds.
            count = max(20, units // _SLOWER.get(name, 1))
            prepared = one.prepare(count)
            started = time.perf_counter()
            one.cycle(prepared)
            if number:
                seconds[name].append((time.perf_counter() - started) / count)
    return seconds


_SLOWER = {"django-pyas2": 10, "mesh-sandbox": 3}


def show_cycles(title: str, seconds: Mapping[str, Sequence[float]], yardstick: str) -> None:
    """Cycles a second, and beside the yardstick of the same round."""
    print(f"## {title}\n")
    base = seconds.get(yardstick) or next(iter(seconds.values()))
    lines = [
        [name, spread([1 / one for one in values], 0), spread(ratios(base, values))] for name, values in seconds.items()
    ]
    table(["", "1秒に", f"{yardstick} の何倍"], lines)


@contextlib.contextmanager
def hubs(folder: Path, without: Sequence[str]) -> Iterator[dict[str, Hub]]:
    """Our hub on each database, by name."""
    with contextlib.ExitStack() as stack:
        databases: dict[str, Mapping[str, str]] = {"SQLite": {}}
        if "PostgreSQL" not in without:
            databases["PostgreSQL"] = stack.enter_context(postgres.running(folder / "postgresql"))
        settings = {"LIMIT_UNITS_A_DAY": "100000000", "LOG_LEVEL": "INFO"}
        yield {
            name: stack.enter_context(hub(folder / f"hub-{name}", database, **settings))
            for name, database in databases.items()
        }


def cycles(folder: Path, started: Mapping[str, Hub], options: argparse.Namespace) -> None:
    """2 KB units through everybody."""
    supply = Supply(SIZES[0])
    with contextlib.ExitStack() as stack:
        exchanges: dict[str, Exchange] = {
            f"renkei、{name}、50件ずつ": Renkei(one, supply) for name, one in started.items()
        }
        exchanges["renkei、SQLite、1件ずつ送る"] = Renkei(started["SQLite"], supply, batch=1)
        for name, running in PEERS.items():
            if name not in options.without:
                exchanges[name] = stack.enter_context(
                    running(folder / name.replace("→", "-").replace(" ", "-"), supply)
                )
        seconds = cycle_seconds(exchanges, options.units, options.rounds)
    show_cycles(f"送る・受け取る・知らせる({supply.bytes_a_unit:,} バイト、3ファイル)", seconds, YARDSTICK)


def sizes(folder: Path, started: Mapping[str, Hub], options: argparse.Namespace) -> None:
    """Larger units, ours and the yardstick."""
    for size in SIZES[1:]:
        supply = Supply(size)
        with mail.running(folder / f"mail-{size}", supply) as post:
            exchanges: dict[str, Exchange] = {
                "renkei、SQLite、50件ずつ": Renkei(started["SQLite"], supply),
                YARDSTICK: post,
            }
            seconds = cycle_seconds(exchanges, options.units // 2, options.rounds)
        show_cycles(f"送る・受け取る・知らせる({supply.bytes_a_unit:,} バイト)", seconds, YARDSTICK)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--units", type=int, default=600, help="units of one round and exchange")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--without", nargs="+", default=[], help="peers, or PostgreSQL")
    options = parser.parse_args()
    print(f"Python {sys.version.split()[0]}, {options.rounds} rounds, {options.units} units each\n", flush=True)
    # Not below the folder of a user's own: the mail servers' processes must be able to enter it.
    with tempfile.TemporaryDirectory(prefix="renkei-bench-", dir="/var/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with hubs(folder, options.without) as started:
            before = started["SQLite"].memory()
            if "cycle" in options.parts:
                cycles(folder, started, options)
            if "sizes" in options.parts:
                sizes(folder, started, options)
            alone.run(folder, started, options)
            print(f"ハブ (SQLite) のメモリー: はじめ {before:.0f} MB、終わり {started['SQLite'].memory():.0f} MB")


if __name__ == "__main__":
    main()
