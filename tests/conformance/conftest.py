"""The varied month, made once."""

from __future__ import annotations

import pytest

from .finding import Found


@pytest.fixture(scope="session")
def found() -> Found:
    return Found()
