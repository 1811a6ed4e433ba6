"""Rows by their keys, with the question put into SQL once: building it anew takes longer than answering it.

For the hot path alone, beside `rows`, which writes. The answers are what the ORM would make of the same rows.
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
Months = Literal["", "of", "since"]


class Lookup(Generic[_Row]):
    """Rows of a model by one of its fields, with the rows that `related` foreign keys name; `those` are the same always.

    `only`: no other columns are read.
    """

    def __init__(self, model: type[_Row], field: str, *related: str, only: Sequence[str] = (), **those: Any) -> None:
        rows = model._default_manager.filter(**those)
        if related:  # named none, the ORM takes all
            rows = rows.select_related(*related)
        self._question = _Question(rows.only(*only) if only else rows, field)

    def of(self, keys: Iterable[Any]) -> list[_Row]:
        """All rows that have one of these keys."""
        plan = self._question.plan
        here, names, own, populators = connection.alias, plan.names, plan.own, plan.populators
        found = []
        for values in self._question.answers(keys):
            row = plan.model.from_db(here, names, values[own])
            for populator in populators:
                populator.populate(values, row)
            found.append(row)
        return found

    def one(self, key: Any) -> _Row | None:
        """The row that has this key."""
        return next(iter(self.of([key])), None)


class Columns:
    """Some columns of the rows of a model by one of its fields, where objects are not worth their making.

    `locked`: the rows are held until the end of the `write()`, in the order of their ids. `months`, of a table that is cut
    by month: the rows are `of` the months of the keys, their own ids, or come `since` the first of these, being about what
    has them.
    """

    def __init__(
        self,
        model: type[Model],
        field: str,
        *columns: str,
        order: str = "",
        locked: bool = False,
        months: Months = "",
    ) -> None:
        rows: Any = model._default_manager.values_list(field, *columns)
        if locked:
            rows = rows.select_for_update(of=("self",), no_key=True).order_by("pk")
        elif order:
            rows = rows.order_by(order)
        self._question = _Question(rows, field, months)

    def of(self, keys: Iterable[Any]) -> Iterator[list[Any]]:
        """Of each row that has one of these keys: the key, and the values of the columns."""
        return self._question.answers(keys)


class _Question:
    """All that is asked for but the keys, put into SQL when it is first asked."""

    def __init__(self, rows: QuerySet[Any, Any], field: str, months: Months = "") -> None:
        self._rows, self._field, self._months = rows, field, months

    @property
    def plan(self) -> _Plan:
        """How it is put to the database of now."""
        return self._planned(connection.vendor)

    def answers(self, keys: Iterable[Any]) -> Iterator[list[Any]]:
        wanted = list(dict.fromkeys(keys))
        if len(wanted) > _MOST:
            wanted.sort()  # rows that are locked are so in the order of their ids
        for start in range(0, len(wanted), _MOST):
            yield from self.plan.answers(wanted[start : start + _MOST])

    @functools.cache  # noqa: B019  (a handful of them, for as long as the process lives)
    def _planned(self, _vendor: str) -> _Plan:
        """What the ORM does with such a question."""
        model = self._rows.model
        field = _field(model, self._field)
        rows = self._rows.filter(**{f"{self._field}__in": [0]})
        if self._months:
            rows = rows.filter(**({"month__in": [date.min]} if self._months == "of" else {"month__gte": date.min}))
        compiler = rows.query.get_compiler(using=connection.alias)
        sql, given = compiler.as_sql()
        if sql.count("IN (%s)") != 1 + (self._months == "of"):
            raise ValueError(f"no lookup by {self._field}: {sql}")
        sql = sql.replace("IN (%s)", "IN ({keys})", 1).replace("IN (%s)", "IN ({months})", 1)
        columns: list[Any] = [column[0] for column in compiler.select]
        chosen: Any = compiler.klass_info or {"select_fields": [0]}
        start, end = chosen["select_fields"][0], chosen["select_fields"][-1] + 1
        converters = compiler.get_converters(columns)
        is_key = [column.target is field and column.alias == model._meta.db_table for column in columns]
        key = is_key.index(True) if adapter(field) and True in is_key else None
        converters.pop(key, None)
        return _Plan(
            model=model,
            # The bound tells PostgreSQL that few rows are wanted: it looks each up, and merges no whole tables.
            sql=sql + (" LIMIT {most}" if field.unique and not rows.query.select_for_update else ""),
            given=list(given[: -2 if self._months else -1]),
            adapt=adapter(field) or _same,
            key=key,
            months=_MONTHS[self._months],
            adapt_month=(adapter(model._meta.get_field("month")) if self._months else None) or _same,
            converters=list(converters.items()),
            names=[column.target.attname for column in columns[start:end]],
            own=slice(start, end),
            populators=get_related_populators(chosen, compiler.select, connection.alias),  # type: ignore[call-arg]
        )


@dataclass(frozen=True)
class _Plan:
    """A prepared question, and what its answers are. `key`: the column of the key, where it has to be made out of text."""

    model: type[Any]
    sql: str
    given: list[Any]
    adapt: Callable[[Any], Any]
    key: int | None
    months: Callable[[list[Any]], Collection[date]]
    adapt_month: Callable[[date], Any]
    converters: list[Any]
    names: list[str]
    own: slice
    populators: list[Any]

    def answers(self, keys: list[Any]) -> Iterator[list[Any]]:
        months = self.months(keys)
        sql = self.sql.format(keys=_places(len(keys)), months=_places(len(months)), most=len(keys))
        asked = {self.adapt(key): key for key in keys}
        here = connections[connection.alias]  # itself: the other one looks it up at every touch
        with here.cursor() as cursor:
            cursor.execute(sql, [*self.given, *asked, *map(self.adapt_month, months)])
            answer = cursor.fetchall()
        for values in map(list, answer):
            if self.key is not None:
                values[self.key] = asked[values[self.key]]  # it is at hand: nobody has to make it again
            for place, (convert, expression) in self.converters:
                for one in convert:
                    values[place] = one(values[place], expression, here)
            yield values


_MONTHS: dict[str, Callable[[list[Any]], Collection[date]]] = {
    "": lambda _keys: (),
    "of": months_of,
    "since": lambda keys: (month_of(min(keys)),),
}


def _field(model: Any, path: str) -> Any:
    """The field that is looked up, maybe that of a row that a foreign key names."""
    *way, last = path.split("__")
    for name in way:
        model = model._meta.get_field(name).related_model
    return model._meta.pk if last == "pk" else model._meta.get_field(last)


def _same(value: Any) -> Any:
    return value


def _places(many: int) -> str:
    return ", ".join(["%s"] * many)
