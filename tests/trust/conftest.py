"""An authority, an office with key and certificate, and the store that trusts them; all invented."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from .world import Signer, World, make_world


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Shared by all tests that revoke nothing."""
    return make_world(tmp_path_factory.mktemp("trust"))


@pytest.fixture
def own_world(tmp_path: Path) -> World:
    """For a test that revokes or issues in odd ways."""
    return make_world(tmp_path)


@pytest.fixture(scope="session")
def office(world: World) -> Signer:
    return world.signer("office")


@pytest.fixture(scope="session")
def rsa_office(world: World) -> Signer:
    return world.signer("rsa", rsa.generate_private_key(65537, 2048))


@pytest.fixture(scope="session")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    """The same number, from an authority that nobody here trusts, of the same name."""
    return make_world(tmp_path_factory.mktemp("stranger")).signer("stranger")


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)
