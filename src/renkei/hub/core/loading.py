"""Objects out of rows, made without what `Model.__init__` does for values that anybody may give."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Self

from django.db import models
from django.db.models.base import ModelState


class Loaded(models.Model):
    """A model of which many rows are read at a time.

    What the database gives is put in place as it is, which takes a fifth of the time. No signal tells of it: none of these
    models has a field that listens for one.
    """

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any]) -> Self:  # type: ignore[override]  # a later Django gives more
        """A row as an object. A field that was not read is not there: Django reads it when it is asked for."""
        row = cls.__new__(cls)
        state = ModelState()
        state.adding, state.db = False, db
        row.__dict__.update(zip(field_names, values, strict=True), _state=state)
        return row
