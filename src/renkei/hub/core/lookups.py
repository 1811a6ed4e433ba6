"""Rows by their keys, with the question put into SQL once: building it anew takes longer than answering it.

For the hot path alone, beside `rows`, which writes. The objects are what the ORM would make of the same rows.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, Literal, TypeVar

from django.db import connection, connections
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators

from renkei.hub.core.ids import month_of, months_of
from renkei.hub.core.rows import adapter

_Row = TypeVar("_Row", bound=Model)
_MOST = 500  # keys in one statement


class Lookup(Generic[_Row]):
    """Rows of a model by one of its fields, with the rows that `related` foreign keys name; `those` are the same always.

    `only`: no other columns are read. `locked`: the rows are held until the end of the `write()`, in the order of their ids.
    `months`, of a table that is cut by month: the rows are `of` the months of the keys, their own ids, or come `since` the
    first of these, being about what has them.
    """

    def __init__(
        self,
        model: type[_Row],
        field: str,
        *related: str,
        only: Sequence[str] = (),
        order: str = "",
        locked: bool = False,
        months: Literal["", "of", "since"] = "",
        **those: Any,
    ) -> None:
        self._model, self._field, self._related, self._those = model, field, related, those
        self._only, self._order, self._locked, self._months = only, order, locked, months

    def of(self, keys: Iterable[Any]) -> list[_Row]:
        """All rows that have one of these keys."""
        wanted = list(dict.fromkeys(keys))
        if self._locked and len(wanted) > _MOST:
            wanted.sort()
        portions = (wanted[start : start + _MOST] for start in range(0, len(wanted), _MOST))
        return [row for portion in portions for row in self._plan(connection.vendor).rows(portion)]

    def one(self, key: Any) -> _Row | None:
        """The row that has this key."""
        return next(iter(self.of([key])), None)

    def _key(self) -> Any:
        """The field that is looked up, maybe that of a row that a foreign key names."""
        *way, last = self._field.split("__")
        model: Any = self._model
        for name in way:
            model = model._meta.get_field(name).related_model
        return model._meta.pk if last == "pk" else model._meta.get_field(last)

    def _question(self) -> QuerySet[_Row]:
        rows = self._model._default_manager.filter(**self._those).filter(**{f"{self._field}__in": [0]})
        if self._related:  # named none, the ORM takes all
            rows = rows.select_related(*self._related)
        if self._months == "of":
            rows = rows.filter(month__in=[date.min])
        if self._months == "since":
            rows = rows.filter(month__gte=date.min)
        if self._only:
            rows = rows.only(*self._only)
        if self._locked:
            return rows.select_for_update(of=("self",), no_key=True).order_by("pk")
        return rows.order_by(self._order) if self._order else rows

    @functools.cache  # noqa: B019  (a handful of them, for as long as the process lives)
    def _plan(self, _vendor: str) -> _Plan[_Row]:
        """What the ORM does with such a question."""
        field = self._key()
        compiler = self._question().query.get_compiler(using=connection.alias)
        sql, given = compiler.as_sql()
        if sql.count("IN (%s)") != 1 + (self._months == "of"):
            raise ValueError(f"no lookup by {self._field}: {sql}")
        sql = sql.replace("IN (%s)", "IN ({keys})", 1).replace("IN (%s)", "IN ({months})", 1)
        chosen: Any = compiler.klass_info
        start, end = chosen["select_fields"][0], chosen["select_fields"][-1] + 1
        return _Plan(
            model=self._model,
            # The bound tells PostgreSQL that few rows are wanted: it looks each up, and merges no whole tables.
            sql=sql + (" LIMIT {most}" if field.unique and not self._locked else ""),
            given=list(given[: -2 if self._months else -1]),
            adapt=adapter(field) or _same,
            months=_MONTHS[self._months],
            adapt_month=(adapter(self._model._meta.get_field("month")) if self._months else None) or _same,
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
    adapt: Callable[[Any], Any]
    months: Callable[[list[Any]], Collection[date]]
    adapt_month: Callable[[date], Any]
    converters: list[Any]
    names: list[str]
    own: slice
    populators: list[Any]

    def rows(self, keys: list[Any]) -> Iterator[_Row]:
        months = self.months(keys)
        sql = self.sql.format(keys=_places(len(keys)), months=_places(len(months)), most=len(keys))
        here = connections[connection.alias]  # itself: the other one looks it up at every touch
        with here.cursor() as cursor:
            cursor.execute(sql, [*self.given, *map(self.adapt, keys), *map(self.adapt_month, months)])
            answer = cursor.fetchall()
        for values in map(list, answer):
            for place, (convert, expression) in self.converters:
                for one in convert:
                    values[place] = one(values[place], expression, here)
            row = self.model.from_db(here.alias, self.names, values[self.own])
            for populator in self.populators:
                populator.populate(values, row)
            yield row


_MONTHS: dict[str, Callable[[list[Any]], Collection[date]]] = {
    "": lambda _keys: (),
    "of": months_of,
    "since": lambda keys: (month_of(min(keys)),),
}


def _same(value: Any) -> Any:
    return value


def _places(many: int) -> str:
    return ", ".join(["%s"] * many)
