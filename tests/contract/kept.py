"""The hub at one moment, to go back to it before each test: quicker than to do it all again."""

from __future__ import annotations

import functools
import shutil
from pathlib import Path
from typing import Any

PRISTINE, TOWN = "pristine", "town"

_SQLITE = "hub.sqlite3"


def keep(data: Path, name: str) -> None:
    """Keep everything that the database holds now under a name."""
    from django.db import connections

    connections.close_all()
    if "owner" not in connections:
        shutil.copy(data / _SQLITE, data / f"{name}.sqlite3")
        return
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS kept_{name} CASCADE; CREATE SCHEMA kept_{name}")
        for table in _tables():
            cursor.execute(f"CREATE TABLE kept_{name}.{table} AS TABLE public.{table}")


def go_back(data: Path, name: str) -> None:
    """The hub as it was kept, with no large bodies and no revocation list of its own making: SQLite by a copy, PostgreSQL by
    its owner, who alone may delete."""
    from django.db import connections

    from renkei.hub.parties.keys.issuing import LIST

    connections.close_all()
    shutil.rmtree(data / "blobs", ignore_errors=True)
    for made in ("erasures.jsonl", f"trust/crls/{LIST}"):
        (data / made).unlink(missing_ok=True)
    if "owner" not in connections:
        for rest in (f"{_SQLITE}-wal", f"{_SQLITE}-shm"):
            (data / rest).unlink(missing_ok=True)
        shutil.copy(data / f"{name}.sqlite3", data / _SQLITE)
        return
    # Foreign keys are checked at the end of the statement list; far quicker than TRUNCATE for a handful of rows.
    statements = [f"DELETE FROM {table}" for table in _tables()]  # noqa: S608  (our own names)
    statements += [f"INSERT INTO {table} SELECT * FROM kept_{name}.{table}" for table in _filled(name)]  # noqa: S608
    with connections["owner"].cursor() as cursor:
        cursor.execute("; ".join(statements))


@functools.cache
def _tables() -> list[str]:
    """All tables but the record of migrations; parts of a table go with it."""
    from django.db import connections

    owner: Any = connections["owner"]
    with owner.cursor() as cursor:
        return [name for name in owner.introspection.table_names(cursor) if name != "django_migrations"]


@functools.cache
def _filled(name: str) -> list[str]:
    """The kept tables that have rows."""
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        questions = [f"EXISTS (SELECT 1 FROM kept_{name}.{table})" for table in _tables()]  # noqa: S608  (our own names)
        cursor.execute(f"SELECT {', '.join(questions)}")
        return [table for table, has_rows in zip(_tables(), cursor.fetchone(), strict=True) if has_rows]
