"""The office's own record of what was sent and collected: a SQLite file that keeps every receipt.

Each method that writes is one transaction and returns only when it is on the disk.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from .answers import SignedBytes
from .entries import Direction, Entry, KeptReceipt, Signer, State
from .errors import SetupError, Trouble
from .stating import Key

_TABLES = (
    """CREATE TABLE IF NOT EXISTS unit (
        number INTEGER PRIMARY KEY,
        direction TEXT NOT NULL,
        sender TEXT NOT NULL, sender_service TEXT NOT NULL,
        recipient TEXT NOT NULL, recipient_service TEXT NOT NULL,
        kind TEXT NOT NULL, sequence TEXT NOT NULL, months TEXT NOT NULL,
        state TEXT NOT NULL,
        transmission TEXT UNIQUE,
        manifest BLOB, signature BLOB, salts TEXT NOT NULL,
        place TEXT,
        code TEXT, message TEXT, remedy TEXT
    ) STRICT""",
    # What was refused unread has a transmission, but no content that could claim the key.
    """CREATE UNIQUE INDEX IF NOT EXISTS one_unit_per_key
        ON unit (direction, sender, sender_service, recipient, recipient_service, kind, sequence)
        WHERE manifest IS NOT NULL""",
    "CREATE INDEX IF NOT EXISTS units_by_state ON unit (direction, state)",
    "CREATE INDEX IF NOT EXISTS units_by_sequence ON unit (sequence, direction)",
    """CREATE TABLE IF NOT EXISTS receipt (
        unit INTEGER NOT NULL REFERENCES unit (number),
        step TEXT NOT NULL, signer TEXT NOT NULL,
        body BLOB NOT NULL, signature BLOB NOT NULL,
        PRIMARY KEY (unit, step, signer)
    ) STRICT""",
    "CREATE TABLE IF NOT EXISTS cursor (feed TEXT PRIMARY KEY, number INTEGER NOT NULL) STRICT",
    "CREATE TABLE IF NOT EXISTS program (word TEXT NOT NULL) STRICT",
)
_COLUMNS = (
    *("direction", "sender", "sender_service", "recipient", "recipient_service", "kind", "sequence", "months", "state"),
    *("transmission", "manifest", "signature", "salts", "place", "code", "message", "remedy"),
)
_INSERT = f"INSERT INTO unit ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"  # noqa: S608
_UPDATE = f"UPDATE unit SET {', '.join(f'{name} = ?' for name in _COLUMNS)} WHERE number = ?"  # noqa: S608
_SELECT = f"SELECT number, {', '.join(_COLUMNS)} FROM unit "  # noqa: S608
_SECONDS = 10
SYNCHRONOUS = "FULL"  # a receipt must not be lost with the power


class Ledger:
    """Opens the file, or makes it. Raises SetupError E-OFFICE-LEDGER when it cannot be used."""

    def __init__(self, path: Path) -> None:
        with _usable():
            self._db = sqlite3.connect(path, timeout=_SECONDS, isolation_level=None)
        try:
            with _usable():
                self._db.execute(f"PRAGMA synchronous = {SYNCHRONOUS}")
                self._db.execute("PRAGMA foreign_keys = ON")
            with self._writing():
                for statement in _TABLES:
                    self._db.execute(statement)
        except SetupError:
            self._db.close()
            raise

    def close(self) -> None:
        self._db.close()

    def save(self, entry: Entry, *receipts: KeptReceipt) -> Entry:
        """Write a line, new or known by its number, together with new receipts; one of the same step is replaced."""
        values = _values(entry)
        with self._writing():
            number = entry.number
            if number:
                self._db.execute(_UPDATE, (*values, number))
            else:
                number = self._db.execute(_INSERT, values).lastrowid or 0
            self._db.executemany(
                "INSERT OR REPLACE INTO receipt (unit, step, signer, body, signature) VALUES (?, ?, ?, ?, ?)",
                [(number, kept.step, kept.signer, kept.signed.body, kept.signed.signature) for kept in receipts],
            )
        return replace(entry, number=number, receipts=self._receipts(number))

    def entries(self, direction: Direction | None = None, *states: State) -> list[Entry]:
        """All lines, or those of one direction in one of these states, in the order in which they were begun."""
        wanted = (states or tuple(State), (direction,) if direction else tuple(Direction))
        marks = [", ".join("?" * len(values)) for values in wanted]
        condition = f"WHERE state IN ({marks[0]}) AND direction IN ({marks[1]}) ORDER BY number"
        return self._select(condition, [*wanted[0], *wanted[1]])

    def of_transmission(self, transmission: str) -> Entry | None:
        return next(iter(self._select("WHERE transmission = ?", [transmission])), None)

    def of_key(self, direction: Direction, key: Key) -> Entry | None:
        """The line of a unit whose content is known."""
        condition = (
            "WHERE direction = ? AND sender = ? AND sender_service = ? AND recipient = ? AND recipient_service = ?"
            " AND kind = ? AND sequence = ? AND manifest IS NOT NULL"
        )
        return next(iter(self._select(condition, [direction, *key])), None)

    def of_sequence(self, sequence: str) -> list[Entry]:
        """What was sent under this sequence number."""
        condition = "WHERE direction = ? AND sequence = ? AND manifest IS NOT NULL ORDER BY number"
        return self._select(condition, [Direction.OUTGOING, sequence])

    def program(self) -> str:
        """A random word that tells this ledger's program from others of the same office; made at the first call."""
        with self._writing():
            row = self._db.execute("SELECT word FROM program").fetchone()
            word = str(row[0]) if row else secrets.token_hex(16)
            if row is None:
                self._db.execute("INSERT INTO program (word) VALUES (?)", (word,))
        return word

    def cursor(self, feed: str) -> int:
        """The number of the last event that was dealt with. A feed is a service in one epoch of its hub."""
        with _usable():
            row = self._db.execute("SELECT number FROM cursor WHERE feed = ?", (feed,)).fetchone()
        return int(row[0]) if row else 0

    def advance(self, feed: str, number: int) -> None:
        with self._writing():
            self._db.execute("INSERT OR REPLACE INTO cursor (feed, number) VALUES (?, ?)", (feed, number))

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with _usable():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def _select(self, condition: str, values: Sequence[str]) -> list[Entry]:
        with _usable():
            rows = self._db.execute(_SELECT + condition, values).fetchall()
            return [_entry(dict(zip(("number", *_COLUMNS), row, strict=True)), self._receipts(row[0])) for row in rows]

    def _receipts(self, number: int) -> tuple[KeptReceipt, ...]:
        rows = self._db.execute(
            "SELECT step, signer, body, signature FROM receipt WHERE unit = ? ORDER BY rowid", (number,)
        )
        return tuple(KeptReceipt(step, Signer(signer), SignedBytes(body, sig)) for step, signer, body, sig in rows)


