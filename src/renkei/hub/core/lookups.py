"""Rows by their keys, with the question put into SQL once: building it anew takes longer than answering it.

For the hot path alone, beside `rows`, which writes. The objects are what the ORM would make of the same rows.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Model
from django.db.models.query import get_related_populators

from renkei.hub.core.rows import adapter

_Row = TypeVar("_Row", bound=Model)
_MOST = 500  # keys in one statement


class Lookup(Generic[_Row]):
    """Rows of a model by one of its fields, with the rows that `related` foreign keys name; `those` are the same always."""

    def __init__(self, model: type[_Row], field: str, *related: str, **those: Any) -> None:
        self._model, self._field, self._related, self._those = model, field, related, those

    def of(self, keys: Iterable[Any]) -> list[_Row]:
        """All rows that have one of these keys."""
        wanted = list(dict.fromkeys(keys))
        portions = (wanted[start : start + _MOST] for start in range(0, len(wanted), _MOST))
        return [row for portion in portions for row in self._plan(connection.vendor).rows(portion)]

    def one(self, key: Any) -> _Row | None:
        """The row that has this key."""
        return next(iter(self.of([key])), None)

    @functools.cache  # noqa: B019  (a handful of them, for as long as the process lives)
    def _plan(self, _vendor: str) -> _Plan[_Row]:
        """What the ORM does with such a question."""
        field: Any = self._model._meta.pk if self._field == "pk" else self._model._meta.get_field(self._field)
        rows = self._model._default_manager.select_related(*self._related).filter(**self._those)
        found = rows.filter(**{f"{self._field}__in": [0]})
        compiler = found.query.get_compiler(using=connection.alias)
        sql, given = compiler.as_sql()
        if sql.count("IN (%s)") != 1:
            raise ValueError(f"no lookup by {self._field}: {sql}")
        chosen: Any = compiler.klass_info
        start, end = chosen["select_fields"][0], chosen["select_fields"][-1] + 1
        return _Plan(
            model=self._model,
            # The bound tells PostgreSQL that few rows are wanted: it looks each up, and merges no whole tables.
            sql=sql.replace("IN (%s)", "IN ({})") + (" LIMIT {}" if field.unique else ""),
            given=list(given[:-1]),
            adapt=adapter(field),
            converters=list(compiler.get_converters([column[0] for column in compiler.select]).items()),
            names=[column[0].target.attname for column in compiler.select[start:end]],
            own=slice(start, end),
            populators=get_related_populators(chosen, compiler.select, connection.alias),  # type: ignore[call-arg]
        )


@dataclass(frozen=True)
class _Plan(Generic[_Row]):
    """A prepared question, and how its answer becomes objects."""

    model: type[_Row]
    sql: str
    given: list[Any]
    adapt: Callable[[Any], Any] | None
    converters: list[Any]
    names: list[str]
    own: slice
    populators: list[Any]

    def rows(self, keys: list[Any]) -> Iterator[_Row]:
        wanted = keys if self.adapt is None else [self.adapt(key) for key in keys]
        with connection.cursor() as cursor:
            cursor.execute(self.sql.format(", ".join(["%s"] * len(keys)), len(keys)), [*self.given, *wanted])
            answer = cursor.fetchall()
        for values in map(list, answer):
            for place, (convert, expression) in self.converters:
                for one in convert:
                    values[place] = one(values[place], expression, connection)
            row = self.model.from_db(connection.alias, self.names, values[self.own])
            for populator in self.populators:
                populator.populate(values, row)
            yield row
