"""Many rows written in one statement, without a model object for each: the ORM would take longer than the database.

For the hot path alone (accepting, collecting, steps), and for tables whose columns are all given.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import Model

_Adapter = Callable[[Any], Any]
_Adapters = list[tuple[int, _Adapter]]


def insert(
    model: type[Model], columns: tuple[str, ...], rows: Iterable[Sequence[Any]], *, ignore_conflicts: bool = False
) -> None:
    """Insert rows with the values of these columns (`attname`: a foreign key is its id). Call it inside `write()`.

    `ignore_conflicts`: what is there already stays as it is.
    """
    sql, adapters = _inserting(model, columns, connection.vendor)
    _execute(sql + (" ON CONFLICT DO NOTHING" if ignore_conflicts else ""), adapters, rows)


def change(model: type[Model], columns: tuple[str, ...], rows: Iterable[Sequence[Any]]) -> None:
    """Give rows these values, each followed by the row's id. Call it inside `write()`, the rows locked."""
    sql, adapters = _changing(model, columns, connection.vendor)
    _execute(sql, adapters, rows)


def _execute(sql: str, adapters: _Adapters, rows: Iterable[Sequence[Any]]) -> None:
    given = [_adapted(adapters, row) for row in rows]
    if given:
        with connection.cursor() as cursor:
            cursor.executemany(sql, given)


def _adapted(adapters: _Adapters, row: Sequence[Any]) -> list[Any]:
    values = list(row)
    for place, adapt in adapters:
        if values[place] is not None:
            values[place] = adapt(values[place])
    return values


@functools.cache
def _changing(model: type[Model], columns: tuple[str, ...], vendor: str) -> tuple[str, _Adapters]:
    fields, quote = _fields(model), connection.ops.quote_name
    values = ", ".join(f"{quote(fields[name].column)} = %s" for name in columns)
    key: Any = model._meta.pk
    sql = f"UPDATE {quote(model._meta.db_table)} SET {values} WHERE {quote(key.column)} = %s"  # noqa: S608
    return sql, _adapters([*(fields[name] for name in columns), key])


@functools.cache
def _inserting(model: type[Model], columns: tuple[str, ...], vendor: str) -> tuple[str, _Adapters]:
    fields, quote = _fields(model), connection.ops.quote_name
    names = ", ".join(quote(fields[name].column) for name in columns)
    places = ", ".join(["%s"] * len(columns))
    sql = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({places})"  # noqa: S608  (our own names)
    return sql, _adapters([fields[name] for name in columns])


def _fields(model: type[Model]) -> dict[str, Any]:
    return {field.attname: field for field in model._meta.concrete_fields}


def _adapters(fields: Iterable[Any]) -> _Adapters:
    """What needs adapting, at which place."""
    found = ((place, adapter(field)) for place, field in enumerate(fields))
    return [(place, adapt) for place, adapt in found if adapt]


def adapter(field: Any) -> _Adapter | None:
    """What the database needs in place of a value; None where it takes it as it is."""
    kind = (field.target_field if field.is_relation else field).get_internal_type()
    if connection.vendor == "sqlite" and kind == "UUIDField":
        return _hex
    if connection.vendor == "sqlite" and kind == "DateTimeField":
        return connection.ops.adapt_datetimefield_value
    if connection.vendor == "sqlite" and kind == "DateField":
        return connection.ops.adapt_datefield_value
    return None


def _hex(value: Any) -> str:
    text: str = value.hex
    return text
