"""The hub on the database that RENKEI_TEST_DATABASE names (sqlite or postgresql), fresh for every test."""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from django.test import Client

from renkei.conformance import Month, make_month
from renkei.trust.authority import Authority

from . import kept, postgres, world


@dataclass
class Hub:
    """The hub under test: its data folder, its authority, and the offices admitted so far."""

    data: Path
    authority: Authority
    offices: dict[str, world.TestOffice] = field(default_factory=dict)

    def admit(self, office: world.TestOffice) -> world.TestOffice:
        from renkei.hub.parties import services

        services.admit_office(office.number, office.name, [office.service], office.certificate)
        self.offices[office.number] = office
        office.sign_in()
        return office


@pytest.fixture(scope="session")
def server(need: Callable[[str], str]) -> Iterator[postgres.Server]:
    """A PostgreSQL for this run alone."""
    started = postgres.start(Path(need("postgresql")))
    yield started
    started.stop()


@pytest.fixture(scope="session")
def database(request: pytest.FixtureRequest) -> str:
    """Which database this run is on; PostgreSQL is started for it."""
    kind = os.environ.get("RENKEI_TEST_DATABASE", "sqlite")
    if kind == "postgresql":
        server: postgres.Server = request.getfixturevalue("server")
        os.environ["RENKEI_DATABASE_URL"] = server.url(postgres.SERVICE)
        os.environ["RENKEI_DATABASE_OWNER_URL"] = server.url(postgres.OWNER)
    return kind


@pytest.fixture(scope="session")
def once(database: str) -> None:
    """For what no database has a part in."""
    if database != "sqlite":
        pytest.skip("データベースによらないので、SQLite の回だけ試します")


@pytest.fixture(scope="session", autouse=True)
def prepared(database: str) -> Iterator[tuple[Path, Authority]]:
    """A hub with keys and empty tables, made once by the code that makes real ones."""
    data = Path(tempfile.mkdtemp(prefix="renkei-hub-"))
    os.environ["RENKEI_DATA"] = str(data)
    os.environ["DJANGO_SETTINGS_MODULE"] = "renkei.hub.config.settings"
    from renkei.hub.config import preparing

    preparing.make_folder(data, world.HUB_ID, "試験のハブ")
    import django

    django.setup()
    from django.conf import settings

    # Every test client has its own chain of middleware: this one would list all static files each time.
    settings.WHITENOISE_AUTOREFRESH = True
    logging.getLogger().setLevel(logging.ERROR)
    from django.test.utils import setup_test_environment

    setup_test_environment()
    _hash_quickly()
    preparing.make_tables()
    authority = Authority.create(data / "authority", "試験の認証局")
    _certify(data, authority)
    from django.db import connections

    connections.close_all()
    kept.keep(data, kept.PRISTINE)
    yield data, authority
    connections.close_all()
    shutil.rmtree(data, ignore_errors=True)


@pytest.fixture
def hub(prepared: tuple[Path, Authority]) -> Iterator[Hub]:
    """The hub with nothing in it."""
    data, authority = prepared
    kept.go_back(data, kept.PRISTINE)
    yield Hub(data, authority)
    from django.db import connections

    connections.close_all()


@pytest.fixture
def issuing(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """The hub holds its authority."""
    from django.conf import settings

    from renkei.hub.parties.keys import issuing as room

    monkeypatch.setitem(settings.RENKEI, "AUTHORITY", str(hub.data / "authority"))
    yield hub
    room.forget()


@pytest.fixture(scope="session")
def month() -> Month:
    """A small invented month."""
    return make_month(seed=1)


@pytest.fixture(scope="session")
def settled(prepared: tuple[Path, Authority], month: Month) -> tuple[world.TestOffice, ...]:
    """The offices of the invented month, admitted and signed in once for all tests."""
    data, authority = prepared
    kept.go_back(data, kept.PRISTINE)
    hub = Hub(data, authority)
    for office in month.offices:
        hub.admit(world.new_office(authority, office.number, office.service, office.name))
    kept.keep(data, kept.TOWN)
    return tuple(hub.offices.values())


@pytest.fixture
def town(settled: tuple[world.TestOffice, ...], hub: Hub) -> Hub:
    """The hub with the offices of the invented month, all signed in."""
    kept.go_back(hub.data, kept.TOWN)
    hub.offices = {office.number: replace(office, client=Client()) for office in settled}
    return hub


def _hash_quickly() -> None:
    """Slow on purpose elsewhere; here hundreds of people and programs sign in."""
    from renkei.hub.parties.staff.hashers import OfficeArgon2

    OfficeArgon2.memory_cost, OfficeArgon2.time_cost = 64, 1


def _certify(data: Path, authority: Authority) -> None:
    from cryptography import x509

    from renkei.hub.config import preparing

    csr = x509.load_pem_x509_csr((data / "keys" / "receipt.csr.pem").read_bytes())
    chain = [authority.issue_hub(csr, world.HUB_ID), authority.issuing]
    preparing.install_receipt_certificate(b"".join(c.public_bytes(Encoding.PEM) for c in chain))
    preparing.trust(world.trusted_files(authority))
