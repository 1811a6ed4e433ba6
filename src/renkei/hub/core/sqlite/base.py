"""SQLite with one writer: every write of this process, a library's as well as ours, waits its turn in one fair queue."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

from renkei.hub.core.fairlock import FairLock, LockTimeout

WRITER = FairLock()
_WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)


class Cursor(base.SQLiteCursorWrapper):
    """Django's, which puts SQLite's placeholders into each statement anew: in a long one that takes as long as its answer."""

    def convert_query(self, query: str, *, param_names: list[str] | None = None) -> str:
        return super().convert_query(query, param_names=param_names) if param_names else _converted(query)


@functools.lru_cache(maxsize=200)
def _converted(query: str) -> str:
    return base.FORMAT_QMARK_REGEX.sub("?", query).replace("%%", "%")


class DatabaseWrapper(base.DatabaseWrapper):
    """Takes the writer's turn before BEGIN IMMEDIATE and gives it back after COMMIT, ROLLBACK or close."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._writing = False
        self.execute_wrappers.append(self._lone_statement)

    def create_cursor(self, name: str | None = None) -> Any:
        return self.connection.cursor(factory=Cursor)

    def _start_transaction_under_autocommit(self) -> None:
        self._take_turn()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._give_turn()
            raise

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]
        self._give_turn()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._give_turn()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._give_turn()

    def _lone_statement(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        """A write outside any transaction (sessions, sign-in) takes its turn for that one statement."""
        if self._writing or self.in_atomic_block or not _WRITES.match(sql):
            return execute(sql, params, many, context)
        self._take_turn()
        try:
            return execute(sql, params, many, context)
        finally:
            self._give_turn()

    def _take_turn(self) -> None:
        try:
            WRITER.acquire(settings.RENKEI["WRITE_SECONDS"])
        except LockTimeout as error:
            raise OperationalError("the writer's turn did not come in time") from error
        self._writing = True

    def _give_turn(self) -> None:
        if self._writing:
            self._writing = False
            WRITER.release()
