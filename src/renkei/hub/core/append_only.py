"""Append-only where it lives: in the database, so that no bug and no operator's shell rewrites what happened.

SQLite: triggers refuse UPDATE and DELETE. PostgreSQL: the role that the hub serves as has no such right; the role that
makes the tables does, and nobody serves as it. Done again after every migration, since SQLite rebuilds tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model

from renkei.hub.core.models import APPEND_ONLY


def protect(sender: AppConfig, using: str, **_: Any) -> None:
    """Handler of `post_migrate`: protect the tables on the connection that migrated."""
    connection = connections[using]
    existing = set(connection.introspection.table_names())
    protected = [model for model in APPEND_ONLY if model._meta.db_table in existing]
    with connection.cursor() as cursor:
        for statement in _statements(connection, protected):
            cursor.execute(statement)


def _statements(connection: Any, protected: Sequence[type[Model]]) -> list[str]:
    if connection.vendor == "sqlite":
        return [
            f"CREATE TRIGGER IF NOT EXISTS {table}_no_{deed} BEFORE {deed} ON {table} "
            "BEGIN SELECT RAISE(ABORT, 'append-only'); END"
            for table in (model._meta.db_table for model in protected)
            for deed in ("update", "delete")
        ]
    role = connection.ops.quote_name(connections[DEFAULT_DB_ALIAS].settings_dict["USER"])
    tables = ", ".join(model._meta.db_table for model in protected)
    # Rights on a partitioned table do not bind who names a partition itself. The owner is bound by none of them.
    partitions = ", ".join(_partitions(connection)) if connection.alias != DEFAULT_DB_ALIAS else ""
    return [
        f"GRANT USAGE ON SCHEMA public TO {role}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
        *([f"REVOKE UPDATE, DELETE, TRUNCATE ON {tables} FROM {role}"] if tables else []),
        *([f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON {partitions} FROM {role}"] if partitions else []),
        *(f"GRANT EXECUTE ON FUNCTION public.{name}(date) TO {role}" for name in _functions(connection)),
    ]


def _partitions(connection: Any) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT oid::regclass::text FROM pg_class WHERE relispartition AND relkind = 'r'")
        return [name for (name,) in cursor.fetchall()]


def _functions(connection: Any) -> list[str]:
    """What the service may do with its owner's rights; none before the migration that makes them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace")
        return [name for (name,) in cursor.fetchall()]
