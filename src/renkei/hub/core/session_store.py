"""Django's sessions in the database, without their keys: whoever reads the table cannot go on with a session in it."""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.contrib.sessions.models import Session
from django.utils import timezone

_COLUMN = 40


def kept_as(key: str) -> str:
    """How the table names the session whose key is in a cookie. A key has more than 128 random bits: a plain digest tells nothing."""
    return hashlib.sha256(key.encode()).hexdigest()[:_COLUMN]


class SessionStore(DatabaseStore):
    """As Django's, but for the name of the row."""

    def _get_session_from_db(self) -> Session | None:
        key = kept_as(self.session_key or "")
        found = Session.objects.filter(session_key=key, expire_date__gt=timezone.now()).first()
        if found is None:
            self._session_key = None
        return found

    def exists(self, session_key: str) -> bool:
        """Whether there is such a session."""
        return super().exists(kept_as(session_key))

    def create_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        """The row of this session."""
        row = super().create_model_instance(data)
        row.session_key = kept_as(row.session_key)
        return row

    def delete(self, session_key: str | None = None) -> None:
        """End it."""
        if key := session_key or self.session_key:
            super().delete(kept_as(key))
