"""Filling a hub on SQLite with years of mail: rows cloned from one real unit, straight into its tables.

What is cloned cannot be decrypted (a wrap is bound to its body), and nobody asks for it: it is there to be passed over.
"""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

PORTION = 2_000  # units a commit
UNITS_A_PERSON = 60

Row = dict[str, Any]


class Template:
    """All rows of one unit, by table."""

    def __init__(self, database: sqlite3.Connection, transmission: str) -> None:
        def of(table: str, column: str, *values: str) -> list[Row]:
            marks = ",".join("?" * len(values))
            found = database.execute(f"SELECT * FROM {table} WHERE {column} IN ({marks})", values)  # noqa: S608
            names = [column[0] for column in found.description]
            return [dict(zip(names, row, strict=True)) for row in found]

        unit = of("exchange_transmission", "id", transmission)
        events = of("core_event", "about", transmission)
        ids = [event["id"] for event in events]
        looks = of("core_look", "about", f"transmission:{uuid.UUID(transmission)}")
        self.rows: dict[str, list[Row]] = {
            "exchange_transmission": unit,
            "exchange_envelope": of("exchange_envelope", "transmission_id", transmission),
            "exchange_subject": of("exchange_subject", "transmission_id", transmission),
            "core_body": of("core_body", "id", unit[0]["body"]),
            "core_wrap": of("core_wrap", "body", unit[0]["body"]),
            "core_event": events,
            "core_feedentry": of("core_feedentry", "event", *ids),
            "core_sealedevent": of("core_sealedevent", "event", *ids),
            "core_look": looks,
            "core_looksubject": of("core_looksubject", "look", *[look["id"] for look in looks]),
        }

    @property
    def size(self) -> int:
        """Rows of one unit."""
        return sum(map(len, self.rows.values()))


def fill(path: Path, transmission: str, units: int, *, waiting: bool = False) -> int:
    """Clone a finished (or waiting) unit so many times; returns how many rows the tables have got."""
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA synchronous = OFF")
    template = Template(database, uuid.UUID(transmission).hex)
    counters = dict(database.execute("SELECT name, value FROM core_counter"))
    starts = {table: _last(database, table) for table in template.rows}
    for start in range(0, units, PORTION):
        database.execute("BEGIN IMMEDIATE")
        clones = [_clone(template, number, counters) for number in range(start, min(start + PORTION, units))]
        for table in template.rows:
            _insert(database, table, [row for clone in clones for row in clone[table]], starts)
        database.execute("COMMIT")
    database.executemany("UPDATE core_counter SET value = ? WHERE name = ?", [(v, n) for n, v in counters.items()])
    database.execute("ANALYZE")
    database.close()
    return units * template.size


def _clone(template: Template, number: int, counters: dict[str, int]) -> Mapping[str, list[Row]]:
    """One unit's rows anew; ids, numbers and people differ."""
    unit = template.rows["exchange_transmission"][0]
    ids = {event["id"]: _id(number, 2 + place) for place, event in enumerate(template.rows["core_event"])}
    looks = {look["id"]: _id(number, 20 + place) for place, look in enumerate(template.rows["core_look"])}
    changed = {unit["id"]: _id(number, 0), unit["body"]: _id(number, 1), **ids, **looks}
    mailbox = f"mailbox:{unit['recipient_id']}"
    counters[mailbox] += 1
    fresh = {"mailbox_number": counters[mailbox], "sequence": f"{20200101000000 + number}", "replaces_id": None}
    person = number // UNITS_A_PERSON
    cloned: dict[str, list[Row]] = {}
    for table, rows in template.rows.items():
        cloned[table] = []
        for place, row in enumerate(rows):
            new = {name: changed.get(value, value) if isinstance(value, str) else value for name, value in row.items()}
            new |= {name: value for name, value in fresh.items() if name in new}
            if "month" in new:
                new["month"] = "2022-04-01"
            if "subject" in new:
                new["subject"] = f"{person:060x}{place:04x}"
            if table == "core_look":
                new["about"] = f"transmission:{uuid.UUID(changed[unit['id']])}"
            if table == "core_feedentry":
                counters[new["feed"]] += 1
                new["number"] = counters[new["feed"]]
            if table == "core_sealedevent":
                new["position"] = 1_000_000 + number * 8 + place
            cloned[table].append(new)
    return cloned


def _id(number: int, place: int) -> str:
    """Ids of version 7 of April 2022, a millisecond each: they sort before any real one."""
    return f"0180{number:08x}7{place:03x}8{'0' * 15}"


def _last(database: sqlite3.Connection, table: str) -> Iterator[int]:
    names = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
    has_number = "id" in names and table not in {"exchange_transmission", "core_body", "core_event", "core_look"}
    last = database.execute(f"SELECT max(id) FROM {table}").fetchone()[0] if has_number else None  # noqa: S608
    return iter(range((last or 0) + 1, 10**12)) if has_number else iter(())


def _insert(database: sqlite3.Connection, table: str, rows: Sequence[Row], starts: Mapping[str, Iterator[int]]) -> None:
    if not rows:
        return
    for row in rows:
        if (number := next(starts[table], None)) is not None:
            row["id"] = number
    names = list(rows[0])
    marks = ",".join("?" * len(names))
    database.executemany(
        f"INSERT INTO {table} ({','.join(names)}) VALUES ({marks})",  # noqa: S608
        [tuple(row.values()) for row in rows],
    )
