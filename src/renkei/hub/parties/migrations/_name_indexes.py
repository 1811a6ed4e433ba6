"""Finding offices by how their names begin."""

from __future__ import annotations

from typing import Any

_NAMES = (("parties_knownoffice", "name"), ("parties_knownoffice", "kana"), ("parties_party", "name"))


def make_name_indexes(_apps: Any, editor: Any) -> None:
    """PostgreSQL finds beginnings through an index only where it is made for them; SQLite's plain one does."""
    how = " text_pattern_ops" if editor.connection.vendor == "postgresql" else ""
    for table, column in _NAMES:
        editor.execute(f"CREATE INDEX {table}_{column}_begins ON {table} ({column}{how})")


def drop_name_indexes(_apps: Any, editor: Any) -> None:
    for table, column in _NAMES:
        editor.execute(f"DROP INDEX {table}_{column}_begins")
