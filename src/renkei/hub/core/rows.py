"""Many new rows in one statement, without a model object for each: the ORM would take longer than the database.

For the hot path alone (accepting, collecting, steps), and for tables whose columns are all given.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import Model

_Adapter = Callable[[Any], Any]


def insert(model: type[Model], columns: tuple[str, ...], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows with the values of these columns (`attname`: a foreign key is its id). Call it inside `write()`."""
    sql, adapters = _prepared(model, columns, connection.vendor)
    given = [_adapted(adapters, row) for row in rows]
    if given:
        with connection.cursor() as cursor:
            cursor.executemany(sql, given)


def _adapted(adapters: list[tuple[int, _Adapter]], row: Sequence[Any]) -> list[Any]:
    values = list(row)
    for place, adapt in adapters:
        if values[place] is not None:
            values[place] = adapt(values[place])
    return values


@functools.cache
def _prepared(model: type[Model], columns: tuple[str, ...], vendor: str) -> tuple[str, list[tuple[int, _Adapter]]]:
    """The statement, and what needs adapting at which place."""
    fields: dict[str, Any] = {field.attname: field for field in model._meta.concrete_fields}
    quote = connection.ops.quote_name
    names = ", ".join(quote(fields[name].column) for name in columns)
    places = ", ".join(["%s"] * len(columns))
    sql = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({places})"  # noqa: S608  (our own names)
    adapters = ((place, adapter(fields[name])) for place, name in enumerate(columns))
    return sql, [(place, adapt) for place, adapt in adapters if adapt]


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