def _values(entry: Entry) -> tuple[object, ...]:
    """The entry's values in the order of _COLUMNS."""
    trouble = entry.trouble
    flat = vars(entry) | {
        "months": ",".join(entry.months),
        "salts": json.dumps({name: salt.hex() for name, salt in entry.salts.items()}),
        "code": trouble and trouble.code,
        "message": trouble and trouble.message,
        "remedy": trouble and trouble.remedy,
    }
    return tuple(flat[name] for name in _COLUMNS)


def _entry(flat: dict[str, Any], receipts: tuple[KeptReceipt, ...]) -> Entry:
    code, message, remedy = (flat.pop(name) for name in ("code", "message", "remedy"))
    return Entry(
        **flat
        | {
            "direction": Direction(flat["direction"]),
            "state": State(flat["state"]),
            "months": tuple(flat["months"].split(",")) if flat["months"] else (),
            "salts": {name: bytes.fromhex(salt) for name, salt in json.loads(flat["salts"]).items()},
            "trouble": Trouble(code, message, remedy) if code else None,
        },
        receipts=receipts,
    )


@contextmanager
def _usable() -> Iterator[None]:
    """Words for a file that SQLite cannot work with, or that holds what was never written there."""
    try:
        yield
    except (sqlite3.Error, ValueError) as error:
        raise SetupError(
            "E-OFFICE-LEDGER",
            "台帳のファイル ledger.sqlite3 を使えません。",
            "ディスクの空きと、書きこみの権限を確かめてください。こわれているときは控えから戻してください。",
        ) from error
